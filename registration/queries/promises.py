"""Promises, computed from the history of cases and parts, or missing because a calendar is missing."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from registration.matters import calendar, definition_of, office_hours, shipped
from registration.models import Application, HistoryEntry, Part
from registration.queries.watch import MOST, WITHOUT_FORM, any_of, parts_at_work
from workflows.clock import deadline
from workflows.definition import Parts
from workflows.errors import UnknownYear
from workflows.promise import Promise, Span, StepTaken, counts_in, promised

_SUBJECT = "application:"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A case or part that should have a due time and has none: `due` if it can be computed, else the unknown `year`.

    `version` is the case's version when it was read.
    """

    ref: str
    version: int
    part: str
    due: Promise | datetime | None
    year: int | None


def promise_for(case: Application, entries: Iterable[HistoryEntry]) -> Promise:
    """The promise, computed from the history. Raises UnknownYear if its calendar is missing."""
    definition = definition_of(case.definition)
    taken = [
        StepTaken(one.tag.removeprefix(_SUBJECT), one.source, one.target, one.role, one.at)
        for one in entries
        if one.tag.startswith(_SUBJECT)
    ]
    policy = definition.clock[case.regime]
    return promised(definition, taken, policy=policy, calendar=calendar(), hours=office_hours())


def case_span(case: Application, entries: Sequence[HistoryEntry]) -> Span | None:
    """The start of the case's present promise and its number of working days; None if no promise runs.

    A case that was moved to another version of its table has steps that are not in this one: if the history is not
    sufficient, the promise is counted from the entry into the present state.
    """
    if case.due_at is None:
        return None
    try:
        span = promise_for(case, entries).span
    except UnknownYear:
        span = None
    begun_at = arrived_at(entries)
    return span or (Span(begun_at, _days(begun_at, case.due_at)) if begun_at is not None else None)


def arrived_at(entries: Sequence[HistoryEntry]) -> datetime | None:
    """When the case entered its present state."""
    moved = (one for one in reversed(entries) if one.tag.startswith(_SUBJECT) and one.source != one.target)
    return next((one.at for one in moved), None)


def promise_for_part(case: Application, part: Part, entries: Iterable[HistoryEntry]) -> datetime | None:
    """When the part is due by its history, None without a limit. Raises UnknownYear as `promise_for` does."""
    parts = definition_of(case.definition).parts
    begun_at = part_begun_at(parts, part.key, entries) if parts is not None else None
    limit = parts.graph[part.key].within if parts is not None else None
    if begun_at is None or limit is None:
        return None
    return deadline(begun_at, limit, calendar=calendar(), hours=office_hours())


def part_begun_at(parts: Parts, key: str, entries: Iterable[HistoryEntry]) -> datetime | None:
    """When the part last entered a state in which its agency must work, from one in which it need not."""
    begun_at = None
    for one in entries:
        source, target = parts.states.get(one.source), parts.states.get(one.target)
        opened = one.tag.startswith("part:") and one.data.get("part") == key and target is not None
        if opened and target is not None and target.kind == "office" and (source is None or source.kind != "office"):
            begun_at = one.at
    return begun_at


def part_span(case: Application, part: Part, entries: Iterable[HistoryEntry]) -> Span | None:
    """The start of the part's promise and its number of working days; None if no promise runs."""
    parts = definition_of(case.definition).parts
    if parts is None or part.due_at is None:
        return None
    begun_at = part_begun_at(parts, part.key, entries)
    return Span(begun_at, _days(begun_at, part.due_at)) if begun_at is not None else None


def lacking(session: Session, *, registrar_code: str | None = None, most: int = MOST) -> list[Lacking]:
    """Cases and parts without a due time that they should have, the oldest first."""
    # The forms are most of what the rows hold, and no promise depends on them.
    query = (
        select(Application)
        .options(WITHOUT_FORM)
        .where(
            col(Application.due_at).is_(None), col(Application.paused_at).is_(None), _counting(), *_of(registrar_code)
        )
    )
    cases = list(session.scalars(query.order_by(col(Application.id)).limit(most)))
    by_case = histories(session, [case.id for case in cases])
    found = [_lack(case, by_case[case.id]) for case in cases]
    return [*found, *_lacking_parts(session, registrar_code, most)]


def lacking_years(session: Session, *, registrar_code: str | None = None) -> Mapping[int, int]:
    """Year of a missing calendar -> how many cases and parts have no promise because of it."""
    found = lacking(session, registrar_code=registrar_code)
    return Counter(one.year for one in found if one.year is not None)


def histories(session: Session, case_ids: Collection[int | None]) -> dict[int, list[HistoryEntry]]:
    """The steps of these cases and parts, in order."""
    found: dict[int, list[HistoryEntry]] = defaultdict(list)
    query = select(HistoryEntry).where(
        col(HistoryEntry.application_id).in_(case_ids),
        or_(col(HistoryEntry.tag).like(f"{_SUBJECT}%"), col(HistoryEntry.tag).like("part:%")),
    )
    for entry in session.scalars(query.order_by(col(HistoryEntry.application_id), col(HistoryEntry.seq))):
        found[entry.application_id].append(entry)
    return found


def _counting() -> ColumnElement[bool]:
    """Whether the case is in a state with a due time."""
    return any_of(
        and_(
            col(Application.definition) == key,
            col(Application.regime) == regime,
            col(Application.state).in_([state for state in table.states if counts_in(table, state, policy=policy)]),
        )
        for key in shipped()
        for table in (definition_of(key),)
        for regime, policy in table.clock.items()
    )


def _of(registrar_code: str | None) -> list[Any]:
    return [] if registrar_code is None else [col(Application.registrar_code) == registrar_code]


def _lack(case: Application, entries: Iterable[HistoryEntry]) -> Lacking:
    try:
        promise = promise_for(case, entries)
    except UnknownYear as unknown:
        return Lacking(case.ref, case.version, "", None, unknown.year)
    return Lacking(case.ref, case.version, "", promise if promise.clock.due_at else None, None)


def _lacking_parts(session: Session, registrar_code: str | None, most: int) -> Iterator[Lacking]:
    query = select(Application, Part).options(WITHOUT_FORM)
    query = query.join(Part, col(Part.application_id) == col(Application.id)).where(
        col(Part.due_at).is_(None), parts_at_work(), *_of(registrar_code)
    )
    rows = session.execute(query.order_by(col(Part.id)).limit(most)).all()
    by_case = histories(session, [case.id for case, _part in rows])
    return (_lack_of_part(case, part, by_case[case.id]) for case, part in rows)


def _lack_of_part(case: Application, part: Part, entries: Iterable[HistoryEntry]) -> Lacking:
    try:
        return Lacking(case.ref, case.version, part.key, promise_for_part(case, part, entries), None)
    except UnknownYear as unknown:
        return Lacking(case.ref, case.version, part.key, None, unknown.year)


def _days(begun_at: datetime, due_at: datetime) -> int | None:
    hours = office_hours()
    try:
        return calendar().between(hours.received_on(begun_at), hours.day_of(due_at))
    except UnknownYear:
        return None
