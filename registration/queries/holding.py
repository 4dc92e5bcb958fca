"""Who could hold a case, who held it before, and what a person is told of files that changed hands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from registration import access
from registration.access import OFFICE
from registration.actor import SYSTEM, Actor
from registration.errors import NotFound
from registration.matters import definition_of
from registration.models import Account, Application, HistoryEntry, HolderNotice
from registration.queries.absences import away_now
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.object_facts import object_facts
from workflows.definition import UNCHANGED, Row
from workflows.engine import Offer

_NOTICES = PageQuery(
    select(
        *(col(Application.ref), col(Application.name)),
        *(col(HistoryEntry.actor), col(HistoryEntry.data), col(HistoryEntry.at)),
    )
    .join(HolderNotice, col(HolderNotice.application_id) == col(Application.id))
    .join(
        HistoryEntry,
        (col(HistoryEntry.application_id) == col(HolderNotice.application_id))
        & (col(HistoryEntry.seq) == col(HolderNotice.seq)),
    )
    .where(col(HolderNotice.account_id) == bindparam("account_id"), col(HolderNotice.at) >= bindparam("since"))
    .where(col(Application.registrar_code) == bindparam("registrar")),
    order=[col(HolderNotice.at).desc(), col(HolderNotice.seq).desc()],
)


@dataclass(frozen=True)
class Colleague:
    """A member of the office whose role may take the case; `away_until` is set for one who is away."""

    account: Account
    away_until: date | None = None


@dataclass(frozen=True)
class ChangedHands:
    """A step that was taken for somebody else: `by` the director or the system, `holder` is for whom.

    `former` is the number of who held the case before, if another did.
    """

    ref: str
    name: str
    by: str
    holder: str
    former: str | None
    reason: str
    at: datetime

    @property
    def is_expiry(self) -> bool:
        return self.by == SYSTEM.tag


def takes_in_hand(offers: Iterable[Offer]) -> Offer | None:
    """The action by which a person takes the case in hand, the first that is allowed."""
    found = [offer for offer in offers if offer.row.held_by == "actor"]
    return next((offer for offer in found if offer.allowed), found[0] if found else None)


def gives_back(row: Row) -> bool:
    """Whether this row leaves the case where it is, to be taken by anybody."""
    return row.held_by == "nobody" and row.to == UNCHANGED


def colleagues(session: Session, case: Application, *, now: datetime) -> list[Colleague]:
    """The staff of the registrar whose role may take the case in its state, without who holds it."""
    rows = definition_of(case.definition).rows_from(case.state)
    roles = {role for row in rows if row.held_by == "actor" for role in row.by}
    return [
        one
        for one in office_of(session, case.registrar_code, now=now)
        if roles & {*one.account.roles} and one.account.id != case.holder_id
    ]


def office_of(session: Session, registrar: str | None, *, now: datetime) -> list[Colleague]:
    """Everybody of the registrar's office, by number."""
    staff = _with_a_desk(session.scalars(_staff_at(registrar).order_by(col(Account.login))))
    away = away_now(session, [one.id for one in staff], now=now)
    return [Colleague(one, away.get(one.id)) for one in staff]


def colleague(session: Session, registrar: str | None, number: str) -> Account | None:
    """The member of this registrar's office with this number."""
    found = session.scalars(_staff_at(registrar).where(col(Account.login) == number.strip()))
    return next(iter(_with_a_desk(found)), None)


def _staff_at(registrar: str | None) -> Select[Account]:
    return select(Account).where(
        col(Account.kind) == "staff", col(Account.registrar_code) == registrar, col(Account.disabled_at).is_(None)
    )


def _with_a_desk(staff: Iterable[Account]) -> list[Account]:
    return [one for one in staff if OFFICE & {*one.roles}]


def changed_hands(session: Session, ref: str, *, actor: Actor) -> tuple[Application, list[ChangedHands]]:
    """A case and how it changed hands without its holders' doing, the newest first. NotFound or Forbidden."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("note.read", actor, object_facts(session, case, actor))
    query = select(HistoryEntry).where(col(HistoryEntry.application_id) == case.id)
    entries = session.scalars(query.order_by(col(HistoryEntry.seq).desc()))
    return case, [
        _change(case.ref, case.name, entry.actor, entry.data, entry.at) for entry in entries if "for" in entry.data
    ]


def notices_for(session: Session, *, actor: Actor, since: datetime) -> Sequence[ChangedHands]:
    """What this person is told of files that others gave, took or put back since then, the newest first."""
    return [_change(*row) for row in _NOTICES.rows(session, **_values_since(actor, since))]


def notices_ahead(actor: Actor, *, since: datetime) -> list[Ahead]:
    """What `notices_for` asks."""
    return [(_NOTICES, _values_since(actor, since))]


def _values_since(actor: Actor, since: datetime) -> dict[str, Any]:
    return {"account_id": actor.account_id, "since": since, "registrar": actor.registrar_code}


def _change(ref: str, name: str, by: str, data: Mapping[str, Any], at: datetime) -> ChangedHands:
    return ChangedHands(ref, name, by, data["for"], data.get("taken_from"), data.get("for_reason", ""), at)
