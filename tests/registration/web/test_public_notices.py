"""Public notices on the pages: read and objected to by anybody, by agencies, and seen by applicant and office."""

from collections.abc import Callable

import pytest

from registration import clock
from registration.settings import Settings
from tests.fixtures.closings import announced, entity, licensed, notice_of, state_of
from tests.fixtures.licences import CLERK, LIN
from tests.fixtures.scenes import scene
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
TYPED = {"name": "样例债权人有限公司", "contact": "13800000001", "reason": "公司还欠货款三十万元，有合同和对账单"}


@pytest.fixture
def noticed(visit: Visit, settings: Settings) -> tuple[str, str]:
    """A code, and its case in the notice."""

    def make() -> tuple[str, str]:
        code = licensed(now=clock.now())
        return code, announced(code, now=clock.now())

    return scene("a notice for the pages", settings, make)


def test_anybody_finds_the_notice_and_objects(visit: Visit, noticed: tuple[str, str]) -> None:
    code, ref = noticed
    stranger, applicant, clerk = visit(), visit(LIN), visit(CLERK)
    name, notice = entity(code).name, notice_of(ref).ref
    assert name in words(stranger.get("/notices"))
    register = stranger.get(f"/register/{code}")
    assert f"/notices/{notice}" in register.text
    assert "简易注销公告中" in words(register)
    page = stranger.get(f"/notices/{notice}")
    assert "最后一天" in words(page)
    assert f"{notice_of(ref).last_on.month}月{notice_of(ref).last_on.day}日" in words(page)
    unfit = stranger.post(f"/notices/{notice}", data=TYPED | {"contact": ""})
    assert unfit.status_code == 422
    assert TYPED["reason"] in unfit.text
    assert stranger.post(f"/notices/{notice}", data=TYPED).status_code == 303
    assert state_of(ref) == "objected"
    assert stranger.post(f"/notices/{notice}", data=TYPED).status_code == 409
    gone = words(stranger.get(f"/notices/{notice}"))
    assert "有异议，已经终止" in gone
    assert TYPED["reason"] not in gone
    told = words(applicant.get(f"/applications/{ref}"))
    assert TYPED["name"] in told
    assert TYPED["reason"] in told
    assert TYPED["contact"] not in told
    office = words(clerk.get(f"/desk/notices?view=ended&notice={notice}"))
    assert TYPED["contact"] in office
    assert clerk.get("/desk/notices?notice=GG-2026-0").status_code == 404
    english = words(visit(lang="en").get(f"/notices/{notice}"))
    assert "Notice of simple deregistration" in english
