"""Parked messages in words: grouped by task and reason, retried one by one, as a group or all, with an audit line."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.models import Message
from registration.rules.parked_reasons import parked_reasons, reason_of
from tests.fixtures.cases import actor_of, file_of, nameless, submitted
from tests.fixtures.licences import issued
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
DIRECTOR, ELSEWHERE, SYSADMIN, AUDITOR, LIN = "0320", "0220", "0904", "0903", "lin@example.cn"
MAIL, OVERFLOW = "Unavailable: mail", "RenderError: ('render.overflow', {'page': 1})"


def park(ref: str, effect: str, error: str) -> int:
    now = clock.now()
    case = file_of(ref, actor=actor_of(LIN), now=now).case
    with database.transaction() as session:
        values = {"application_id": case.id, "effect": effect, "due_at": now, "created_at": now}
        stopped = Message(**values, attempts=5, last_error=error, parked_at=now)
        session.add(stopped)
        session.flush()
        return stopped.id


def parked() -> set[int]:
    with database.reading() as session:
        return set(session.exec(select(Message.id).where(col(Message.parked_at).is_not(None))).all())


@pytest.fixture
def ref(desk_app: object) -> str:
    return submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())


@pytest.mark.parametrize(
    ("lang", "cause", "fix"),
    [("zh", "邮件没有发出去", "服务器恢复以后全部重试"), ("en", "The mail was not sent", "Retry all when the server")],
)
def test_the_reason_and_what_to_do_are_in_the_readers_language(
    visit: Visit, ref: str, lang: str, cause: str, fix: str
) -> None:
    park(ref, "notify.accepted", MAIL)
    page = words(visit(DIRECTOR, lang=lang).get("/desk/outbox"))
    assert cause in page
    assert fix in page
    assert MAIL in page


def test_a_group_is_retried_without_the_others_and_then_all(visit: Visit, ref: str) -> None:
    mails = {park(ref, "notify.accepted", MAIL) for _ in range(3)}
    paper = park(ref, "paper.acceptance", OVERFLOW)
    director = visit(DIRECTOR)
    page = words(director.get("/desk/outbox"))
    assert "全部重试（4项）" in page
    assert "排不下" in page
    assert visit(ELSEWHERE).post("/desk/outbox/retry").status_code == 303
    assert parked() == mails | {paper}
    assert director.post("/desk/outbox/retry", effect="notify.accepted", reason="mail").status_code == 303
    assert parked() == {paper}
    assert "已经重新开始" in words(director.get(director.post("/desk/outbox/retry").location))
    assert parked() == set()
    audit = words(visit(AUDITOR).get("/admin/audit?tag=message:retry"))
    assert "重试一组后台任务" in audit
    assert "count: 3" in audit
    assert "staff:0320" in audit
    assert "已经不在等待" in words(director.get(director.post("/desk/outbox/retry").location))


def test_the_system_administrator_retries_all_and_opens_no_case(visit: Visit, ref: str) -> None:
    park(ref, "notify.accepted", MAIL)
    administrator = visit(SYSADMIN)
    page = administrator.get("/desk/outbox")
    assert "待处理任务" in words(page)
    assert f"/desk/cases/{ref}" not in page.text
    assert administrator.get(f"/desk/cases/{ref}").status_code == 403
    assert administrator.post("/desk/outbox/retry").status_code == 303
    assert parked() == set()
    for login in ("0318", AUDITOR, LIN):
        assert visit(login).post("/desk/outbox/retry").status_code == 403


def test_a_parked_edition_is_told_at_the_licence(visit: Visit, ref: str) -> None:
    made = issued(clock.now())
    park(made, "issue.edition", OVERFLOW)
    page = words(visit(DIRECTOR).get(f"/desk/cases/{made}/licence"))
    assert "新版执照没有制成，旧版仍然有效" in page
    assert "排不下" in page


def test_every_error_has_a_reason() -> None:
    assert reason_of(None) == reason_of("KeyError: 'x'") == "other"
    assert reason_of(OVERFLOW) == "overflow"
    assert reason_of("Unavailable: number_pool_empty") == "numbers"
    assert reason_of("SigningError: ('key.expired', {})") == "key"
    assert [key for key, row in parked_reasons().items() if not row.texts] == ["other"]
