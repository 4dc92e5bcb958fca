"""What is late, where and with whom; and how much work each person has and has done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from registration.access import OFFICE
from registration.models import Account, Application, Part
from registration.models.applications import MOVED
from registration.queries.dashboard.selection import HISTORY, Selection, decisive
from registration.queries.watch import in_office, parts_at_work


@dataclass(frozen=True)
class Overdue:
    """Late cases by the number of their holder (empty: nobody), and late parts by agency, the most first."""

    holders: list[tuple[str, int]]
    agencies: list[tuple[str, int]]

    @property
    def cases(self) -> int:
        return sum(number for _login, number in self.holders)


@dataclass(frozen=True)
class Workload:
    """A member of the office: cases held now, of these late; cases decided, and steps taken, in the period."""

    login: str
    roles: tuple[str, ...]
    held: int
    late: int
    decided: int
    steps: int


def overdue(session: Session, selection: Selection, *, now: datetime) -> Overdue:
    """Now, whatever the period."""
    by_holder = (
        select(func.coalesce(col(Account.login), ""), func.count(col(Application.id)))
        .select_from(Application)
        .outerjoin(Account, col(Account.id) == col(Application.holder_id))
        .where(*selection.cases(), is_late(now))
        .group_by(col(Account.login))
    )
    by_agency = (
        select(col(Part.agency), func.count(col(Part.id)))
        .join(Application, col(Application.id) == col(Part.application_id))
        .where(*selection.cases(), parts_at_work(), col(Part.due_at) < now)
        .group_by(col(Part.agency))
    )
    holders, agencies = ([(row[0], row[1]) for row in session.execute(query)] for query in (by_holder, by_agency))
    return Overdue(sorted(holders, key=_most_first), sorted(agencies, key=_most_first))


def is_late(now: datetime) -> ColumnElement[bool]:
    return and_(in_office(), col(Application.due_at) < now)


def workload(session: Session, selection: Selection, *, now: datetime) -> list[Workload]:
    """Everybody of the office with work, or who may have some: three queries, however many people there are."""
    staff = select(Account).where(
        col(Account.kind) == "staff", col(Account.registrar_code) == selection.registrar_code, _no_agency()
    )
    held = (
        select(
            col(Application.holder_id),
            func.count(col(Application.id)),
            func.sum(when((col(Application.due_at) < now, 1), else_=0)),
        )
        .where(*selection.cases(), col(Application.holder_id).is_not(None), in_office())
        .group_by(col(Application.holder_id))
    )
    by_holder = {row[0]: (row[1], int(row[2])) for row in session.execute(held)}
    steps, decided = _steps(session, selection), _decided(session, selection)
    rows = []
    for one in session.scalars(staff.order_by(col(Account.login))):
        tag, now_held = f"staff:{one.login}", by_holder.get(one.id, (0, 0))
        done = decided.get(tag, 0), steps.get(tag, 0)
        if any((*now_held, *done)) or (one.disabled_at is None and set(one.roles) & OFFICE):
            rows.append(Workload(one.login, tuple(one.roles), *now_held, *done))
    return rows


def in_work(session: Session, selection: Selection) -> int:
    """How many cases are with the office now."""
    query = select(func.count(col(Application.id))).where(*selection.cases(), in_office())
    return session.scalars(query).one()


def _decided(session: Session, selection: Selection) -> dict[str, int]:
    query = decisive(selection).with_only_columns(HISTORY.actor, func.count()).group_by(HISTORY.actor)
    return {row[0]: row[1] for row in session.execute(query)}


def _steps(session: Session, selection: Selection) -> dict[str, int]:
    """The moves between states that each person made."""
    query = (
        select(HISTORY.actor, func.count())
        .join(Application, col(Application.id) == HISTORY.application_id)
        .where(MOVED, *selection.within(HISTORY.at), *selection.cases(), HISTORY.actor.like("staff:%"))
        .group_by(HISTORY.actor)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _no_agency() -> ColumnElement[bool]:
    return or_(col(Account.agency).is_(None), col(Account.agency) == "")


def _most_first(row: tuple[str, int]) -> tuple[int, str]:
    return -row[1], row[0]
