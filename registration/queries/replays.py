"""Checks the state of each case against its history: replays the recorded steps through the case's tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from registration.matters import definition_of
from registration.models import Account, Part
from registration.models.columns import table_of
from registration.queries.history import DaySpan, RowsOfCases, applications, concerned, history, parts_of, streamed
from registration.queries.integrity import Counted
from workflows.versions.replay import Contradiction, Kind, Recorded, Replay, Share

_accounts = table_of(Account)
_parts = table_of(Part)
_OPENING = ("application:start", 1)
_MOVE = "application:migrate"


@dataclass(frozen=True)
class ReplayDifference:
    """`what` differs from the history: at entry `seq`, or (None) in the stored case."""

    ref: str
    seq: int | None
    what: str
    expected: str
    found: str


def differences(session: Session, span: DaySpan, *, counted: Counted) -> Iterator[ReplayDifference]:
    """Replays every case of the span, and counts them in `counted`."""
    parts = RowsOfCases(streamed(session, _of_parts(span)))
    for case_id, rows in groupby(streamed(session, _of_cases(span)), key=lambda row: row.case_id):
        yield from _case(rows, parts.of(case_id), counted)


def _of_cases(span: DaySpan) -> Any:
    case, entry, holder = applications.c, history.c, _accounts.c
    stored = (case.ref, case.definition, case.state.label("stands"), case.version, holder.login.label("holder"))
    columns = (entry.seq, entry.tag, entry.actor, entry.role, entry.source, entry.target, entry.data)
    return (
        select(case.id.label("case_id"), *stored, *columns)
        .select_from(
            applications.outerjoin(history, entry.application_id == case.id).outerjoin(
                _accounts, holder.id == case.holder_id
            )
        )
        .where(*concerned(span))
        .order_by(case.id, entry.seq)
    )


def _of_parts(span: DaySpan) -> Any:
    part = _parts.c
    return (
        select(part.application_id, part.key, part.state, _accounts.c.login.label("holder"))
        .select_from(
            _parts.join(applications, applications.c.id == part.application_id).outerjoin(
                _accounts, _accounts.c.id == part.holder_id
            )
        )
        .where(*concerned(span))
        .order_by(part.application_id, part.id)
    )


def _case(rows: Iterable[Row[Any]], parts: list[Row[Any]], counted: Counted) -> Iterator[ReplayDifference]:
    replay: Replay | None = None
    case = None
    counted.cases += 1
    for case in rows:
        if case.seq is None:
            break
        replay = replay or Replay(case.data.get("definition") or case.definition, tables=definition_of)
        counted.entries += 1
        try:
            replay.take(recorded(case))
        except Contradiction as against:
            # Steps after an impossible one cannot be judged: the first one must be corrected.
            yield _difference(case.ref, against)
            return
    assert case is not None
    if replay is None:
        yield ReplayDifference(case.ref, None, "opening", "a history", "none")
        return
    try:
        replay.end()
    except Contradiction as against:
        yield _difference(case.ref, against)
        return
    yield from _stored(case, replay)
    yield from _stored_parts(case.ref, parts, replay)


def _difference(ref: str, against: Contradiction) -> ReplayDifference:
    return ReplayDifference(ref, against.seq, against.fault, against.expected, against.found)


def _stored(case: Row[Any], replay: Replay) -> Iterator[ReplayDifference]:
    if case.definition != replay.table:
        yield ReplayDifference(case.ref, None, "definition", replay.table, case.definition)
    if case.stands != replay.state:
        yield ReplayDifference(case.ref, None, "state", str(replay.state), case.stands)
    if _tag(case.holder) not in replay.holders:
        yield ReplayDifference(case.ref, None, "holder", _names(replay.holders), _names([_tag(case.holder)]))
    # Saving a section increases the version and is not recorded, so the number of steps is a lower bound.
    if case.version < 1 + replay.steps:
        yield ReplayDifference(case.ref, None, "version", f">= {1 + replay.steps}", str(case.version))


def _stored_parts(ref: str, parts: list[Row[Any]], replay: Replay) -> Iterator[ReplayDifference]:
    graph = definition_of(replay.table).parts
    untouched = Share(frozenset({graph.start if graph else ""}), frozenset({None}))
    stored = {part.key: part for part in parts}
    for key in replay.parts.keys() - stored.keys():
        yield ReplayDifference(ref, None, f"part {key}", _names(replay.parts[key].states), "none")
    for key, part in stored.items():
        share = replay.parts.get(key, untouched)
        if part.state not in share.states:
            yield ReplayDifference(ref, None, f"part {key}", _names(share.states), part.state)
        if _tag(part.holder) not in share.holders:
            yield ReplayDifference(ref, None, f"part {key} holder", _names(share.holders), _names([_tag(part.holder)]))


def recorded(entry: Any) -> Recorded:
    """A history entry (or a row of it) for the replay library."""
    subject, _, action = entry.tag.partition(":")
    return Recorded(
        seq=entry.seq,
        kind=_kind(entry, subject),
        action=action,
        # A step that a director or the system took for a person counts as that person's.
        actor=entry.data.get("for") or entry.actor,
        role=entry.role,
        source=entry.source,
        target=entry.target,
        parts=parts_of(entry.data) if subject in ("application", "part") else (),
        tables=_tables(entry.data) if entry.tag == _MOVE else None,
    )


def _kind(entry: Any, subject: str) -> Kind:
    if (entry.tag, entry.seq) == _OPENING:
        return "opening"
    if entry.tag == _MOVE:
        return "move"
    kinds: dict[str, Kind] = {"application": "step", "part": "part"}
    return kinds.get(subject, "note")


def _tables(data: Mapping[str, Any]) -> tuple[str, str]:
    return str(data.get("from", "")), str(data.get("to", ""))


def _tag(login: str | None) -> str | None:
    return None if login is None else f"staff:{login}"


def _names(values: Iterable[Any]) -> str:
    return " | ".join(sorted("nobody" if value is None else str(value) for value in values))
