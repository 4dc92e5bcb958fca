"""The histories as an event log: a stream of cases with their events and the objects of the events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from registration.models import Licence, Notice
from registration.models.columns import table_of
from registration.queries.history import DaySpan, RowsOfCases, applications, history, parts_of, streamed, within

_notices = table_of(Notice)
_licences = table_of(Licence)


@dataclass(frozen=True, slots=True)
class Thing:
    """A notice or a licence: `since` when it was given, `until` when a notice was answered."""

    kind: str
    ref: str
    paper: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One entry of a history, without free texts."""

    seq: int
    at: datetime
    tag: str
    actor: str
    role: str
    source: str
    target: str
    parts: tuple[str, ...]

    def concerns(self, thing: Thing) -> str | None:
        """The relation of the event to a notice or licence: it `issues` or `answers` it; None without a relation."""
        if not self.tag.startswith("application:") or self.source == self.target:
            return None
        return {thing.until: "answers", thing.since: "issues"}.get(self.at)


@dataclass(frozen=True)
class LogCase:
    """A case; its events can be iterated once, before the next case is read."""

    ref: str
    registrar: str
    matter: str
    entity_type: str
    regime: str
    definition: str
    things: list[Thing]
    events: Iterator[LogEvent]


class EventLog:
    """The event log of a span; it can be iterated more than once."""

    def __init__(self, session: Session, span: DaySpan) -> None:
        self._session, self._span = session, span

    def tags(self) -> list[str]:
        """The kinds of events in the span."""
        return [row.tag for row in streamed(self._session, self._distinct(history.c.tag))]

    def actors(self) -> Iterator[str]:
        """Every actor, once."""
        return (row.actor for row in streamed(self._session, self._distinct(history.c.actor)))

    def cases(self) -> Iterator[LogCase]:
        """By number; the events of each in their order."""
        notices, licences = RowsOfCases(self._on(_notices)), RowsOfCases(self._on(_licences))
        for case_id, rows in groupby(streamed(self._session, self._events()), key=lambda row: row.case_id):
            given = [Thing("notice", one.number, None, one.issued_at, one.answered_at) for one in notices.of(case_id)]
            made = [Thing("licence", one.ref, one.paper, one.issued_at, None) for one in licences.of(case_id)]
            yield _case(rows, given + made)

    def _distinct(self, column: Any) -> Select[Any]:
        query = select(column).join(applications, applications.c.id == history.c.application_id)
        return query.where(*within(self._span)).distinct().order_by(column)

    def _events(self) -> Select[Any]:
        case, entry = applications.c, history.c
        about = (case.ref, case.registrar_code, case.matter, case.entity_type, case.regime, case.definition)
        columns = (entry.seq, entry.at, entry.tag, entry.actor, entry.role, entry.source, entry.target, entry.data)
        return (
            select(case.id.label("case_id"), *about, *columns)
            .join(applications, case.id == entry.application_id)
            .where(*within(self._span))
            .order_by(case.id, entry.seq)
        )

    def _on(self, table: Any) -> Iterator[Row[Any]]:
        query = select(table).join(applications, applications.c.id == table.c.application_id)
        if self._span.registrar:
            query = query.where(applications.c.registrar_code == self._span.registrar)
        return streamed(self._session, query.order_by(table.c.application_id, table.c.id))


def _case(rows: Iterator[Row[Any]], things: list[Thing]) -> LogCase:
    row = next(rows)
    about = (row.ref, row.registrar_code, row.matter, row.entity_type, row.regime, row.definition)
    return LogCase(*about, things, map(_event, chain([row], rows)))


def _event(row: Row[Any]) -> LogEvent:
    values = (row.seq, row.at, row.tag, row.actor, row.role, row.source, row.target)
    return LogEvent(*values, parts_of(row.data) if row.tag.startswith(("application:", "part:")) else ())
