"""Statements past the ORM: they store what the ORM would store, all or nothing, in as few statements as promised."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, bindparam, event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from registration import database as db
from registration.database.statements import Query, Write, execute, prepare_insert, prepare_update
from registration.models import Application, Message
from registration.models.columns import table_of
from registration.operations import apply, samples
from registration.operations.act import act
from tests.fixtures.cases import actor_of, nameless, submitted

pytestmark = [pytest.mark.usefixtures("database_url"), pytest.mark.both_engines]
TABLE = table_of(Message)
PUT, RENAME = prepare_insert(TABLE, "id"), prepare_update(TABLE, "effect", "payload")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSON = st.dictionaries(TEXT, TEXT | st.integers(-(2**31), 2**31) | st.none() | st.booleans(), max_size=4)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def row(effect: str = "a.b", **other: Any) -> dict[str, Any]:
    now = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
    empty = {
        "application_id": None,
        "last_error": None,
        "parked_at": None,
        "working_until": None,
        "owner": None,
        "attempts": 0,
    }
    return {"effect": effect, "payload": {}, "due_at": now, "created_at": now} | empty | other


def stored(session: Session) -> dict[str, Message]:
    """By effect: rows that were sent together have no order."""
    return {found.effect: found for found in session.exec(select(Message)).all()}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    effect=TEXT.filter(lambda text: text != "another one"),
    payload=JSON,
    due_at=TIMES,
    attempts=st.integers(0, 2**31 - 1),
)
def test_what_was_sent_is_read(
    database: Engine, effect: str, payload: dict[str, Any], due_at: datetime, attempts: int
) -> None:
    with Session(database) as session:
        execute(
            session, [(PUT, row("another one")), (PUT, row(effect, payload=payload, due_at=due_at, attempts=attempts))]
        )
        found = stored(session)[effect]
        assert (found.effect, found.payload, found.due_at, found.attempts) == (effect, payload, due_at, attempts)
        session.rollback()


def test_a_row_is_changed_by_its_id_alone(database: Engine) -> None:
    with Session(database) as session:
        execute(session, [(PUT, row("one.a")), (PUT, row("two.a"))])
        first = stored(session)["one.a"].id
        execute(session, [(RENAME, {"row_id": first, "effect": "one.b", "payload": {"n": 1}}), (PUT, row("three.a"))])
        session.expire_all()
        payloads = {effect: found.payload for effect, found in stored(session).items()}
        assert payloads == {"one.b": {"n": 1}, "two.a": {}, "three.a": {}}


@pytest.mark.parametrize("place", [0, 1])
def test_one_that_is_refused_stops_all(database: Engine, place: int) -> None:
    writes: list[Write] = [(PUT, row())]
    writes.insert(place, (PUT, row() | {"effect": None}))
    with pytest.raises(IntegrityError), db.transaction() as session:
        execute(session, writes)
    with db.reading() as session:
        assert stored(session) == {}


def test_nothing_to_write_is_no_statement(database: Engine) -> None:
    with Session(database) as session:
        execute(session, [])
        assert stored(session) == {}


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """What the drivers send, but for the frame of a transaction. SQLite repeats one for its triggers."""
    sent: list[str] = []

    def note(text: str) -> None:
        if not text.startswith(("BEGIN", "COMMIT", "PRAGMA")) and sent[-1:] != [text]:
            sent.append(text)

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **other: Any) -> "Noting":
            note(str(query))
            return super().execute(query, *given, **other)

    def listen(connection: Any, _record: Any) -> None:
        if engine.name == "postgresql":
            connection.cursor_factory = Noting
        else:
            connection.set_trace_callback(note)

    engine.dispose()
    event.listen(engine, "connect", listen)
    yield sent
    event.remove(engine, "connect", listen)
    engine.dispose()


def test_an_action_costs_as_many_statements_however_long_the_history_is(database: Engine, clock: datetime) -> None:
    samples.load(now=clock)
    form = nameless()
    ref = submitted("individual", form, registrar="330702", actor=actor_of("lin@example.cn"), now=clock)
    act(ref, "claim", actor=actor_of("0318"), now=clock)
    costs: dict[str, set[int]] = {"hold": set(), "resume": set()}
    with counted(database) as sent:
        for turn in range(6):
            for action in ("hold", "resume"):
                at = clock + timedelta(minutes=turn)
                director = actor_of("0320")
                sent.clear()
                act(ref, action, actor=director, now=at, reason="收到通知书", paper="样例文书1号")
                costs[action].add(len(sent))
    # A look that locks the case; then its row, the entry and the messages (a paper and a mail of a hold, a mail of its
    # end), as one where the database can.
    one = database.name == "postgresql"
    assert costs == {"hold": {2 if one else 5}, "resume": {2 if one else 4}}
    with db.reading() as session:
        assert session.exec(select(Application.history_seq)).one() > 12


def test_several_sections_are_saved_at_once(database: Engine, clock: datetime) -> None:
    samples.load(now=clock)
    lin, form = actor_of("lin@example.cn"), nameless()
    ref = apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=clock)
    with counted(database) as sent:
        version = apply.save_sections(ref, form, actor=lin, now=clock)
    changes = [one for one in sent if one.startswith("UPDATE application")]
    assert (len(changes), version) == (1, 2)
    with db.reading() as session:
        case = session.exec(select(Application)).one()
        assert set(case.form) == set(form)
        assert all(isinstance(one["id_no"], str) and one["id_no"].startswith("sealed") for one in case.form["people"])


def test_a_list_of_any_length_is_one_parameter(database: Engine) -> None:
    chosen = Query(select(col(Message.effect)).where(col(Message.effect).in_(bindparam("effects", expanding=True))))
    with Session(database) as session:
        execute(session, [(PUT, row(effect)) for effect in ("a.b", "a.c", "a.d")])
        for effects in ([], ["a.c"], ["a.d", "a.c", "x", "' OR 1"]):
            found = {effect for (effect,) in chosen.rows(session, effects=effects)}
            assert found == {"a.c", "a.d"} & {*effects}
