"""The office's own pages: who holds a file, absences, numbers, lists, and the pages of administrators and auditors."""

from collections.abc import Iterator

from tests.browser.scenes import APPROVER, DIRECTOR, EXAMINER, Scenes
from tests.browser.visitor import Visitor
from tests.browser.walking import Walk, opened, told_off

SECURITY, AUDITOR, SYSTEM, ARCHIVIST, HOTLINE = "0901", "0903", "0904", "0905", "0906"


def colleagues(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    """What an examiner has beside the files: lists, keys, notes, who holds what, absences, steps for several files."""
    claimed = scenes.refs["claimed"]
    for path in (
        "inbox?view=mine&narrow=1",
        "search",
        "search?q=松",
        "search?q=none",
        "shortcuts",
        "stand-in",
        "absences",
    ):
        yield opened(visitor, f"/desk/{path}")
    visitor.press("登记请假")
    yield told_off(visitor, "an absence without days")
    for tab in ("notes", "holder", "supervision"):
        yield opened(visitor, f"/desk/cases/{claimed}/{tab}")
    visitor.open(f"/desk/cases/{claimed}/notes")
    visitor.press("写下备注")
    yield told_off(visitor, "a note without words")
    visitor.open("/desk/inbox?view=mine&all=1")
    visitor.pick("what", "give_back")
    visitor.press("先看会怎样")
    yield "what would happen to several files"


def heads(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    """What a director has: figures, orders, reassignment, the lists of barred persons."""
    for path in ("dashboard", "dashboard?period=year", "dashboard/forecast", "dashboard/wall", "supervision", "barred"):
        yield opened(visitor, f"/desk/{path}")
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "a list without a file")
    for kind in ("opinion", "correction", "refusal"):
        yield opened(visitor, f"/desk/phrases?kind={kind}")
    for tab, button in (("supervision", "发出督办"), ("holder", "交给他办理")):
        yield opened(visitor, f"/desk/cases/{scenes.refs['claimed']}/{tab}")
        visitor.press(button)
        yield told_off(visitor, f"{tab} without words")
    visitor.open("/desk/inbox?view=waiting&all=1")
    visitor.pick("what", "assign")
    visitor.press("先看会怎样")
    yield "several files for one colleague"


def voices(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    """What anybody wrote: the lists, one to answer, one with a text to publish."""
    complaint, question = scenes.voices
    for path in ("", "?view=ended", "?q=none", f"/{complaint}"):
        yield opened(visitor, f"/desk/voices{path}")
    visitor.press("答复并办结")
    yield told_off(visitor, "an answer without words")
    yield opened(visitor, f"/desk/voices/{question}")
    visitor.press("退回")
    yield told_off(visitor, "a refusal without a reason")


def letterheads(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for path in ("", "/new", f"/{scenes.letterhead}"):
        yield opened(visitor, f"/desk/letterheads{path}")
    visitor.open("/desk/letterheads/new")
    visitor.type(name_zh="", number_prefix="JH")
    visitor.page.locator("main form .btn").first.click()
    yield told_off(visitor, "a letterhead without a name")


def ledger(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    yield opened(visitor, "/desk/licences")
    yield opened(visitor, f"/desk/cases/{scenes.refs['issued']}/licence")
    visitor.open(f"/desk/cases/{scenes.refs['issued']}/receipts")
    visitor.reload_until(lambda: visitor.page.locator("main tbody tr").first)
    yield "deliveries to agencies"


def security(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in ("", "?search=02", "?search=none", "/new", f"/{EXAMINER}"):
        yield opened(visitor, f"/admin/accounts{path}")
    visitor.press("停用账户")
    yield told_off(visitor, "an end without a reason")
    visitor.open("/admin/accounts/new")
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "an account without a number")


def auditor(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in ("/admin/audit", "/admin/audit?refused=yes", "/admin/audit?subject=nobody", "/account"):
        yield opened(visitor, path)


def administrator(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for path in (
        "",
        "/calendars",
        "/calendars/2026",
        "/numbers",
        "/numbers/schemes",
        "/registrars",
        "/names",
        "/changes",
    ):
        yield opened(visitor, f"/admin{path}")
    yield opened(visitor, "/admin/calendars/load?year=2030")
    visitor.press("看一看会变成什么")
    yield told_off(visitor, "no notice")
    visitor.type(text="day,works,note\n2026-06-01,no,x\n")
    visitor.pick("year", "")
    visitor.press("看一看会变成什么")
    yield "what a table would change"
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "a change without a reason")
    for path in ("exchange", "webhooks", "webhooks/new"):
        yield opened(visitor, f"/admin/{path}")
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "a receiver without a name, an address and events")
    for ref in scenes.receivers:
        yield opened(visitor, f"/admin/webhooks/{ref}")
    with visitor.page.expect_navigation():
        visitor.page.locator("main form .btn").first.click()
    yield "a new secret"
    yield opened(visitor, scenes.callback)
    yield opened(visitor, f"{scenes.callback}0")
    yield opened(visitor, "/admin/numbers/new")
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "no block")


def versions(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in (
        "",
        "/tables/establishment@4",
        "/compare?old=establishment@3&new=establishment@4",
        "/use",
        "/moves/new",
    ):
        yield opened(visitor, f"/admin/workflows{path}")
    visitor.page.locator("main form .btn").first.click()
    yield told_off(visitor, "a move without a reason")
    for path in ("verify", "arrangements", "arrangements/agencies/national_tax"):
        yield opened(visitor, f"/admin/{path}")


def archivist(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    yield opened(visitor, "/archive")


def hotline(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in ("/hotline", "/hotline?q=多少钱", "/hotline/voices/new"):
        yield opened(visitor, path)


OFFICE_WALKS: tuple[tuple[Walk, str], ...] = (
    (colleagues, EXAMINER),
    (heads, DIRECTOR),
    (voices, DIRECTOR),
    (letterheads, DIRECTOR),
    (ledger, APPROVER),
    (security, SECURITY),
    (auditor, AUDITOR),
    (administrator, SYSTEM),
    (versions, SYSTEM),
    (archivist, ARCHIVIST),
    (hotline, HOTLINE),
)
