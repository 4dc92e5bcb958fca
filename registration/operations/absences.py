"""Enters and ends absences of the office, with a substitute from the same registrar."""

from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.access import OFFICE, ObjectFacts, allows
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import Forbidden, InvalidInput, NotFound
from registration.models import Absence, Account, Registrar
from registration.operations.audit import note
from registration.queries.absences import overlapping
from registration.queries.holding import colleague
from registration.rules.languages import pair
from registration.rules.problems import Problem

LONGEST_DAYS = 366
_FIRST, _LAST = pair("开始的日期", "the first day"), pair("结束的日期", "the last day")


def enter(
    *, first: date | None, last: date | None, substitute: str = "", number: str = "", actor: Actor, now: datetime
) -> str:
    """Enters an absence of the actor, or of the colleague with `number`; returns its reference.

    Forbidden for another person's by anybody but a director; InvalidInput at `number`, `first`, `last`, `substitute`.
    """
    access.admit("absence.own", actor)
    with database.transaction() as session:
        # One at a time for each office, so that no two absences are entered that exclude each other.
        session.get_one(Registrar, actor.registrar_code, with_for_update=True)
        person = colleague(session, actor.registrar_code, number.strip() or str(actor.staff_no))
        if person is not None and person.id != actor.account_id and not _manages(actor):
            raise Forbidden(rule="absence.manage")
        if person is None:
            raise InvalidInput([Problem("number", "colleague.unknown", {"number": number.strip()})])
        problems = _day_problems(first, last, today=local_date(now))
        other = colleague(session, actor.registrar_code, substitute) if substitute.strip() else None
        if substitute.strip() and other is None:
            problems.append(Problem("substitute", "colleague.unknown", {"number": substitute.strip()}))
        if other is not None:
            problems += _unfit(person, other)
        if not problems and first and last:
            problems = [*_clashes(session, person, other, first=first, last=last)]
        if problems or first is None or last is None:
            raise InvalidInput(problems)
        row = Absence(
            ref=token_urlsafe(12),
            registrar_code=str(person.registrar_code),
            account_id=person.id,
            substitute_id=other.id if other else None,
            first_on=first,
            last_on=last,
            entered_by=actor.tag,
            entered_at=now,
        )
        session.add(row)
        data: dict[str, Any] = {"of": f"staff:{person.login}", "substitute": other and f"staff:{other.login}"}
        data |= {"first": first.isoformat(), "last": last.isoformat(), "absence": row.ref}
        note(session, "absence:enter", subject=actor.tag, now=now, **data)
        return row.ref


def end(ref: str, *, actor: Actor, now: datetime) -> None:
    """Ends an absence now, or takes back one that has not begun. Idempotent. NotFound for another person's."""
    access.admit("absence.own", actor)
    with database.transaction() as session:
        row = session.scalars(select(Absence).where(col(Absence.ref) == ref).with_for_update()).one_or_none()
        manages = row is not None and row.registrar_code == actor.registrar_code and _manages(actor)
        if row is None or not (manages or row.account_id == actor.account_id):
            raise NotFound(absence=ref)
        if row.ended_at is None:
            row.ended_at, row.ended_by = now, actor.tag
            note(session, "absence:end", subject=actor.tag, now=now, absence=row.ref)


def _manages(actor: Actor) -> bool:
    return allows("absence.manage", actor, ObjectFacts())


def _day_problems(first: date | None, last: date | None, *, today: date) -> list[Problem]:
    named = (("first", first, _FIRST), ("last", last, _LAST))
    missing = [Problem(path, "field.missing", {"field": label}) for path, given, label in named if given is None]
    if missing or first is None or last is None:
        return missing
    if last < first:
        return [Problem("last", "absence.order")]
    if last < today:
        return [Problem("last", "absence.past")]
    too_long = last - first >= timedelta(days=LONGEST_DAYS)
    return [Problem("last", "absence.too_long", {"most": LONGEST_DAYS})] if too_long else []


def _unfit(person: Account, other: Account) -> list[Problem]:
    if other.id == person.id:
        return [Problem("substitute", "absence.substitute_is_self")]
    if not OFFICE & {*person.roles} <= {*other.roles}:
        return [Problem("substitute", "absence.substitute_roles", {"number": other.login})]
    return []


def _clashes(session: Session, person: Account, other: Account | None, *, first: date, last: date) -> list[Problem]:
    """Absences at the same time: of the person, of the substitute, and those in which the person is a substitute."""
    problems: list[Problem] = []
    people = [person.id, *([other.id] if other else [])]
    for row in overlapping(session, people, first=first, last=last):
        days = {"first": row.first_on.isoformat(), "last": row.last_on.isoformat()}
        if row.account_id == person.id:
            problems.append(Problem("first", "absence.overlaps", {"number": person.login, **days}))
        elif row.substitute_id == person.id:
            problems.append(Problem("first", "absence.is_substitute", {"number": person.login, **days}))
        elif other is not None and row.account_id == other.id:
            problems.append(Problem("substitute", "absence.substitute_away", {"number": other.login, **days}))
    return problems
