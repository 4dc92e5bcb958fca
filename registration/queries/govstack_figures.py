"""What an office decided, by the day, week, month or year, for GovStack's statistics: one query of the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.errors import InvalidInput
from registration.models import Application
from registration.models.applications import MOVED
from registration.queries.dashboard.selection import HISTORY, Selection, is_one_of, moment_of
from registration.rules.periods import Period
from registration.rules.problems import Problem
from workflows.analytics.milestones import Move, decisions, moves_of, refusals
from workflows.definition import Definition

TIMEFRAMES = ("day", "week", "month", "year")
MOST_ROWS = 100


@dataclass(frozen=True)
class Decided:
    """Decisions in one slice of the period. A file that was sent back and then approved counts in both."""

    period: Period
    approved: int
    sent_back: int
    refused: int

    def counts(self) -> dict[str, int]:
        """In the names of the specification."""
        processed = self.approved + self.sent_back + self.refused
        return {
            "processed": processed,
            "approved": self.approved,
            "sentBack": self.sent_back,
            "rejected": self.refused,
        }


def decided_by(
    session: Session, selection: Selection, *, actor: Actor, timeframe: str = "", operator: str = "", role: str = ""
) -> list[Decided]:
    """For those responsible for the office; `operator` is the number of a member of staff.

    InvalidInput for more than 100 slices. Small numbers are not withheld: the reader may open the cases.
    """
    admit("dashboard.read", actor)
    parts = slices_by(selection.period, timeframe)
    rows = _moves(selection, operator=operator, role=role).subquery()
    kinds = (rows.c.approved, rows.c.sent_back, rows.c.refused)
    sums = [
        _sum(and_(rows.c.at >= begin, rows.c.at < end, kind == 1))
        for begin, end in map(moment_of, parts)
        for kind in kinds
    ]
    found = session.execute(select(*sums).select_from(rows)).one()
    return [Decided(part, *found[at * 3 : at * 3 + 3]) for at, part in enumerate(parts)]


def slices_by(period: Period, timeframe: str) -> Sequence[Period]:
    """The period in days, weeks from Monday, months or years; whole without a timeframe. InvalidInput for too many."""
    found: list[Period] = []
    first = period.first
    while first <= period.last:
        last = min(_last_of(first, timeframe) if timeframe else period.last, period.last)
        found.append(Period(first, last))
        first = last + timedelta(days=1)
        if len(found) > MOST_ROWS:
            raise InvalidInput([Problem("timeframe", "period.too_many", {"most": MOST_ROWS})])
    return found


def _last_of(day: date, timeframe: str) -> date:
    if timeframe == "day":
        return day
    if timeframe == "week":
        return day + timedelta(days=6 - day.weekday())
    if timeframe == "year":
        return day.replace(month=12, day=31)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _moves(selection: Selection, *, operator: str, role: str) -> Any:
    kinds: dict[str, ColumnElement[bool]] = {
        "approved": is_one_of(_approvals),
        "sent_back": is_one_of(_returns),
        "refused": is_one_of(refusals),
    }
    flags = [when((condition, 1), else_=0).label(name) for name, condition in kinds.items()]
    query = (
        select(HISTORY.at, *flags)
        .join(Application, col(Application.id) == HISTORY.application_id)
        .where(MOVED, *selection.within(HISTORY.at), *selection.cases())
    )
    if operator:
        query = query.where(HISTORY.actor == f"staff:{operator}")
    return query.where(HISTORY.role == role) if role else query


def _approvals(table: Definition) -> frozenset[Move]:
    return decisions(table) - refusals(table)


def _returns(table: Definition) -> frozenset[Move]:
    """The moves by which the office gives a file back to its applicant."""
    return frozenset(
        (action, source, target)
        for action, source, target in moves_of(table)
        if table.states[target].is_with_applicant and not table.states[source].is_with_applicant
    )


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(when((condition, 1), else_=0)), 0)
