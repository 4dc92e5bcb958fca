"""Supervision orders: given by a director, seen and answered by who holds the case, reported when late."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.models import Account, Message, SupervisionOrder
from registration.operations import supervision
from registration.operations.act import act
from registration.operations.sweeps import escalate_orders
from registration.queries.desk_notices import letters_to_desk
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LIN, WINDOW
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


def row() -> SupervisionOrder:
    with database.reading() as session:
        return session.exec(select(SupervisionOrder)).one()


def sent(effect: str) -> int:
    with database.reading() as session:
        return len(session.exec(select(Message).where(Message.effect == effect)).all())


def test_an_order_is_given_seen_and_answered(examined: str, visit: Visit) -> None:
    director, clerk, lin = visit(DIRECTOR), visit(CLERK), visit(LIN)
    tab = f"/desk/cases/{examined}/supervision"
    unfit = director.post(tab, words="为什么还没办结？", days="40")
    assert unfit.status_code == 422
    assert "请写1到15个工作日" in words(unfit)
    assert "为什么还没办结？" in unfit.text
    assert director.post(tab, words="为什么还没办结？", days="2").location.endswith(tab)
    assert director.post(tab, words="再问一次", days="2").status_code == 409
    assert "为什么还没办结" not in row().words
    assert sent("notify.desk_order") == 1
    with database.transaction() as session:
        for login in (CLERK, DIRECTOR, APPROVER):
            session.exec(select(Account).where(Account.login == login)).one().email = f"{login}@example.cn"
    letters = letters_to_desk("notify.desk_order", row().application_id)
    assert [one.to for one in letters] == [f"{CLERK}@example.cn"]
    assert f"{examined}/supervision" in letters[0].text
    assert "办结" not in letters[0].text

    assert "收件箱 1" in words(clerk.get("/desk/inbox"))
    assert examined in clerk.get("/desk/inbox?view=ordered").text
    assert "督办 1" in words(clerk.get(f"/desk/cases/{examined}"))
    assert "为什么还没办结？" in words(clerk.get(tab))
    assert "为什么还没办结？" in words(director.get("/desk/supervision"))
    assert "等待答复，还没到期1" in words(director.get("/desk/dashboard"))
    assert examined in director.get("/desk/dashboard/cases?what=ordered").text
    for other in (DIRECTOR, WINDOW):
        assert visit(other).post(f"{tab}/{row().ref}", answer="不知道").status_code == 403
        assert "收件箱 1" not in words(visit(other).get("/desk/inbox"))
    empty = clerk.post(f"{tab}/{row().ref}", answer=" ")
    assert empty.status_code == 422
    assert 'href="#answer"' in empty.text
    assert clerk.post(f"{tab}/{row().ref}", answer="材料今天补齐，明天办结。").location.endswith(tab)
    assert clerk.post(f"{tab}/{row().ref}", answer="再答").status_code == 409
    assert "材料今天补齐" in words(director.get("/desk/supervision"))
    told = {one.to for one in letters_to_desk("notify.desk_order_answer", row().application_id)}
    assert told == {f"{DIRECTOR}@example.cn", f"{APPROVER}@example.cn"}
    tags = [one.tag for one in file_of(examined, actor=actor_of(CLERK), now=clock.now()).history]
    assert tags[-2:] == ["supervision:order", "supervision:answer"]
    assert "Supervision order of the director" in words(
        visit(DIRECTOR, lang="en").get(f"/desk/cases/{examined}/history")
    )
    assert "督办" not in words(lin.get(f"/applications/{examined}"))


def test_who_may_order_and_answer_and_what_is_late(examined: str) -> None:
    now, director = clock.now(), actor_of(DIRECTOR)
    for login in (CLERK, APPROVER):
        with pytest.raises(Forbidden):
            supervision.order(examined, words="x", days=1, actor=actor_of(login), now=now)
    for login in ("0420", LIN):
        with pytest.raises((NotFound, Forbidden)):
            supervision.order(examined, words="x", days=1, actor=actor_of(login), now=now)
    with pytest.raises(InvalidInput) as invalid:
        supervision.order(examined, words=" ", days=None, actor=director, now=now)
    assert {one.path for one in invalid.value.problems} == {"words", "days"}
    order = supervision.order(examined, words="请说明", days=1, actor=director, now=now)
    assert escalate_orders(now=row().due_at) is False
    for _ in range(2):
        escalate_orders(now=row().due_at + timedelta(seconds=1))
    assert sent("notify.desk_order_late") == 1
    # Once nobody holds the case, everybody of the office may answer but who ordered.
    act(examined, "release", actor=actor_of(CLERK), now=now)
    with pytest.raises(Forbidden, match="order_of_another"):
        supervision.answer(order, words="我自己", actor=director, now=now)
    supervision.answer(order, words="窗口答复", actor=actor_of(WINDOW), now=now)
    with pytest.raises(Conflict, match="order_is_answered"):
        supervision.answer(order, words="再答", actor=actor_of(WINDOW), now=now)
    act(examined, "take_over", actor=actor_of(WINDOW), now=now, reason="接办")
    supervision.order(examined, words="第二次", days=15, actor=director, now=now)
