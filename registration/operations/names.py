"""Reserving a name: checked against the register and held for the applicant, so that no two can hold the same."""

import zlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registration.actor import Actor
from registration.clock import local_date
from registration.models import Application, NameKey, RegisteredName, Registrar
from registration.operations.act import local_effect
from registration.queries.names import verdict_in
from registration.rules.form.firm import Name
from registration.rules.names import keys_for
from registration.rules.problems import Problem
from registration.rules.readings import searchable

HELD_DAYS = 61  # Name Regulation art. 18: two months.


def reserve(session: Session, case: Application, raw: Mapping[str, Any], *, now: datetime) -> list[Problem]:
    """Checks the name and holds it for this case in the same breath; returns what stands in the way."""
    name = Name.model_validate(raw)
    registrar = session.get_one(Registrar, case.registrar_code)
    _one_at_a_time(session, registrar.prefecture)
    verdict = verdict_in(session, name, case=case, registrar=registrar, today=local_date(now))
    if verdict.verdict == "reject":
        worst = verdict.findings[0]
        return [Problem(f"name.{_FIELD[worst.part]}", worst.rule, {"other": worst.other or "", **worst.data})]
    if verdict.verdict != "pass" and not name.near_name_accepted:
        return [Problem("name.near_name_accepted", "name.near_not_accepted")]
    release(session, case, now=now)
    problem = _hold(session, case, registrar, name.full, today=local_date(now))
    if problem is None:
        case.name, case.name_pinyin = name.full, searchable(name.full)
    return [problem] if problem else []


def release(session: Session, case: Application, *, now: datetime) -> None:
    """Lets go of what the case holds, for instance because it takes another name."""
    for held in session.execute(
        select(RegisteredName).where(RegisteredName.application_id == case.id, RegisteredName.status == "reserved")
    ).scalars():
        let_go(session, held, today=local_date(now))
    case.name = case.name_pinyin = ""
    session.flush()


def let_go(session: Session, held: RegisteredName, *, today: date) -> None:
    held.status, held.since_on = "released", today
    session.execute(delete(NameKey).where(NameKey.name_id == held.id))


def record(
    session: Session,
    name: str,
    *,
    prefecture: str,
    status: str = "registered",
    since_on: date | None = None,
    uscc: str | None = None,
) -> RegisteredName:
    """Enters a name into the register with the keys by which it is found again."""
    keys = keys_for(name)
    row = RegisteredName(
        prefecture=prefecture, name=name, identity_key=keys.identity, status=status, since_on=since_on, uscc=uscc
    )
    session.add(row)
    session.flush()
    values = [{"name_id": row.id, "key": key, "prefecture": prefecture} for key in sorted(keys.stored)]
    session.execute(insert(NameKey), values)
    return row


@local_effect("name.use")
def _use(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """The reserved name becomes the registered one when the licence is made."""
    for held in session.execute(
        select(RegisteredName).where(RegisteredName.application_id == case.id, RegisteredName.status == "reserved")
    ).scalars():
        held.status, held.expires_on, held.since_on = "registered", None, local_date(now)


_FIELD = {"whole": "trade", "region": "region", "trade": "trade", "industry": "industry", "form": "form"}


def _hold(session: Session, case: Application, registrar: Registrar, full: str, *, today: date) -> Problem | None:
    try:
        with session.begin_nested():
            row = record(session, full, prefecture=registrar.prefecture, status="reserved", since_on=today)
            row.application_id, row.expires_on = case.id, today + timedelta(days=HELD_DAYS)
            session.flush()
    except IntegrityError:
        return Problem("name.trade", "N20", {"other": full})
    return None


def _one_at_a_time(session: Session, prefecture: str) -> None:
    """Two who ask for a name in one prefecture at once: the second waits, and then sees the first's reservation.

    The unique key stops equal names; like and near ones differ, so only a lock stops those. SQLite has one writer
    anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = zlib.crc32(f"names:{prefecture}".encode())
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})
