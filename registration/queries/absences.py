"""Who of the office is away, and whose files a substitute is shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts, allows
from registration.actor import Actor
from registration.clock import local_date
from registration.models import Absence, Account, Application
from registration.queries.case_rows import Ahead, PageRows
from registration.queries.state_filters import stands
from workflows.definition import Definition

MOST_LISTED = 200


def _is_open() -> ColumnElement[bool]:
    return col(Absence.ended_at).is_(None)


_TODAY = PageRows(
    Absence,
    _is_open(),
    col(Absence.first_on) <= bindparam("today"),
    col(Absence.last_on) >= bindparam("today"),
    or_(col(Absence.account_id) == bindparam("account_id"), col(Absence.substitute_id) == bindparam("account_id")),
    order=[col(Absence.id)],
)


@dataclass(frozen=True)
class AbsenceRow:
    """An absence with the numbers of who is away and of the substitute."""

    absence: Absence
    number: str
    substitute: str | None

    def is_now(self, today: date) -> bool:
        return self.absence.first_on <= today


@dataclass(frozen=True)
class StandIn:
    """An absence in which the reader is the substitute, with the files that wait for their holder."""

    absence: Absence
    number: str
    cases: tuple[Application, ...]


def absences_at(session: Session, *, actor: Actor, now: datetime) -> list[AbsenceRow]:
    """Those that are not over: for a director of the whole registrar, for others the own."""
    access.admit("absence.own", actor)
    away, substitute = aliased(Account), aliased(Account)
    query = (
        select(Absence, col(away.login), col(substitute.login))
        .join(away, col(away.id) == col(Absence.account_id))
        .outerjoin(substitute, col(substitute.id) == col(Absence.substitute_id))
        .where(_is_open(), col(Absence.last_on) >= local_date(now))
        .where(col(Absence.registrar_code) == actor.registrar_code)
        .order_by(col(Absence.first_on), col(Absence.id))
        .limit(MOST_LISTED)
    )
    if not allows("absence.manage", actor, ObjectFacts()):
        query = query.where(col(Absence.account_id) == actor.account_id)
    return [AbsenceRow(one, number, stand_in) for one, number, stand_in in session.execute(query)]


def away_until(session: Session, account_id: int | None, *, now: datetime) -> date | None:
    """The last day of the absence in which this person is now; None for somebody who is there."""
    found = _absences_of(session, account_id, now)
    return next((one.last_on for one in found if one.account_id == account_id), None)


def away_now(session: Session, ids: Collection[int | None], *, now: datetime) -> dict[int | None, date]:
    """Person -> the last day, of those who are away."""
    today = local_date(now)
    rows = session.scalars(_overlapping(today, today).where(col(Absence.account_id).in_(ids)))
    return {row.account_id: row.last_on for row in rows}


def overlapping(session: Session, people: Collection[int], *, first: date, last: date) -> Sequence[Absence]:
    """Absences of these people, or with one of them as the substitute, with a day in common."""
    concerned = or_(col(Absence.account_id).in_(people), col(Absence.substitute_id).in_(people))
    return session.scalars(_overlapping(first, last).where(concerned).order_by(col(Absence.first_on))).all()


def stands_in_for(session: Session, case: Application, *, actor: Actor, now: datetime) -> bool:
    """Whether the actor is the substitute of the holder, who is away now."""
    today = local_date(now)
    query = _overlapping(today, today).where(
        col(Absence.account_id) == case.holder_id, col(Absence.substitute_id) == actor.account_id
    )
    return case.holder_id is not None and session.scalars(query).first() is not None


def standing_in(session: Session, *, actor: Actor, now: datetime) -> list[StandIn]:
    """The absences in which the actor is the substitute now, each with its files by due date."""
    mine = [one for one in _absences_of(session, actor.account_id, now) if one.substitute_id == actor.account_id]
    query = select(col(Account.id), col(Account.login)).where(col(Account.id).in_([one.account_id for one in mine]))
    numbers = {row[0]: row[1] for row in session.execute(query)} if mine else {}
    return [StandIn(one, numbers[one.account_id], _held_by(session, one, actor)) for one in mine]


def absences_ahead(account_id: int | None, *, now: datetime) -> list[Ahead]:
    """What `standing_in` and `away_until` ask."""
    return [(_TODAY, _of_today(account_id, now))]


def _absences_of(session: Session, account_id: int | None, now: datetime) -> list[Absence]:
    """The absences of today that concern this person: away, or the substitute."""
    return _TODAY.all(session, **_of_today(account_id, now))


def _of_today(account_id: int | None, now: datetime) -> dict[str, Any]:
    return {"account_id": account_id, "today": local_date(now)}


def _held_by(session: Session, one: Absence, actor: Actor) -> tuple[Application, ...]:
    query = select(Application).where(
        col(Application.registrar_code) == actor.registrar_code,
        col(Application.holder_id) == one.account_id,
        stands(_is_taken_in_hand),
    )
    return tuple(session.scalars(query.order_by(col(Application.due_at), col(Application.id)).limit(MOST_LISTED)))


def _is_taken_in_hand(table: Definition, state: str) -> bool:
    """Whether somebody may take the file over in this state."""
    return any(row.held_by == "actor" for row in table.rows_from(state))


def _overlapping(first: date, last: date) -> Select[Absence]:
    return select(Absence).where(_is_open(), col(Absence.first_on) <= last, col(Absence.last_on) >= first)
