"""Watches promises: gives those that a missing calendar delayed, warns before their end, reports broken ones.

It decides nothing: the silence of an office or an agency is never consent.
"""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from registration import database, outbox
from registration.actor import SYSTEM
from registration.database.insert_if_absent import insert_if_absent
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application, Part, PromiseAlert
from registration.models.columns import table_of
from registration.operations import history
from registration.operations.case_store import locked
from registration.queries import promises as seen
from registration.queries import watch as watching
from registration.queries.promises import Lacking
from workflows.promise import Promise, Span, warn_at

# The effects and history tags of the sweep; those of actions are named in the table.
EFFECTS = {"warning": "notify.warning", "overdue": "notify.overdue"}
GIVEN, ESCALATED = "promise:give", "promise:escalate"


def give(*, now: datetime, most: int = watching.MOST) -> int:
    """Gives each case and part its missing promise when the calendar of its year is known; returns how many."""
    with database.reading() as session:
        known = [one for one in seen.lacking(session) if one.due is not None]
    return sum(database.in_groups(known[:most], partial(_give, now=now)))


def watch(*, now: datetime, most: int = watching.MOST) -> int:
    """Sends the alerts that are due, for at most `most` promises; returns how many were sent.

    Of one promise only the latest alert is sent: if no sweep ran before its end, only the broken promise is reported.
    A promise that was kept, ended or changed meanwhile has no more alerts.
    """
    _plan(most=most)
    with database.reading() as session:
        due = _due(session, now=now, most=most)
        gone = watching.without_promise(session, most=most)
    spoken = sum(database.in_groups(due, lambda one: _speak(*one, now=now)))
    if gone:
        _drop(gone)
    return spoken


def _give(one: Lacking, *, now: datetime) -> bool:
    with database.transaction() as session:
        case = locked(session, one.ref)
        due_at = _give_part(session, case, one) if one.part else _give_case(case, one)
        if due_at is None:
            return False
        data = {"due_at": due_at.isoformat()} | ({"part": one.part} if one.part else {})
        _note_in_history(session, case, GIVEN, now=now, data=data)
    return True


def _give_case(case: Application, one: Lacking) -> datetime | None:
    """Sets the promise; None if the case has changed since it was read: the next sweep checks it again."""
    if not isinstance(one.due, Promise) or one.due.clock.due_at is None:
        return None
    if case.due_at is not None or case.version != one.version:
        return None
    clock = one.due.clock
    case.case_due_at, case.state_due_at, case.due_at = clock.case_due_at, clock.state_due_at, clock.due_at
    return clock.due_at


def _give_part(session: Session, case: Application, one: Lacking) -> datetime | None:
    part = _part(session, case, one.part)
    if part is None or part.due_at is not None or not isinstance(one.due, datetime) or not _at_work(case, part):
        return None
    part.due_at = one.due
    return one.due


def _plan(*, most: int) -> None:
    """Writes the alerts of every running promise that has none yet."""
    with database.reading() as session:
        cases, parts = watching.unwatched(session, most=most), watching.unwatched_parts(session, most=most)
        by_case = seen.histories(session, [case.id for case in cases] + [case.id for case, _part in parts])
        rows = [row for case in cases for row in _alerts(case, "", case.due_at, seen.case_span(case, by_case[case.id]))]
        for case, part in parts:
            rows += _alerts(case, part.key, part.due_at, seen.part_span(case, part, by_case[case.id]))
    if rows:
        with database.transaction() as session:
            _insert(session, rows)


def _alerts(case: Application, key: str, due_at: datetime | None, span: Span | None) -> list[dict[str, Any]]:
    """The alert rows of one promise. One of unknown length, or without a working day, has no warning before its end."""
    assert due_at is not None
    same: dict[str, Any] = {"application_id": case.id, "part_key": key, "due_at": due_at, "said": False, "roles": []}
    rows = [same | {"kind": "overdue", "alert_at": due_at}]
    if span is not None and span.days:
        warned = warn_at(due_at, days=span.days, calendar=calendar(), hours=office_hours())
        rows.append(same | {"kind": "warning", "alert_at": warned})
    return rows


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    """Inserts the rows; equal rows that another relay has written meanwhile are left as they are."""
    session.execute(insert_if_absent(session, table_of(PromiseAlert)), rows)


def _due(session: Session, *, now: datetime, most: int) -> list[tuple[str, str, datetime]]:
    """(ref, part, due time) of each promise with an alert that is due, the oldest first."""
    query = (
        select(col(Application.ref), col(PromiseAlert.part_key), col(PromiseAlert.due_at))
        .join(Application, col(Application.id) == col(PromiseAlert.application_id))
        .where(col(PromiseAlert.said_at).is_(None), col(PromiseAlert.alert_at) < now)
        .order_by(col(PromiseAlert.alert_at))
        .limit(most)
    )
    return list(dict.fromkeys((row[0], row[1], row[2]) for row in session.execute(query)))


def _speak(ref: str, key: str, due_at: datetime, *, now: datetime) -> bool:
    """Sends the latest alert that is due for one promise, once, under the case's lock."""
    with database.transaction() as session:
        case = locked(session, ref)
        part = _part(session, case, key) if key else None
        rows = _unsaid(session, case, key, due_at, now=now)
        if not rows or not _still_runs(case, part, key, due_at):
            return False
        for row in rows:
            row.said_at, row.said = now, row is rows[-1]
        latest = rows[-1]
        if latest.kind == "overdue":
            latest.roles = _roles(case, part)
            (part or case).broken_due_at = due_at
            data = {"due_at": due_at.isoformat(), "to": latest.roles} | ({"part": key} if key else {})
            _note_in_history(session, case, ESCALATED, now=now, data=data)
        payload = {"part": key, "due_at": due_at.isoformat(), "roles": _roles(case, part)}
        outbox.put(session, EFFECTS[latest.kind], application_id=case.id, now=now, **payload)
    return True


def _unsaid(session: Session, case: Application, key: str, due_at: datetime, *, now: datetime) -> list[PromiseAlert]:
    query = select(PromiseAlert).where(
        col(PromiseAlert.application_id) == case.id,
        col(PromiseAlert.part_key) == key,
        col(PromiseAlert.due_at) == due_at,
        col(PromiseAlert.said_at).is_(None),
        col(PromiseAlert.alert_at) < now,
    )
    return list(session.scalars(query.order_by(col(PromiseAlert.alert_at))))


def _still_runs(case: Application, part: Part | None, key: str, due_at: datetime) -> bool:
    if key:
        return part is not None and part.due_at == due_at and _at_work(case, part)
    return case.due_at == due_at and definition_of(case.definition).states[case.state].kind == "office"


def _at_work(case: Application, part: Part) -> bool:
    parts = definition_of(case.definition).parts
    return parts is not None and case.state in parts.runs_in and parts.states[part.state].kind == "office"


def _roles(case: Application, part: Part | None) -> list[str]:
    """The roles that the table names for alerts about a broken promise, beside the holder."""
    definition = definition_of(case.definition)
    own = definition.states[case.state].escalates_to
    if part is None or definition.parts is None:
        return list(own)
    return list(definition.parts.states[part.state].escalates_to or own)


def _drop(ids: list[int]) -> None:
    with database.transaction() as session:
        unsaid = col(PromiseAlert.said_at).is_(None)
        session.execute(delete(PromiseAlert).where(col(PromiseAlert.id).in_(ids), unsaid))


def _part(session: Session, case: Application, key: str) -> Part | None:
    query = select(Part).where(col(Part.application_id) == case.id, col(Part.key) == key)
    return session.scalars(query).one_or_none()


def _note_in_history(session: Session, case: Application, tag: str, *, now: datetime, data: dict[str, Any]) -> None:
    history.note(session, case, tag, actor=SYSTEM, role="system", now=now, data=data)
