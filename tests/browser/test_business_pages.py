"""The pages about a registered business, in both languages: axe finds nothing, and nothing scrolls sideways."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from registration.operations import apply, creditor_claims, entity_cases, reduction_notices
from registration.operations.creditor_claims import ClaimData
from registration.settings import settings
from tests.browser.conftest import Arrivals
from tests.browser.visitor import Visitor
from tests.browser.walking import faults, opened, told_off
from tests.browser.years import Years
from tests.fixtures.cases import actor_of, company
from tests.fixtures.closings import FOUNDED, announced, licensed, liquidating, notice_of
from tests.fixtures.database import sqlite_only
from tests.fixtures.forms import coop
from tests.fixtures.licences import CLERK, LIN
from tests.fixtures.scenes import scene

database_url = sqlite_only
TODAY = FOUNDED.date().isoformat()
TOLD = {"way": "ordinary", "resolved_on": TODAY, "told_on": TODAY, "where": "here"}
CLAIM = ClaimData("样例供货有限公司", "13800000009", "120000.5", "九月的供货合同，货款已经到期", "payment")


@dataclass(frozen=True)
class Made:
    """A company whose capital is reduced, and a co-operative that changes by a meeting, both in drafts; two notices."""

    code: str
    reduction: str
    meeting: str
    closing: str
    liquidation: str


Walk = Callable[[Visitor, Made], Iterator[str]]


def made() -> Made:
    now, lin = FOUNDED, actor_of(LIN)
    code = licensed()
    reduction = entity_cases.start(
        code, matter="change_of_registration", items=["reduction", "name"], actor=lin, now=now
    )
    for section, value in (
        ("capital", company()["capital"] | {"amount_wan": "80"}),
        ("shareholders", company()["shareholders"][:2]),
        ("reduction", TOLD),
    ):
        apply.save_section(reduction, section, value, actor=lin, now=now)
    reduction_notices.publish(reduction, actor=lin, now=now)
    liquidation = liquidating(licensed(trade="听泉晚舟"), now=now)
    for ref in (reduction, liquidation):
        creditor_claims.declare(notice_of(ref).ref, CLAIM, now=now)
    closing = announced(licensed(trade="枫桥望月"), now=now)
    of_members = licensed("coop", form=coop())
    meeting = entity_cases.start(of_members, matter="change_of_registration", items=["scope"], actor=lin, now=now)
    return Made(code, reduction, meeting, closing, liquidation)


def stranger(visitor: Visitor, made: Made) -> Iterator[str]:
    yield opened(visitor, "/notices")
    for ref, button in ((made.reduction, "申报"), (made.liquidation, "申报"), (made.closing, "提出异议")):
        yield opened(visitor, f"/notices/{notice_of(ref).ref}")
        visitor.press(button)
        yield told_off(visitor, f"nothing typed on {visitor.page.url}")
    yield opened(visitor, f"/register/{made.code}")


def owner(visitor: Visitor, made: Made) -> Iterator[str]:
    for path in ("", f"/{made.code}", f"/{made.code}/change_of_registration"):
        yield opened(visitor, f"/businesses{path}")
    visitor.press("开始填写申请")
    yield told_off(visitor, "nothing chosen")
    for path in ("", "/chosen", "/reduction", "/check"):
        yield opened(visitor, f"/applications/{made.reduction}{path}")
    for path in ("", "/meeting"):
        yield opened(visitor, f"/applications/{made.meeting}{path}")
    visitor.press("保存并继续")
    yield told_off(visitor, "a meeting without a word")
    for ref in (made.liquidation, made.closing):
        yield opened(visitor, f"/applications/{ref}")


def desk(visitor: Visitor, made: Made) -> Iterator[str]:
    yield opened(visitor, "/desk/notices")
    yield opened(visitor, f"/desk/notices?notice={notice_of(made.liquidation).ref}")
    for ref in (made.liquidation, made.closing):
        yield opened(visitor, f"/desk/cases/{ref}")


@pytest.fixture
def url(years: Years) -> str:
    return years.url


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("walk", "login", "lang"),
    [(stranger, "", "zh"), (owner, LIN, "en"), (desk, CLERK, "zh")]
    + [
        pytest.param(walk, login, lang, marks=pytest.mark.exhaustive)
        for walk, login, lang in ((stranger, "", "en"), (owner, LIN, "zh"), (desk, CLERK, "en"))
    ],
)
def test_pages_about_a_business_are_sound(years: Years, arrive: Arrivals, walk: Walk, login: str, lang: str) -> None:
    found = scene("businesses for their pages", settings(), made)
    years.on(TODAY)
    visitor = arrive(lang=lang, login=login, color_scheme="dark" if lang == "en" else "light")
    widths = (1280, 1024) if walk is desk else (1280, 1024, 390, 320)
    told = [fault for place in walk(visitor, found) for fault in faults(visitor, place, width=1024, widths=widths)]
    assert told == []
