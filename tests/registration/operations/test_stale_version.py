"""An action that was overtaken between its look and its write: it is asked anew, and nothing is lost or taken twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from registration import database
from registration.actor import SYSTEM
from registration.errors import ActionRefused, StaleVersion
from registration.models import Application, HistoryEntry, Message
from registration.operations import history
from registration.operations.act import act
from registration.operations.case_store import locked
from registration.operations.history import broken_at
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.concurrently import concurrently

pytestmark = pytest.mark.both_engines

WORDS: dict[str, Any] = {"reason": "收到通知书", "paper": "样例文书1号", "opinion": "符合"}
LOOK = "SELECT application.id, application.ref"


@pytest.fixture
def ref(office: Settings, clock: datetime) -> str:
    """A case that a clerk of 330702 has claimed."""
    if database.current_engine().name != "postgresql":
        pytest.skip("on SQLite the look already waits for its turn")
    made = submitted("individual", nameless(), registrar="330702", actor=actor_of("lin@example.cn"), now=clock)
    act(made, "claim", actor=actor_of("0318"), now=clock)
    return made


@contextmanager
def overtaken(engine: Engine, by: Callable[[], object]) -> Iterator[list[str]]:
    """After the next look at a case, and before anything else, somebody else does this; yields what was sent."""
    sent: list[str] = []

    class Overtaken(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **other: Any) -> "Overtaken":
            answer = super().execute(query, *given, **other)
            sent.append(str(query))
            if len(sent) == 1:
                assert sent[0].startswith(LOOK)
                concurrently([by])
            return answer

    factories: list[type[psycopg.Cursor[Any]]] = [Overtaken]

    def listen(connection: Any, _record: Any) -> None:
        # The first connection is the action's, for the others there is nobody in the way.
        connection.cursor_factory = factories.pop() if factories else psycopg.Cursor

    engine.dispose()
    event.listen(engine, "connect", listen)
    yield sent
    event.remove(engine, "connect", listen)
    engine.dispose()


def tags(ref: str) -> list[str]:
    """What has happened since the claim; the chain must be whole and the row must be where it ends."""
    with database.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        assert case.id is not None
        assert broken_at(session, case.id) is None
        entries = session.exec(select(HistoryEntry).where(HistoryEntry.application_id == case.id)).all()
        found = sorted((entry.seq, entry.tag.partition(":")[2]) for entry in entries)
        assert case.history_seq == len(found)
        return [tag for _, tag in found][[tag for _, tag in found].index("claim") + 1 :]


def version(ref: str) -> int:
    with database.reading() as session:
        return session.exec(select(Application.version).where(Application.ref == ref)).one()


def messages(effect: str) -> int:
    with database.reading() as session:
        return len(session.exec(select(Message).where(Message.effect == effect)).all())


def test_an_action_that_nobody_overtakes_is_a_look_and_a_write(ref: str, clock: datetime) -> None:
    director = actor_of("0320")
    with overtaken(database.current_engine(), by=lambda: None) as sent:
        act(ref, "hold", actor=director, now=clock, **WORDS)
    assert len(sent) == 2
    assert "FOR NO KEY UPDATE" not in sent[0]
    assert (tags(ref), messages("notify.hold")) == (["hold"], 1)


def test_an_entry_that_came_between_is_chained_to(ref: str, clock: datetime) -> None:
    """An entry alone leaves the version as it was: the head of the history must be compared as well."""
    director = actor_of("0320")

    def note() -> None:
        with database.transaction() as session:
            case = locked(session, ref)
            where = {"source": case.state, "target": case.state}
            history.append(session, case, "note:remark", actor=SYSTEM, role="system", now=clock, **where)

    with overtaken(database.current_engine(), by=note):
        act(ref, "hold", actor=director, now=clock, **WORDS)
    assert (tags(ref), messages("notify.hold")) == (["remark", "hold"], 1)


def test_a_row_that_was_changed_between_is_not_written_over(ref: str, clock: datetime) -> None:
    """A page of a draft that saves itself moves the version alone."""
    director = actor_of("0320")

    def save() -> None:
        with database.transaction() as session:
            case = locked(session, ref)
            case.version += 1
            case.name = "已经改了的名称"

    before = version(ref)
    with overtaken(database.current_engine(), by=save):
        outcome = act(ref, "hold", actor=director, now=clock, **WORDS)
    assert outcome.version == version(ref) == before + 2
    with pytest.raises(StaleVersion):
        act(ref, "resume", actor=director, now=clock, version=before, **WORDS)


def test_what_is_no_longer_allowed_is_refused_and_writes_nothing(ref: str, clock: datetime) -> None:
    director, clerk = actor_of("0320"), actor_of("0318")
    approve = partial(act, ref, "approve", actor=clerk, now=clock, **WORDS)
    with overtaken(database.current_engine(), by=approve), pytest.raises(ActionRefused) as refused:
        act(ref, "hold", actor=director, now=clock, **WORDS)
    assert [blocker.code for blocker in refused.value.blockers] == ["wrong_state"]
    assert (tags(ref), messages("notify.hold")) == (["approve"], 0)


def test_a_refusal_that_time_has_overtaken_is_none(ref: str, clock: datetime) -> None:
    """What was refused at the look is asked under the lock before anybody is told so."""
    director, clerk = actor_of("0320"), actor_of("0318")
    act(ref, "hold", actor=director, now=clock, **WORDS)
    resume = partial(act, ref, "resume", actor=director, now=clock, **WORDS)
    with overtaken(database.current_engine(), by=resume):
        act(ref, "release", actor=clerk, now=clock)
    assert tags(ref) == ["hold", "resume", "release"]


def test_who_waits_for_the_writer_is_counted_after_it(ref: str, clock: datetime) -> None:
    """The case is locked by somebody who is not through: the write waits, and then sees what was written."""
    director, clerk = actor_of("0320"), actor_of("0318")
    for _ in range(5):
        happened = concurrently(
            [
                partial(act, ref, "hold", actor=director, now=clock, **WORDS),
                partial(act, ref, "approve", actor=clerk, now=clock, **WORDS),
                partial(act, ref, "hold", actor=director, now=clock, **WORDS),
            ]
        )
        done = [outcome.action for outcome in happened.done]
        assert tags(ref)[-len(done) :] == sorted(done, key=tags(ref).index)
        if done != ["hold"]:
            break
        act(ref, "resume", actor=director, now=clock, **WORDS)
    assert messages("notify.hold") == tags(ref).count("hold")
    assert messages("issue.licence") == tags(ref).count("approve")
