"""Every page as a person meets it, in both languages: axe finds nothing, nothing scrolls sideways or complains."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import scenes as making
from tests.browser.applying import pdf
from tests.browser.conftest import Arrivals, working_at
from tests.browser.office_walks import OFFICE_WALKS
from tests.browser.scenes import APPROVER, EXAMINER, OWNER, Scenes
from tests.browser.visitor import Visitor
from tests.browser.walking import Walk, faults, opened, told_off
from tests.fixtures.cases import person
from tests.fixtures.servers import Stack

LANGS = ("zh", "en")
SECTIONS = (
    *("name", "domicile", "scope", "capital", "people", "people/p1", "people/p4", "shareholders", "shareholders/1"),
    *("officers", "legal_rep", "contacts", "owners", "tax", "social", "addons"),
    *("materials/articles", "check", "act/withdraw"),
)
LISTS = (
    "/lists",
    "/lists?q=none-such",
    "/lists/power/establishment",
    "/lists/power/establishment/versions",
    "/lists/responsibility/establishment",
    "/lists/complaints",
    "/lists/negative?q=film&foreign=yes",
    "/lists/negative/foreign",
    "/lists/negative/versions",
    *("/figures", "/open-data", "/lists/ratings", "/lists/appeals"),
)
PUBLIC = (
    *("/", "/help", "/accessibility", "/privacy", "/sign-in", "/sign-up", "/names", "/check", "/offline-check"),
    *("/progress", "/register?q=查无此名", "/voices", "/notices", "/voices/new", "/voices/read"),
)
STATES = (
    "signing",
    "submitted",
    "claimed",
    "correction",
    "corrected",
    "rejected",
    "withdrawn",
    "issued",
    "agencies",
    "misused",
)


@pytest.fixture(scope="module")
def scenes(live_server: Stack) -> Iterator[Scenes]:
    with pytest.MonkeyPatch.context() as environment, working_at(live_server, environment) as settings:
        yield making.make(settings)


def public(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in PUBLIC:
        yield opened(visitor, path)
    for path in ("/guide", "/guide?founders=several", "/guide?founders=several&asked=liability", "/guide/types"):
        yield opened(visitor, path)
    for path in (
        "/guide?entity_type=llc&region=330782&tenure=lease",
        "/guide/scope?q=开奶茶店",
        "/guide/scope?trade=62",
        "/guide/matters/change_of_registration",
        *LISTS,
    ):
        yield opened(visitor, path)
    yield opened(visitor, "/names?name=金华市栖禾餐饮管理有限公司&entity_type=llc&region=330702")
    yield opened(visitor, "/names?name=金华第一最佳公司&entity_type=llc&region=330702")
    for path in ("/sign-in", "/sign-up", "/progress", "/voices/new", "/voices/read"):
        visitor.open(path)
        visitor.page.locator("main form .btn").first.click()
        yield told_off(visitor, path)
    yield from signing_up(visitor)


def signing_up(visitor: Visitor) -> Iterator[str]:
    visitor.open("/sign-up")
    visitor.type(name="苏知禾", email=f"su-{visitor.lang}@example.cn", password="a long phrase for one afternoon")
    visitor.tick("consent")
    visitor.press("继续")
    yield "the code of a sign-up"
    visitor.type(code="12345")
    visitor.press("确认，建立账户")
    yield told_off(visitor, "a wrong code")
    visitor.press("再发一次")
    yield "the code sent again"
    visitor.open("/password-reset")
    visitor.press("继续")
    yield told_off(visitor, "no address for a new password")
    visitor.type(email="lin@example.cn")
    visitor.press("继续")
    yield "the code for a new password"
    visitor.type(code="12345", password="a long phrase for one afternoon")
    visitor.press("更换密码")
    yield told_off(visitor, "a wrong code for a new password")
    visitor.open("/sign-up/unknown")
    yield "a code that is over"


def applicant(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for path in ("/applications", "/applications/new", "/account"):
        yield opened(visitor, path)
    for name in ("begun", "whole", "faulty"):
        yield opened(visitor, f"/applications/{scenes.refs[name]}")
    for name in STATES:
        yield opened(visitor, f"/applications/{scenes.refs[name]}")
    for place in ("signatures", "check", "receipt"):
        yield opened(visitor, f"/applications/{scenes.refs['signing' if place == 'signatures' else 'issued']}/{place}")
    for place in ("messages", "feedback", "feedback/submission", "complaint"):
        yield opened(visitor, f"/applications/{scenes.refs['issued']}/{place}")
    visitor.press("提交投诉")
    yield told_off(visitor, "a complaint about nothing")
    visitor.open(f"/applications/{scenes.refs['signing']}/signatures")
    visitor.press("显示签名链接和二维码")
    yield "signatures with links"


def form(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for section in SECTIONS:
        yield opened(visitor, f"/applications/{scenes.refs['whole']}/{section}")
    for asked in ("q=餐饮", "q=开奶茶店", "trade=62&at=trade"):
        yield opened(visitor, f"/applications/{scenes.refs['whole']}/scope?{asked}")
    for section in ("check", "domicile?check=1"):
        yield opened(visitor, f"/applications/{scenes.refs['faulty']}/{section}")
    for section in ("name", "domicile", "people", "shareholders/1", "contacts", "materials/articles"):
        visitor.open(f"/applications/{scenes.refs['begun']}/{section}")
        if section != "materials/articles":
            visitor.page.locator("main form .full .btn:not(.second)").click()
            yield told_off(visitor, section)
    visitor.open(f"/applications/{scenes.refs['whole']}/materials/articles")
    visitor.hand_in("file", "a.pdf", b"not a document", "application/pdf")
    visitor.press("上传")
    yield told_off(visitor, "a bad document")


def signer(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    yield opened(visitor, "/sign/nothing")
    yield opened(visitor, scenes.link)
    visitor.type(id_no="1")
    visitor.press("核对身份")
    yield told_off(visitor, "wrong number")
    visitor.type(id_no=person("p1")["id_no"])
    visitor.press("核对身份")
    yield "what is signed"
    visitor.press("签名")
    yield told_off(visitor, "not agreed")
    visitor.page.get_by_text(visitor.say("我不同意，拒绝签名")).click()
    visitor.press("拒绝签名")
    yield told_off(visitor, "declined without a reason")
    yield opened(visitor, f"{scenes.link}/misuse")
    visitor.press("报告")
    yield told_off(visitor, "a report that was not confirmed")


def desk(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for view in ("mine", "unclaimed", "waiting", "approval", "done", "unclaimed&q=none"):
        yield opened(visitor, f"/desk/inbox?view={view}")
    for name in ("submitted", "claimed", "corrected", "pending", "rejected"):
        yield opened(visitor, f"/desk/cases/{scenes.refs[name]}")
    for tab in ("changes", "history", "messages", "why", "flow"):
        yield opened(visitor, f"/desk/cases/{scenes.refs['corrected']}/{tab}")
    for action in ("recommend", "release"):
        yield opened(visitor, f"/desk/cases/{scenes.refs['claimed']}/ask/{action}")
    yield from correction(visitor, scenes)
    yield opened(visitor, f"/desk/cases/{scenes.refs['corrected']}/papers")
    yield opened(visitor, "/desk/outbox")
    yield opened(visitor, "/desk/licences")
    yield opened(visitor, f"/desk/cases/{scenes.refs['issued']}/licence")


def correction(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    """The notice while it is written: with what is wrong, and without."""
    visitor.open(f"/desk/cases/{scenes.refs['claimed']}")
    visitor.pick("mark.section.domicile", "bad")
    yield "a fault marked"
    with visitor.page.expect_navigation():
        visitor.page.locator('.decide button[formaction$="/request_correction"]').click()
    yield "the notice"
    with visitor.page.expect_navigation():
        visitor.page.locator("main form .btn").first.click()
    yield told_off(visitor, "a notice without a word")


def approver(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    yield opened(visitor, "/desk/inbox")
    yield opened(visitor, f"/desk/cases/{scenes.refs['pending']}")
    for action in ("approve", "reject"):
        yield opened(visitor, f"/desk/cases/{scenes.refs['pending']}/ask/{action}")
    yield opened(visitor, "/desk/letterheads")
    yield opened(visitor, f"/desk/letterheads/{scenes.letterhead}")


def director(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in ("outbox", "inbox?view=overdue", "feedback", "samples", "straight-through"):
        yield opened(visitor, f"/desk/{path}")
    visitor.page.locator("main form .btn").last.click()
    yield told_off(visitor, "a decision at once for no type")
    yield opened(visitor, "/desk/reports")
    visitor.press("解除暂停，继续办理")
    yield told_off(visitor, "a stop lifted without a reason")


def window(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for path in ("", "/parts", "/ask/objection_overruled", "/ask/objection_upheld"):
        yield opened(visitor, f"/desk/cases/{scenes.refs['agencies']}{path}")
    visitor.press("预览告知书")
    yield "the notice before it is sent"


def agency(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    for path in ("/agencies/inbox", "/agencies/inbox?view=all", "/agencies/receipts", "/agencies/receipts?view=all"):
        yield opened(visitor, path)
    part = f"/agencies/cases/{scenes.refs['agencies']}/social_insurance"
    for path in (part, f"{part}/ask/assign", f"{part}/ask/object", f"{part}/ask/waive"):
        yield opened(visitor, path)


def checks(visitor: Visitor, scenes: Scenes) -> Iterator[str]:
    """Every verdict of the public check that a person can come to, and the pages of what is not there."""
    visitor.open(f"/applications/{scenes.refs['issued']}")
    visitor.reload_until(lambda: visitor.page.get_by_text(visitor.say("营业执照已经制作")))
    yield "a licence to download"
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_role("link", name=visitor.say("下载（PDF）")).first.click()
    paper = coming.value.path().read_bytes()
    yield opened(visitor, f"/register?q={making.TRADES['issued']}")
    visitor.page.locator("th a").first.click()
    expect(visitor.page.locator("ol.timeline")).to_be_visible()
    yield "an entity of the register"
    altered = paper[:-1] + bytes([paper[-1] ^ 1])
    for words, content in (("sample", paper), ("altered", altered), ("not issued", pdf("a letter"))):
        visitor.open("/check")
        visitor.hand_in("file", "licence.pdf", content, "application/pdf")
        visitor.press("查验文件")
        yield words
    for path in (
        "/check?q=91330701MAT0U5U40",
        "/check?q=9133",
        "/v/nothing",
        "/nowhere",
        "/desk/inbox",
        "/log",
        "/log?q=none",
    ):
        yield opened(visitor, path)


WALKS: tuple[tuple[Walk, str], ...] = (
    *((public, ""), (applicant, OWNER), (form, OWNER), (signer, ""), (checks, OWNER)),
    *(
        (desk, EXAMINER),
        (approver, APPROVER),
        (director, "0220"),
        (window, "0417"),
        (agency, "3304"),
    ),
)


def walks() -> Iterator[Any]:
    """Each in both languages; those of the office's own pages in one by turns, and in the other with --exhaustive."""
    for walk, login in WALKS:
        for lang in LANGS:
            yield pytest.param(walk, login, lang, id=f"{walk.__name__}-{lang}")
    for number, (walk, login) in enumerate(OFFICE_WALKS):
        for place, lang in enumerate(LANGS):
            marks = () if place == number % 2 else pytest.mark.exhaustive
            yield pytest.param(walk, login, lang, marks=marks, id=f"{walk.__name__}-{lang}")


@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("walk", "login", "lang"), list(walks()))
def test_pages_are_sound(arrive: Arrivals, scenes: Scenes, walk: Walk, login: str, lang: str) -> None:
    """In English at phone width and dark, in Chinese on a desk and light: both kinds of each meet every page."""
    dark = lang == "en"
    visitor = arrive(lang=lang, login=login, color_scheme="dark" if dark else "light")
    found = [fault for place in walk(visitor, scenes) for fault in faults(visitor, place, width=390 if dark else 1280)]
    assert found == []


@pytest.mark.thorough
def test_what_was_typed_is_kept_without_scripts(arrive: Arrivals, scenes: Scenes) -> None:
    visitor = arrive(login=OWNER, java_script_enabled=False)
    visitor.open(f"/applications/{scenes.refs['begun']}/capital")
    visitor.type(capital__amount_wan="八十")
    visitor.press("保存并继续")
    expect(visitor.control("capital.amount_wan")).to_have_value("八十")
    visitor.type(capital__amount_wan="80")
    visitor.press("保存并继续")
    visitor.open(f"/applications/{scenes.refs['begun']}/capital")
    expect(visitor.control("capital.amount_wan")).to_have_value("80")


@pytest.mark.thorough
def test_contributions_are_added_line_by_line_without_scripts(arrive: Arrivals, scenes: Scenes) -> None:
    visitor = arrive(login=OWNER, java_script_enabled=False)
    path = f"/applications/{scenes.refs['whole']}/shareholders/1"
    visitor.open(path)
    visitor.press("再加一笔出资")
    second = "shareholders.0.lines.1"
    visitor.type_in(second, {"amount_wan": "0.5", "due_on": "2028-01-01"})
    visitor.pick(f"{second}.method", "in_kind")
    visitor.press("保存")
    visitor.open(path)
    expect(visitor.control(f"{second}.amount_wan")).to_have_value("0.5")
    visitor.type_in(second, {"amount_wan": "", "due_on": ""})
    visitor.pick(f"{second}.method", "currency")
    visitor.press("保存")
    visitor.open(path)
    expect(visitor.control(f"{second}.amount_wan")).to_have_count(0)
