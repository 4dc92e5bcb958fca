"""Which cases and which period a figure is about, as conditions of SQL."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import Session, col

from registration.matters import definition_of, office_hours, shipped
from registration.models import Application, HistoryEntry
from registration.models.applications import MOVED
from registration.models.columns import table_of
from registration.rules.periods import Period
from workflows.analytics.milestones import Move, decisions, hand_overs, moves_of, refusals
from workflows.definition import Definition

MovesOf = Callable[[Definition], frozenset[Move]]
HISTORY = table_of(HistoryEntry).c


@dataclass(frozen=True)
class Selection:
    """The cases of one registrar, of one matter, type or district where these are not empty, in one period.

    `whole_city`: of all registrars. An empty code is no registrar, so that an account without one counts nothing.
    """

    registrar_code: str
    period: Period
    matter: str = ""
    entity_type: str = ""
    district: str = ""
    whole_city: bool = False

    @property
    def begin(self) -> datetime:
        return moment_of(self.period)[0]

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return moment_of(self.period)[1]

    def cases(self) -> list[ColumnElement[bool]]:
        """The conditions on the case, without the period."""
        found = [] if self.whole_city else [col(Application.registrar_code) == self.registrar_code]
        if self.matter:
            found.append(col(Application.matter) == self.matter)
        if self.entity_type:
            found.append(col(Application.entity_type) == self.entity_type)
        if self.district:
            found.append(col(Application.district) == self.district)
        return found

    def within(self, column: Any) -> list[ColumnElement[bool]]:
        """That the time in a column is in the period."""
        return [column >= self.begin, column < self.end]


def moment_of(period: Period) -> tuple[datetime, datetime]:
    """The midnights at the office before the first and after the last day."""
    zone = office_hours().zone
    days = (period.first, period.last + timedelta(days=1))
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in days)
    return begin, end


def received(selection: Selection) -> Select[Any]:
    """(case_id, at) of each case that came to the office for the first time in the period."""
    return (
        select(HISTORY.application_id.label("case_id"), HISTORY.at)
        .join(Application, col(Application.id) == HISTORY.application_id)
        .where(MOVED, *selection.within(HISTORY.at), *selection.cases(), is_one_of(hand_overs), ~_came_before())
    )


def decided(selection: Selection) -> Select[Any]:
    """(case_id, entry_id) of each case that was decided in the period: its last decision, if it had several."""
    return (
        select(HISTORY.application_id.label("case_id"), func.max(HISTORY.id).label("entry_id"))
        .join(Application, col(Application.id) == HISTORY.application_id)
        .where(MOVED, *selection.within(HISTORY.at), *selection.cases(), is_one_of(decisions))
        .group_by(HISTORY.application_id)
    )


def decisive(selection: Selection) -> Select[Any]:
    """The entries of the history that decided the cases of the period; to be narrowed and counted."""
    last = decided(selection).subquery()
    return (
        select(HISTORY.application_id)
        .join(last, last.c.entry_id == HISTORY.id)
        .join(Application, col(Application.id) == HISTORY.application_id)
    )


def is_one_of(wanted: MovesOf, entry: Any = HISTORY) -> ColumnElement[bool]:
    """Whether an entry of the history is such a move; `entry` has its columns.

    The tables of all versions count, because a case may have been moved to another one since; a table that has the
    same move with another meaning is left out by name.
    """
    known = {key: definition_of(key) for key in shipped()}
    found: dict[Move, set[str]] = defaultdict(set)
    for key, table in known.items():
        for move in wanted(table):
            found[move].add(key)
    ways = []
    for move, keys in sorted(found.items()):
        action, source, target = move
        others = sorted(key for key, table in known.items() if key not in keys and move in moves_of(table))
        same = and_(entry.tag == f"application:{action}", entry.source == source, entry.target == target)
        ways.append(and_(same, col(Application.definition).not_in(others)) if others else same)
    return or_(false(), *ways)


def is_refusal() -> ColumnElement[bool]:
    return is_one_of(refusals)


def count_of(session: Session, rows: Select[Any]) -> int:
    return session.scalars(select(func.count()).select_from(rows.subquery())).one()


def _came_before() -> ColumnElement[bool]:
    """Whether an earlier entry of the same case handed it over: this one is an answer to a correction."""
    earlier = table_of(HistoryEntry).alias("earlier")
    return (
        select(earlier.c.id)
        .where(
            earlier.c.application_id == HISTORY.application_id,
            earlier.c.seq < HISTORY.seq,
            is_one_of(hand_overs, earlier.c),
        )
        .correlate(HISTORY.id.table, table_of(Application))
        .exists()
    )
