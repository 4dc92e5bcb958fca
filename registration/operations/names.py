"""Reserves names: checks a name against the register and holds it for the applicant, so that no other can hold it."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration.actor import Actor
from registration.clock import local_date
from registration.models import Application, NameKey, RegisteredName, Registrar
from registration.operations.act import local_effect, writes
from registration.queries.case_rows import HELD_NAMES
from registration.queries.names import held_by_owner, verdict_in
from registration.rules.form.firm import Name, with_trade_name
from registration.rules.names import (
    NameParts,
    NameVerdict,
    Severity,
    kept_until,
    keys_for,
    needs_approval_first,
    normalise,
    parent_of_branch,
    parse,
    parts_of,
    same_name,
    tidy,
)
from registration.rules.problems import Problem
from registration.rules.readings import searchable

ACCEPTANCE = "name.near_name_accepted"


def reserve(
    session: Session, case: Application, raw: Mapping[str, Any], *, now: datetime
) -> tuple[list[Problem], Mapping[str, Any]]:
    """Checks the choices of a name in their order and reserves the first that can be had, in one transaction.

    Returns the problems, none if a name is reserved, and the section with the reserved trade name in front. A first
    choice that resembles another name waits for the applicant's acceptance, and no lower one is taken instead. A name
    that a person must judge is reserved as well; it `awaits_decision` until then.
    """
    registrar = session.get_one(Registrar, case.registrar_code)
    _one_at_a_time(session, registrar.prefecture)
    problems: list[Problem] = []
    for field, name in Name.model_validate(raw).choices().items():
        found = _reserve_one(session, case, registrar, name, now=now)
        if not found:
            return [], raw if field == "trade" else with_trade_name(raw, str(name.trade))
        problems += [one if field == "trade" else replace(one, path=f"name.{field}") for one in found]
        if found[0].path == ACCEPTANCE and field == "trade":
            break
    return problems, raw


def _reserve_one(
    session: Session, case: Application, registrar: Registrar, name: Name, *, now: datetime
) -> list[Problem]:
    verdict = verdict_in(session, name, case=case, registrar=registrar, today=local_date(now))
    problems = _objections(verdict, name)
    if problems:
        return problems
    held = _made_free(session, case, name, today=local_date(now))
    if held is None:
        held = _hold(session, case, registrar, name, today=local_date(now))
    if held is None:
        return [Problem("name.trade", "N20", {"other": name.full})]
    held.awaits_decision = verdict.verdict == "manual" and held.decided_by is None
    set_term(session, case)
    case.name, case.name_pinyin = name.full, searchable(name.full)
    return []


def _objections(verdict: NameVerdict, name: Name) -> list[Problem]:
    if verdict.verdict == "reject":
        worst = verdict.findings[0]
        return [Problem(f"name.{_FIELD[worst.part]}", worst.rule, {"other": worst.other or "", **worst.data})]
    near = any(found.severity is Severity.WARN for found in verdict.findings)
    return [Problem(ACCEPTANCE, "name.near_not_accepted")] if near and not name.near_name_accepted else []


def _made_free(session: Session, case: Application, name: Name, *, today: date) -> RegisteredName | None:
    """The applicant's own reservation of the same name, which continues with its term for this case.

    Other names of the case are released, and those of the applicant's other cases with the same trade name. Branches of
    one parent all have its trade name: none of their names is released for another.
    """
    parts, kept = tidy(parts_of(name)), None
    for held in _reserved(session, held_by_owner(session, case)):
        if held.identity_key == normalise(name.full):
            kept = held
        elif held.application_id == case.id or _are_rivals(parts, parts_stored(held)):
            let_go(session, held, today=today)
    if kept is not None:
        kept.application_id, kept.name = case.id, name.full
        write_parts(session, kept, parts, given=True)
    session.flush()
    return kept


def release(session: Session, case: Application, *, now: datetime) -> None:
    """Releases the names of the case, because the entity has no name."""
    _let_all_go(session, case, now=now)
    case.name = case.name_pinyin = ""
    session.flush()


@writes("withdraw")
@writes("reject")
@writes("refuse_scope")
@writes("lapse")
def _let_go_at_the_end(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> None:
    """Releases the names of a case that ends without a licence."""
    _let_all_go(session, case, now=now)


def _let_all_go(session: Session, case: Application, *, now: datetime) -> None:
    query = select(RegisteredName).where(
        col(RegisteredName.application_id) == case.id, col(RegisteredName.status) == "reserved"
    )
    for held in session.scalars(query):
        let_go(session, held, today=local_date(now))
    session.flush()


def let_go(session: Session, held: RegisteredName, *, today: date) -> None:
    held.status, held.since_on, held.awaits_decision = "released", today, False
    session.execute(delete(NameKey).where(col(NameKey.name_id) == held.id))


def set_term(session: Session, case: Application) -> None:
    """Updates the last day of the reservation: it depends on the scope, which may be chosen after the name."""
    scope = case.form.get("scope") or {}
    items = scope.get("items") if isinstance(scope, Mapping) else None
    query = select(RegisteredName).where(
        col(RegisteredName.application_id) == case.id, col(RegisteredName.status) == "reserved"
    )
    for held in session.scalars(query):
        codes = [code for code in items or () if isinstance(code, str)]
        approval_first = needs_approval_first(parts_stored(held), codes)
        assert held.since_on is not None
        held.expires_on = kept_until(held.since_on, approval_first=approval_first)
    session.flush()


def record(
    session: Session,
    name: str,
    *,
    prefecture: str,
    status: str = "registered",
    since_on: date | None = None,
    uscc: str | None = None,
    parts: NameParts | None = None,
) -> RegisteredName:
    """Enters a name into the register with its parts and its search keys.

    A name without `parts` comes from another register, and is parsed here.
    """
    row = RegisteredName(
        prefecture=prefecture, name=name, identity_key=normalise(name), status=status, since_on=since_on, uscc=uscc
    )
    session.add(row)
    session.flush()
    write_parts(session, row, tidy(parts) if parts else parse(name), given=parts is not None)
    return row


def write_parts(session: Session, row: RegisteredName, parts: NameParts, *, given: bool) -> None:
    """The parts of a name and the keys that follow from them."""
    for part, value in parts._asdict().items():
        setattr(row, part, value)
    row.parts_given = given
    session.flush()
    session.execute(delete(NameKey).where(col(NameKey.name_id) == row.id))
    of_row = {"name_id": row.id, "prefecture": row.prefecture}
    values = [of_row | {"key": key, "industry": industry} for key, industry in sorted(keys_for(parts).stored.items())]
    session.execute(insert(NameKey), values)


def parts_stored(row: RegisteredName) -> NameParts:
    """The parts of a row; parsed from the name if an older process wrote the row without parts."""
    if not row.trade:
        return parse(row.name)
    return NameParts(row.region, row.trade, row.industry, row.form, row.region_place)  # type: ignore[arg-type]  # as written from parts


@local_effect("name.use")
def _use(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Marks the reserved name as registered when the licence is made."""
    for held in HELD_NAMES.all(session, case_id=case.id):
        if held.status != "reserved" or held.awaits_decision:
            continue
        held.status, held.expires_on, held.since_on = "registered", None, local_date(now)


_FIELD = {"whole": "trade", "region": "region", "trade": "trade", "industry": "industry", "form": "form"}


def _are_rivals(one: NameParts, other: NameParts) -> bool:
    is_of_branch = parent_of_branch(one) or parent_of_branch(other)
    return not is_of_branch and same_name(one, other) is not False


def _reserved(session: Session, ids: tuple[int, ...]) -> list[RegisteredName]:
    query = select(RegisteredName).where(col(RegisteredName.id).in_(ids)).order_by(col(RegisteredName.id))
    return list(session.scalars(query))


def _hold(
    session: Session, case: Application, registrar: Registrar, name: Name, *, today: date
) -> RegisteredName | None:
    try:
        with session.begin_nested():
            row = record(
                session,
                name.full,
                prefecture=registrar.prefecture,
                status="reserved",
                since_on=today,
                parts=parts_of(name),
            )
            row.application_id = case.id
            session.flush()
    except IntegrityError:
        return None
    return row


def _one_at_a_time(session: Session, prefecture: str) -> None:
    """Locks the names of one prefecture: of two requests at once the second waits and then sees the first reservation.

    The unique key prevents equal names only; similar names need this lock. SQLite has one writer
    anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = zlib.crc32(f"names:{prefecture}".encode())
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})
