"""What happened, as events for receivers outside: from histories, licences, messages and the register, in order."""

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.keys import secret_key
from registration.matters import definition_of
from registration.models import Application, CaseMessage, EntityFact, HistoryEntry, Licence, LicenceEvent
from registration.models.applications import MOVED
from registration.queries.open_data import SETTLED, changes_after
from registration.rules.webhooks import Event
from registration.settings import settings
from workflows.analytics import milestones

_LICENCE_KINDS = {
    "issue": "licence.issued",
    "supersede": "licence.superseded",
    "revoke": "licence.revoked",
    "reinstate": "licence.reinstated",
}


@dataclass(frozen=True)
class Batch:
    """Events of one source; `position` is the number of the last row that was read."""

    events: Sequence[Event]
    position: int
    rows: int


def events_after(session: Session, source: str, position: int, *, now: datetime, most: int) -> Batch:
    """The events of the next rows of a source. A row is read when all transactions beside it have ended."""
    found, rows = [], 0
    for number, event in SOURCES[source](session, position, now, most):
        position, rows = number, rows + 1
        found += [event] if event is not None else []
    return Batch(found, position, rows)


def newest_of(session: Session, source: str) -> int:
    """The number of the newest row of a source; 0 where there is none."""
    return session.scalars(select(func.max(_NUMBERS[source]))).one() or 0


def event_id(source: str, number: int) -> str:
    """The same for the same row, without telling how many rows there are."""
    return hmac.new(secret_key(settings()), f"event:{source}:{number}".encode(), sha256).hexdigest()[:32]


def links_of(**paths: str) -> dict[str, str]:
    """Absolute addresses of pages of this office."""
    here = settings().public_url.rstrip("/")
    return {name: here + path for name, path in paths.items()}


Rows = Iterator[tuple[int, Event | None]]


def _of_histories(session: Session, position: int, now: datetime, most: int) -> Rows:
    query = (
        select(HistoryEntry, Application)
        .join(Application, col(Application.id) == col(HistoryEntry.application_id))
        .where(col(HistoryEntry.id) > position, MOVED)
        .order_by(col(HistoryEntry.id))
        .limit(most)
    )
    for entry, case in session.execute(query).all():
        if entry.at > now - SETTLED:
            return
        kind = _kind_of(session, entry, case)
        data = _about_case(case, entry.target) if kind else {}
        yield entry.id, Event(event_id("history", entry.id), kind, case.ref, entry.at, data) if kind else None


def _kind_of(session: Session, entry: HistoryEntry, case: Application) -> str | None:
    received, decided = _moves_of(case.definition)
    states = definition_of(case.definition).states
    if entry.source not in states or entry.target not in states:
        return None
    move = (entry.tag.partition(":")[2], entry.source, entry.target)
    if move in decided:
        return "case.decided"
    if move in received:
        return "case.received" if _is_first(session, entry, received) else "case.resubmitted"
    asks = states[entry.source].kind == "office" and states[entry.target].is_with_applicant
    return "case.correction_asked" if asks else None


def _is_first(session: Session, entry: HistoryEntry, received: frozenset[milestones.Move]) -> bool:
    before = select(col(HistoryEntry.tag), col(HistoryEntry.source), col(HistoryEntry.target)).where(
        col(HistoryEntry.application_id) == entry.application_id, col(HistoryEntry.seq) < entry.seq, MOVED
    )
    moves = {(tag.partition(":")[2], source, target) for tag, source, target in session.execute(before)}
    return moves.isdisjoint(received)


@cache
def _moves_of(definition: str) -> tuple[frozenset[milestones.Move], frozenset[milestones.Move]]:
    table = definition_of(definition)
    return milestones.hand_overs(table), milestones.decisions(table)


def _about_case(case: Application, state: str) -> dict[str, Any]:
    label = definition_of(case.definition).states[state].label
    return {
        "reference": case.ref,
        "matter": case.matter,
        "entity_type": case.entity_type,
        "registrar": case.registrar_code,
        "state": {"key": state, "label": dict(label)},
        "links": links_of(progress="/progress", api=f"/api/v1/applications/{case.ref}"),
    }


def _of_licences(session: Session, position: int, now: datetime, most: int) -> Rows:
    query = (
        select(LicenceEvent, Licence, Application)
        .join(Licence, col(Licence.id) == col(LicenceEvent.licence_id))
        .join(Application, col(Application.id) == col(Licence.application_id))
        .where(col(LicenceEvent.id) > position)
        .order_by(col(LicenceEvent.id))
        .limit(most)
    )
    for happened, sheet, case in session.execute(query).all():
        if happened.at > now - SETTLED:
            return
        if sheet.paper != "original":
            yield happened.id, None
            continue
        data = {
            "reference": case.ref,
            "entity_type": case.entity_type,
            "registrar": case.registrar_code,
            "code": sheet.code,
            "serial": sheet.serial,
            "links": links_of(register=f"/register/{sheet.code}", check="/check"),
        }
        made = Event(event_id("licence", happened.id), _LICENCE_KINDS[happened.kind], sheet.code, happened.at, data)
        yield happened.id, made


def _of_messages(session: Session, position: int, now: datetime, most: int) -> Rows:
    query = (
        select(CaseMessage, Application)
        .join(Application, col(Application.id) == col(CaseMessage.application_id))
        .where(col(CaseMessage.id) > position)
        .order_by(col(CaseMessage.id))
        .limit(most)
    )
    for message, case in session.execute(query).all():
        if message.written_at > now - SETTLED:
            return
        made = None
        if message.from_office:
            data = _about_case(case, case.state)
            made = Event(event_id("message", message.id), "notice.sent", case.ref, message.written_at, data)
        yield message.id, made


def _of_register(session: Session, position: int, now: datetime, most: int) -> Rows:
    for row in changes_after(session, position, now=now, most=most):
        number, code = int(row["cursor"]), str(row["code"])
        data = {**row, "links": links_of(register=f"/register/{code}")}
        at = datetime.fromisoformat(str(row["recorded_at"]))
        yield number, Event(event_id("register", number), "register.changed", code, at, data)


SOURCES: Mapping[str, Callable[[Session, int, datetime, int], Rows]] = {
    "history": _of_histories,
    "licence": _of_licences,
    "message": _of_messages,
    "register": _of_register,
}
_NUMBERS = {
    "history": col(HistoryEntry.id),
    "licence": col(LicenceEvent.id),
    "message": col(CaseMessage.id),
    "register": col(EntityFact.id),
}
