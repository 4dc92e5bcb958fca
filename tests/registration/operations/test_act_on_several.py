"""One action on several cases: each as if it were taken alone, in few statements, and no case is held up by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from registration import database
from registration.errors import ActionRefused, RegistrationError, StaleVersion
from registration.models import Application, HistoryEntry, Message
from registration.operations import act_on_several as several
from registration.operations.act import Outcome, act
from registration.operations.act_on_several import Result, act_on_several
from registration.operations.history import broken_at
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.statements import selects

pytestmark = pytest.mark.both_engines
WORDS: dict[str, Any] = {"reason": "收到通知书", "paper": "样例文书1号"}
CLERK, DIRECTOR = "0318", "0320"


@pytest.fixture
def refs(office: Settings, clock: datetime) -> list[str]:
    """Three cases, two of them claimed."""
    made = [
        submitted("individual", nameless(), registrar="330702", actor=actor_of("lin@example.cn"), now=clock)
        for _ in range(3)
    ]
    for ref in made[:2]:
        act(ref, "claim", actor=actor_of(CLERK), now=clock)
    return made


def hold(refs: list[str], now: datetime, **more: Any) -> Mapping[str, Result]:
    return act_on_several(refs, "hold", actor=actor_of(DIRECTOR), now=now, **WORDS, **more)


def standing(ref: str) -> tuple[str, int, tuple[str, ...]]:
    """State, number of messages of a hold, and the end of the history, whose chain must be whole."""
    with database.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        assert case.id is not None
        assert broken_at(session, case.id) is None
        told = session.exec(select(Message).where(Message.application_id == case.id, Message.effect == "notify.hold"))
        newest = select(HistoryEntry.tag).where(HistoryEntry.application_id == case.id)
        return case.state, len(told.all()), tuple(session.exec(newest.order_by(col(HistoryEntry.seq))).all()[-1:])


def test_each_is_taken_as_if_it_were_alone(refs: list[str], clock: datetime) -> None:
    alone, other, unclaimed = refs
    outcome = act(alone, "hold", actor=actor_of(DIRECTOR), now=clock, **WORDS)
    results = hold([other, unclaimed], clock)
    taken = results[other]
    assert isinstance(taken, Outcome)
    assert (taken.source, taken.target, taken.version) == (outcome.source, outcome.target, outcome.version)
    assert standing(other) == standing(alone) == ("on_hold", 1, ("application:hold",))
    assert isinstance(results[unclaimed], ActionRefused)
    assert standing(unclaimed)[:2] == ("submitted", 0)


def test_more_cases_need_no_more_statements(refs: list[str], clock: datetime) -> None:
    act(refs[2], "claim", actor=actor_of(CLERK), now=clock)
    with selects() as few:
        hold(refs[:1], clock)
    with selects() as many:
        hold(refs[1:], clock)
    assert len(many) == len(few)


def test_one_that_has_changed_is_refused_alone_and_one_that_is_not_there_is_not_found(
    refs: list[str], clock: datetime
) -> None:
    results = hold([*refs[:2], "HY-2026-999999"], clock, versions={refs[0]: 1})
    kinds = [type(results[ref]) for ref in (refs[0], refs[1])]
    assert kinds == [StaleVersion, Outcome]
    assert isinstance(results["HY-2026-999999"], RegistrationError)
    assert standing(refs[0])[0] == "under_examination"


def test_an_action_that_writes_more_is_taken_on_each(refs: list[str], clock: datetime) -> None:
    results = act_on_several(refs, "withdraw", actor=actor_of("lin@example.cn"), now=clock)
    assert [type(results[ref]) for ref in refs] == [Outcome] * 3
    assert {standing(ref)[0] for ref in refs} == {"withdrawn"}


def test_where_the_database_refuses_all_of_them_each_is_taken_alone(
    refs: list[str], clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise OperationalError("", {}, Exception("deadlock detected"))

    monkeypatch.setattr(several, "execute_many", refused)
    results = hold(refs, clock)
    assert [type(results[ref]) for ref in refs] == [Outcome] * 2 + [ActionRefused]
    assert {standing(ref)[:2] for ref in refs[:2]} == {("on_hold", 1)}
