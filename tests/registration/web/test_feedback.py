"""Ratings and complaints: given once and in time, answered by others, reported when late, read by the applicant."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.matters import calendar, office_hours
from registration.models import Account, Application, Feedback, Message
from registration.operations import feedback
from registration.operations.act import act
from registration.operations.sweeps import escalate_feedback
from registration.queries.desk_notices import letters_to_desk
from registration.queries.notices import letters_to_applicant
from registration.rules.feedback import due_after
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LIN, case_of
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


def rows() -> list[Feedback]:
    with database.reading() as session:
        return list(session.exec(select(Feedback).order_by(col(Feedback.id))).all())


def sent(effect: str) -> int:
    with database.reading() as session:
        return len(session.exec(select(Message).where(Message.effect == effect)).all())


def rated(ref: str, grade: int, *, now: datetime | None = None, words: str = "") -> str:
    return feedback.rate(ref, "submission", grade=grade, words=words, actor=actor_of(LIN), now=now or clock.now())


def tags(ref: str) -> list[str]:
    return [one.tag for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).history]


def test_a_poor_rating_is_called_back_and_answered(examined: str, visit: Visit) -> None:
    lin, director = visit(LIN), visit(DIRECTOR)
    assert "填写和提交”办得怎么样" in words(lin.get(f"/applications/{examined}"))
    form = f"/applications/{examined}/feedback/submission"
    assert "非常不满意" in words(lin.get(form))
    unfit = lin.post(form, words="上传老是失败", reasons=["system"])
    assert unfit.status_code == 422
    assert "请选择一个评价等级" in words(unfit)
    assert "上传老是失败" in unfit.text
    assert lin.post(form, grade="5", words="上传老是失败", reasons=["system"]).location.endswith("/feedback")
    assert sent("notify.desk_rating") == 1
    (row,) = rows()
    assert "上传老是失败" not in row.words
    assert row.check_due_at is not None
    assert row.due_at is not None
    assert "最迟答复" in words(lin.get(f"/applications/{examined}/feedback"))

    assert "评价投诉 1" in words(director.get("/desk/inbox"))
    listed = words(director.get("/desk/feedback"))
    assert "上传老是失败" in listed
    assert "页面打不开、报错或者难用" in listed
    assert visit(CLERK).get("/desk/feedback").status_code == 403
    director.post(f"/desk/feedback/{row.ref}/check")
    empty = director.post(f"/desk/feedback/{row.ref}/answer", words=" ")
    assert empty.status_code == 422
    assert f'href="#words-{row.ref}"' in empty.text
    assert director.post(f"/desk/feedback/{row.ref}/answer", words="已修好，请再试。").location == "/desk/feedback"
    assert director.post(f"/desk/feedback/{row.ref}/answer", words="再答").status_code == 409
    assert "已修好，请再试。" in words(lin.get(f"/applications/{examined}/feedback"))
    (notice,) = letters_to_applicant("notify.feedback_answer", row.application_id)
    assert "已修好" not in notice.subject + notice.text
    assert tags(examined)[-3:] == ["rating:give", "rating:check", "rating:answer"]
    assert lin.get(form).status_code == 409


def test_a_rating_is_one_and_changes_for_some_days(examined: str) -> None:
    now = clock.now()
    assert rated(examined, 4, now=now) == rated(examined, 2, now=now + timedelta(days=9))
    (row,) = rows()
    assert (row.grade, row.due_at, row.check_due_at) == (2, None, None)
    with pytest.raises(Conflict, match="rating_is_final"):
        rated(examined, 5, now=now + timedelta(days=11))
    with pytest.raises(Conflict, match="step_not_ended"):
        feedback.rate(examined, "result", grade=1, actor=actor_of(LIN), now=now)
    with pytest.raises(NotFound):
        feedback.rate(examined, "none", grade=1, actor=actor_of(LIN), now=now)
    with pytest.raises(InvalidInput):
        feedback.rate(examined, "submission", grade=6, actor=actor_of(LIN), now=now)
    for login in ("zhou@example.cn", "0217"):
        with pytest.raises(NotFound):
            feedback.rate(examined, "submission", grade=1, actor=actor_of(login), now=now)


def test_a_late_call_back_and_a_late_answer_are_reported_once_each(examined: str) -> None:
    rated(examined, 5)
    (row,) = rows()
    assert row.check_due_at is not None
    assert row.due_at is not None
    for term, reports in ((row.check_due_at, 1), (row.due_at, 2)):
        for _ in range(2):
            escalate_feedback(now=term + timedelta(seconds=1))
        assert sent("notify.desk_late") == reports


def test_a_complaint_is_answered_by_somebody_else_and_reported_when_late(examined: str, visit: Visit) -> None:
    lin, now = visit(LIN), clock.now()
    act(examined, "release", actor=actor_of(CLERK), now=now)
    page = lin.get(f"/applications/{examined}/complaint")
    assert "开始审查" in words(page)
    claimed = next(one for one in file_of(examined, actor=actor_of(LIN), now=now).history if one.tag.endswith(":claim"))
    own = next(one for one in file_of(examined, actor=actor_of(LIN), now=now).history if one.actor.startswith("party:"))
    form = f"/applications/{examined}/complaint"
    empty = lin.post(form)
    assert (empty.status_code, 'href="#step"' in empty.text, 'href="#words"' in empty.text) == (422, True, True)
    refused = lin.post(form, step=str(own.seq), words="我自己")
    assert refused.status_code == 422
    assert "请选择是哪一步" in words(refused)
    assert lin.post(form, step=str(claimed.seq), words="说好的电话没有打").location.endswith("/feedback")
    assert lin.post(form, step=str(claimed.seq), words="说好的电话没有打").status_code == 409
    (row,) = rows()
    assert row.about == f"staff:{CLERK}"
    with database.transaction() as session:
        for login in (CLERK, APPROVER, DIRECTOR):
            session.exec(select(Account).where(Account.login == login)).one().email = f"{login}@example.cn"
    letters = letters_to_desk("notify.desk_complaint", row.application_id)
    assert {one.to for one in letters} == {f"{APPROVER}@example.cn", f"{DIRECTOR}@example.cn"}
    assert not [one for one in letters if "电话" in one.text]
    with pytest.raises(Forbidden):
        feedback.answer(row.ref, words="没有的事", actor=actor_of(CLERK), now=now)
    with pytest.raises(NotFound):
        feedback.answer(row.ref, words="x", actor=actor_of("0220"), now=now)
    assert row.due_at is not None
    assert escalate_feedback(now=row.due_at) is False
    assert sent("notify.desk_late") == 0
    for _ in range(2):
        escalate_feedback(now=row.due_at + timedelta(seconds=1))
    assert sent("notify.desk_late") == 1
    assert "逾期，已报告" in words(visit(DIRECTOR).get("/desk/feedback"))
    feedback.answer(row.ref, words="已核实，确实没有回电，向您道歉。", actor=actor_of(APPROVER), now=now)
    assert "向您道歉" in words(lin.get(f"/applications/{examined}/feedback"))
    assert tags(examined)[-3:] == ["complaint:make", "complaint:escalate", "complaint:answer"]
    assert "答复投诉" in words(visit(DIRECTOR).get(f"/desk/cases/{examined}/history"))


def test_nobody_answers_a_complaint_about_the_own_step(examined: str, visit: Visit) -> None:
    """The director who holds the case is complained of: the page of the others has the form, the own has none."""
    now = clock.now()
    case = case_of(examined)
    with database.transaction() as session:
        holder = session.exec(select(Account).where(Account.login == DIRECTOR)).one()
        session.get_one(Application, case.id).holder_id = holder.id
    answer = feedback.complain(examined, "0", words="等得太久", actor=actor_of(LIN), now=now)
    with pytest.raises(Forbidden, match="answers_own_work"):
        feedback.answer(answer, words="不久", actor=actor_of(DIRECTOR), now=now)
    assert "请由别人答复" in words(visit(DIRECTOR).get("/desk/feedback"))
    assert visit(DIRECTOR).post(f"/desk/feedback/{answer}/answer", words="不久").status_code == 403
    assert "答复申请人" in words(visit(APPROVER).get("/desk/feedback"))


def test_terms_end_with_a_working_day_also_where_no_calendar_is_published() -> None:
    thursday = datetime(2026, 10, 8, 2, tzinfo=UTC)
    due = due_after(thursday, days=5, calendar=calendar(), hours=office_hours())
    # 10 October is a Saturday that is worked.
    assert due == datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
    late = due_after(datetime(2040, 1, 2, 2, tzinfo=UTC), days=5, calendar=calendar(), hours=office_hours())
    assert late == datetime(2040, 1, 9, 9, 30, tzinfo=UTC)
