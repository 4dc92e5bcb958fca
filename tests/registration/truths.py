"""What must be true of a case after anything that anybody did, as the database has it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registration import database
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, IssuedNumber, Message, Notice, Part
from registration.operations.act import LOCAL_EFFECTS
from registration.operations.history import broken_at
from registration.queries.application_document import DOCUMENTS
from workflows import joins
from workflows.clock import Clock
from workflows.definition import Definition, Row

DEAD = {"not_accepted", "rejected", "withdrawn", "lapsed"}
GRANTED = {"approved", "licence_prepared", "licence_issued", "shared", "archived"}


@dataclass
class Seen:
    """A case as it was first seen, and what was noticed since: deliveries, saves, numbers, the last due time."""

    id: int
    version: int
    entries: int
    messages: frozenset[int]
    delivered: dict[int, str] = field(default_factory=dict)
    saves: int = 0
    numbers: dict[str, str] = field(default_factory=dict)
    case_due_at: datetime | None = None


def first_look(ref: str) -> Seen:
    with database.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        assert case.id is not None
        messages = frozenset(message.id or 0 for message in _messages_of(session, case.id))
        return Seen(case.id, case.version, case.history_seq, messages, case_due_at=case.case_due_at)


def everything(case_id: int) -> list[Any]:
    """Every row of the case, to see that nothing has changed."""
    with database.reading() as session:
        case = session.get_one(Application, case_id)
        kinds: tuple[Any, ...] = (HistoryEntry, IssuedNumber, Message, Notice, Part)
        rows = [row for kind in kinds for row in session.exec(select(kind).where(kind.application_id == case_id)).all()]
        return [row.model_dump() for row in (case, *rows)]


def hold(seen: Seen, *, now: datetime) -> None:
    """Raises AssertionError for the first thing that is not as it must be."""
    with database.reading() as session:
        case = session.get_one(Application, seen.id)
        table = definition_of(case.definition)
        query = select(HistoryEntry).where(HistoryEntry.application_id == seen.id).order_by(col(HistoryEntry.seq))
        entries = session.exec(query).all()
        # The first entry opens the file; `start` is also what an examiner does.
        steps = [one for one in entries[1:] if one.tag.startswith("application:")]
        assert broken_at(session, seen.id) is None
        assert (case.history_seq, case.history_hash) == (entries[-1].seq, entries[-1].hash)
        taken = _replayed(table, steps, case)
        new = [rows for step, rows in zip(steps, taken, strict=True) if step.seq > seen.entries]
        assert case.version == seen.version + len(new) + seen.saves
        _one_message_per_effect(session, seen, new)
        _clock(seen, case, now=now)
        _notices(session, case)
        _numbers(session, seen, case)
        _parts(session, table, case, steps)


def _replayed(table: Definition, steps: list[HistoryEntry], case: Application) -> list[list[Row]]:
    """Each step is a row of the table, from where the one before led; the last leads to the stored state."""
    state, taken = table.start, []
    for step in steps:
        action = step.tag.partition(":")[2]
        rows = [row for row in table.rows_from(state) if row.action == action and step.role in row.by]
        rows = [row for row in rows if row.target_from(state) == step.target]
        assert step.source == state, f"{step.seq}: {action} from {step.source}, but the case was {state}"
        assert rows, f"{step.seq}: no row lets {step.role} {action} from {state} to {step.target}"
        assert _other_eyes(rows, step, steps), f"{step.seq}: {step.actor} met the second pair of eyes alone"
        taken.append(rows)
        state = step.target
    assert state == case.state
    return taken


def _other_eyes(rows: list[Row], step: HistoryEntry, steps: list[HistoryEntry]) -> bool:
    earlier = {f"application:{action}" for row in rows for action in row.not_same_person_as}
    before = [one.actor for one in steps if one.tag in earlier and one.seq < step.seq]
    return not earlier or (bool(before) and before[-1] != step.actor)


def _messages_of(session: Session, case_id: int) -> list[Message]:
    return list(session.exec(select(Message).where(col(Message.application_id) == case_id)).all())


def _one_message_per_effect(session: Session, seen: Seen, new: list[list[Row]]) -> None:
    """What was decided since the case was first seen waits or was delivered, each once, and nothing else does."""
    messages = {message.id or 0: message.effect for message in _messages_of(session, seen.id)}
    assert not messages.keys() & seen.delivered.keys()
    assert seen.messages <= messages.keys() | seen.delivered.keys()
    found = Counter(effect for one, effect in (messages | seen.delivered).items() if one not in seen.messages)
    possible = [Counter[str]()]
    for rows in new:
        # Rows that differ in their condition only may tell different people: one of them was taken.
        choices = {tuple(_messages_from(row)) for row in rows}
        possible = [one + Counter(choice) for one in possible for choice in choices]
    assert found in possible, f"{found} is none of {possible}"


def _messages_from(row: Row) -> Iterator[str]:
    """A revision that is kept brings its application document, in two parts."""
    for effect in row.effects:
        if effect not in LOCAL_EFFECTS:
            yield effect
        elif effect == "revision.keep":
            yield from (f"paper.{kind}" for kind in DOCUMENTS)


def _clock(seen: Seen, case: Application, *, now: datetime) -> None:
    clock = Clock(case.case_due_at, case.state_due_at, case.paused_at)
    assert case.due_at == clock.due_at
    assert case.paused_at is None or (case.paused_at <= now and case.case_due_at is not None)
    assert case.state_due_at is None or case.state_due_at > case.created_at
    before, after = seen.case_due_at, case.case_due_at
    if after is not None and after != before:
        assert after > now or (before is not None and after > before), "time was taken away"
    seen.case_due_at = after


def _notices(session: Session, case: Application) -> None:
    open_ = session.exec(
        select(Notice).where(Notice.application_id == case.id, col(Notice.answered_at).is_(None))
    ).all()
    assert len(open_) <= 1
    assert case.state != "correction_requested" or len(open_) == 1


def _numbers(session: Session, seen: Seen, case: Application) -> None:
    everybody = session.exec(select(IssuedNumber)).all()
    assert max(Counter((one.scheme, one.value) for one in everybody).values(), default=1) == 1
    own = {one.scheme: one for one in everybody if one.application_id == case.id}
    assert all(own[scheme].value == value for scheme, value in seen.numbers.items()), "a number was changed"
    seen.numbers |= {scheme: one.value for scheme, one in own.items()}
    assert case.state not in DEAD or not [one for one in own.values() if one.status == "reserved"]


def _parts(session: Session, table: Definition, case: Application, steps: list[HistoryEntry]) -> None:
    states = {part.key: part.state for part in session.exec(select(Part).where(Part.application_id == case.id))}
    assert table.parts is not None
    assert set(states.values()) <= set(table.parts.states)
    opened = sum(step.target in table.parts.runs_in and step.source != step.target for step in steps)
    joined = sum(step.tag == f"application:{table.parts.join}" for step in steps)
    assert joined <= opened
    if states and case.state in GRANTED:
        assert joined >= 1
        assert joins.is_complete(table.parts, states)
