"""What was promised: told from the history, lacking for want of a calendar, watched or broken."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlmodel import Session

from registration.matters import calendar, definition_of, office_hours, shipped
from registration.models import Application, HistoryEntry, Part, PromiseAlert
from workflows.clock import deadline
from workflows.definition import Parts
from workflows.errors import UnknownYear
from workflows.promise import Promise, Span, Taken, counts_in, promised

_SUBJECT = "application:"
# One round looks at no more than this, so that a long list is worked off in rounds of some seconds.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Lacking:
    """A case or part that should have a due time and has none: `due` once it can be told, else the unknown `year`.

    `version` is the case's when it was looked at.
    """

    ref: str
    version: int
    part: str
    due: Promise | datetime | None
    year: int | None


def promise_for(case: Application, entries: Iterable[HistoryEntry]) -> Promise:
    """The promise as the history tells it. Raises UnknownYear where its day cannot be told yet."""
    definition = definition_of(case.definition)
    taken = [
        Taken(one.tag.removeprefix(_SUBJECT), one.source, one.target, one.role, one.at)
        for one in entries
        if one.tag.startswith(_SUBJECT)
    ]
    policy = definition.clock[case.regime]
    return promised(definition, taken, policy=policy, calendar=calendar(), hours=office_hours())


def part_begun_at(parts: Parts, key: str, entries: Iterable[HistoryEntry]) -> datetime | None:
    """When the part last came to its agency from where nobody had to work on it."""
    begun_at = None
    for one in entries:
        source, target = parts.states.get(one.source), parts.states.get(one.target)
        opened = one.tag.startswith("part:") and one.data.get("part") == key and target is not None
        if opened and target is not None and target.kind == "office" and (source is None or source.kind != "office"):
            begun_at = one.at
    return begun_at


def part_span(case: Application, part: Part, entries: Iterable[HistoryEntry]) -> Span | None:
    """Since when the part waits for its agency, and how many working days it was given; None where nothing runs."""
    parts = definition_of(case.definition).parts
    if parts is None or part.due_at is None:
        return None
    begun_at = part_begun_at(parts, part.key, entries)
    return Span(begun_at, _days(begun_at, part.due_at)) if begun_at is not None else None


def lacking(session: Session, *, registrar_code: str | None = None, most: int = MOST) -> list[Lacking]:
    """Cases and parts without a due time that they should have, the oldest first."""
    query = select(Application).where(
        Application.due_at.is_(None), Application.paused_at.is_(None), _counting(), *_of(registrar_code)
    )
    cases = list(session.execute(query.order_by(Application.id).limit(most)).scalars())
    told = histories(session, [case.id for case in cases])
    found = [_lack(case, told[case.id or 0]) for case in cases]
    return [*found, *_lacking_parts(session, registrar_code, most)]


def lacking_years(session: Session, *, registrar_code: str | None = None) -> Mapping[int, int]:
    """Year whose calendar is missing -> how many cases and parts have no promise for want of it."""
    found = lacking(session, registrar_code=registrar_code)
    return Counter(one.year for one in found if one.year is not None)


def unwatched(session: Session, *, most: int = MOST) -> list[Application]:
    """Cases with the office whose present promise has no alerts yet."""
    watched = exists().where(
        PromiseAlert.application_id == Application.id,
        PromiseAlert.part_key == "",
        PromiseAlert.due_at == Application.due_at,
        PromiseAlert.kind == "overdue",
    )
    query = select(Application).where(Application.due_at.is_not(None), in_office(), ~watched)
    return list(session.execute(query.order_by(Application.due_at).limit(most)).scalars())


def unwatched_parts(session: Session, *, most: int = MOST) -> list[tuple[Application, Part]]:
    watched = exists().where(
        PromiseAlert.application_id == Part.application_id,
        PromiseAlert.part_key == Part.key,
        PromiseAlert.due_at == Part.due_at,
        PromiseAlert.kind == "overdue",
    )
    query = (
        select(Application, Part)
        .join(Part, Part.application_id == Application.id)
        .where(Part.due_at.is_not(None), parts_at_work(), ~watched)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Part.due_at).limit(most))]


def histories(session: Session, case_ids: Collection[int | None]) -> dict[int, list[HistoryEntry]]:
    """The steps of these cases and parts, in their order."""
    found: dict[int, list[HistoryEntry]] = defaultdict(list)
    query = select(HistoryEntry).where(
        HistoryEntry.application_id.in_(case_ids),
        or_(HistoryEntry.tag.like(f"{_SUBJECT}%"), HistoryEntry.tag.like("part:%")),
    )
    for entry in session.execute(query.order_by(HistoryEntry.application_id, HistoryEntry.seq)).scalars():
        found[entry.application_id].append(entry)
    return found


def alerts_on(session: Session, case_ids: Collection[int | None]) -> dict[int, list[PromiseAlert]]:
    """What was said about promises of these cases that still stand, the case's own first."""
    query = (
        select(PromiseAlert)
        .join(Application, Application.id == PromiseAlert.application_id)
        .outerjoin(Part, and_(Part.application_id == Application.id, Part.key == PromiseAlert.part_key))
        .where(PromiseAlert.application_id.in_(case_ids), PromiseAlert.said.is_(True), _stands())
        .order_by(PromiseAlert.part_key, PromiseAlert.alert_at)
    )
    found: dict[int, list[PromiseAlert]] = defaultdict(list)
    for alert in session.execute(query).scalars():
        found[alert.application_id].append(alert)
    return found


def without_promise(session: Session, *, most: int = MOST) -> list[int]:
    """Alerts that were never said and whose promise does not run any more: kept, ended, or moved to another day."""
    running = (
        select(PromiseAlert.id)
        .join(Application, Application.id == PromiseAlert.application_id)
        .outerjoin(Part, and_(Part.application_id == Application.id, Part.key == PromiseAlert.part_key))
        .where(_stands())
    )
    query = select(PromiseAlert.id).where(PromiseAlert.said_at.is_(None), PromiseAlert.id.not_in(running))
    return list(session.execute(query.limit(most)).scalars())


def is_escalated() -> ColumnElement[bool]:
    """Whether a broken promise of the case, or of one of its parts, was reported and still stands."""
    part = and_(Part.application_id == Application.id, Part.key == PromiseAlert.part_key)
    spoken = (
        select(PromiseAlert.id)
        .select_from(PromiseAlert)
        .outerjoin(Part, part)
        .where(PromiseAlert.application_id == Application.id, PromiseAlert.kind == "overdue", PromiseAlert.said)
        .where(_stands())
        .correlate(Application)
    )
    return spoken.exists()


def _stands() -> ColumnElement[bool]:
    own = and_(PromiseAlert.part_key == "", PromiseAlert.due_at == Application.due_at, in_office())
    return or_(own, and_(PromiseAlert.due_at == Part.due_at, parts_at_work()))


def in_office() -> ColumnElement[bool]:
    """Whether the case is in a state in which the office has to do something."""
    tables = ((key, definition_of(key)) for key in shipped())
    return _any(
        and_(Application.definition == key, Application.state.in_(_office(table.states))) for key, table in tables
    )


def parts_at_work() -> ColumnElement[bool]:
    """Whether a part waits for its agency, or for the answer to its objection."""
    tables = ((key, definition_of(key).parts) for key in shipped())
    return _any(
        and_(
            Application.definition == key,
            Application.state.in_(parts.runs_in),
            Part.state.in_(_office(parts.states)),
        )
        for key, parts in tables
        if parts is not None
    )


def _counting() -> ColumnElement[bool]:
    """Whether the case is where a due time belongs."""
    return _any(
        and_(
            Application.definition == key,
            Application.regime == regime,
            Application.state.in_([state for state in table.states if counts_in(table, state, policy=policy)]),
        )
        for key in shipped()
        for table in (definition_of(key),)
        for regime, policy in table.clock.items()
    )


def _office(states: Mapping[str, Any]) -> list[str]:
    return [key for key, state in states.items() if state.kind == "office"]


def _any(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *conditions)


def _of(registrar_code: str | None) -> list[Any]:
    return [] if registrar_code is None else [Application.registrar_code == registrar_code]


def _lack(case: Application, entries: Iterable[HistoryEntry]) -> Lacking:
    try:
        return Lacking(case.ref, case.version, "", promise_for(case, entries), None)
    except UnknownYear as unknown:
        return Lacking(case.ref, case.version, "", None, unknown.data["year"])


def _lacking_parts(session: Session, registrar_code: str | None, most: int) -> Iterator[Lacking]:
    query = select(Application, Part).join(Part, Part.application_id == Application.id)
    query = query.where(Part.due_at.is_(None), parts_at_work(), *_of(registrar_code))
    rows = session.execute(query.order_by(Part.id).limit(most)).all()
    told = histories(session, [case.id for case, _part in rows])
    return (_lack_of_part(case, part, told[case.id]) for case, part in rows)


def _lack_of_part(case: Application, part: Part, entries: Iterable[HistoryEntry]) -> Lacking:
    parts = definition_of(case.definition).parts
    begun_at = part_begun_at(parts, part.key, entries) if parts is not None else None
    limit = parts.graph[part.key].within if parts is not None else None
    if begun_at is None or limit is None:
        return Lacking(case.ref, case.version, part.key, None, None)
    try:
        due_at = deadline(begun_at, limit, calendar=calendar(), hours=office_hours())
    except UnknownYear as unknown:
        return Lacking(case.ref, case.version, part.key, None, unknown.data["year"])
    return Lacking(case.ref, case.version, part.key, due_at, None)


def _days(begun_at: datetime, due_at: datetime) -> int | None:
    hours = office_hours()
    try:
        return calendar().between(hours.received_on(begun_at), hours.day_of(due_at))
    except UnknownYear:
        return None
