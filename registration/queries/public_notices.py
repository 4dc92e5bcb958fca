"""Public notices about entities: for everybody, for the applicant, and for the office with who objected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Application, CreditorClaim, Entity, NoticeObjection, PublicNotice, Registrar
from registration.queries.case_rows import has_any
from registration.rules.public_notices import ENDED, OBJECTED, OPEN, REDUCTION, NoticeKind, notice_kinds, runs

MOST = 50


@dataclass(frozen=True)
class NoticeRow:
    """A notice with its entity; `case` is the reference, which only the applicant and the office read."""

    notice: PublicNotice
    entity: Entity
    registrar: Registrar
    case: str

    @property
    def kind(self) -> NoticeKind:
        return notice_kinds()[self.notice.kind]

    def words(self, lang: str) -> str:
        return self.kind.words(
            lang, name=self.entity.name, code=self.entity.code, registrar=self.registrar.name.get(lang, "")
        )

    def takes_objections(self, today: date) -> bool:
        return self.kind.stops and runs(self.notice.status, self.notice.last_on, today)

    def takes_claims(self, today: date) -> bool:
        return self.kind.claims and runs(self.notice.status, self.notice.last_on, today)


@dataclass(frozen=True)
class ObjectionRow:
    """An objection in the clear; `contact` is for the office alone."""

    objection: NoticeObjection
    name: str
    contact: str
    reason: str


@dataclass(frozen=True)
class ClaimRow:
    """A claim in the clear, for the applicant and the office; `amount` in yuan."""

    claim: CreditorClaim
    name: str
    contact: str
    amount: str
    basis: str


def notices_for_all(session: Session, *, before: str = "") -> tuple[Sequence[NoticeRow], str]:
    """The notices that everybody may object to, the newest first, and the cursor of the next page."""
    return _page(session, before, col(PublicNotice.announced).is_(True), col(PublicNotice.status) == OPEN)


def notices_of_entity(session: Session, entity: Entity) -> Sequence[NoticeRow]:
    """Every notice that was announced of the entity, the newest first."""
    query = _rows().where(col(PublicNotice.entity_id) == entity.id, col(PublicNotice.announced).is_(True))
    return _read(session, query.order_by(col(PublicNotice.id).desc()).limit(MOST))


def public_notice(session: Session, ref: str) -> NoticeRow:
    """One that was announced; NotFound for any other."""
    found = _read(session, _rows().where(col(PublicNotice.ref) == ref, col(PublicNotice.announced).is_(True)))
    if not found:
        raise NotFound(notice=ref)
    return found[0]


def open_notice(session: Session, case: Application) -> PublicNotice | None:
    """The notice of the case that runs now."""
    query = select(PublicNotice).where(col(PublicNotice.application_id) == case.id, col(PublicNotice.status) == OPEN)
    return session.scalars(query).one_or_none()


def notices_of_case(session: Session, case: Application) -> Sequence[NoticeRow]:
    """The notices of a case, the newest first."""
    if not has_any(session, case.id, PublicNotice):
        return ()
    query = _rows().where(col(PublicNotice.application_id) == case.id)
    return _read(session, query.order_by(col(PublicNotice.id).desc()))


def objections_of(session: Session, notice: PublicNotice) -> Sequence[ObjectionRow]:
    """What was objected to the notice, the first one first."""
    query = select(NoticeObjection).where(col(NoticeObjection.notice_id) == notice.id).order_by(col(NoticeObjection.id))
    return [
        ObjectionRow(
            one, *(decrypt(text, case=notice.ref) if text else "" for text in (one.name, one.contact, one.reason))
        )
        for one in session.scalars(query)
    ]


def claims_of(session: Session, notice: PublicNotice) -> Sequence[ClaimRow]:
    """What creditors declared during the notice, the first one first."""
    query = select(CreditorClaim).where(col(CreditorClaim.notice_id) == notice.id).order_by(col(CreditorClaim.id))
    return [
        ClaimRow(one, *(decrypt(text, case=notice.ref) for text in (one.name, one.contact, one.amount, one.basis)))
        for one in session.scalars(query)
    ]


def count_claims(session: Session, case: Application) -> int:
    """How many claims creditors have declared during the notices of the case."""
    query = select(func.count()).select_from(CreditorClaim).join(PublicNotice)
    return session.scalars(query.where(col(PublicNotice.application_id) == case.id)).one()


def notice_of_draft(session: Session, case: Application) -> PublicNotice | None:
    """The notice that the applicant has published from the draft, whether it runs or its term is over."""
    kinds = [key for key, kind in notice_kinds().items() if kind.of_draft]
    query = select(PublicNotice).where(col(PublicNotice.application_id) == case.id, col(PublicNotice.kind).in_(kinds))
    return session.scalars(query.where(col(PublicNotice.status).in_((OPEN, ENDED)))).one_or_none()


def as_published(session: Session, case: Application, section: str, raw: Any) -> Any:
    """A reduction with the day of the notice that is published here; without one nobody types a day."""
    if section != REDUCTION or not isinstance(raw, Mapping):
        return raw
    if (notice := notice_of_draft(session, case)) is not None:
        return {**raw, "where": "here", "published_on": notice.first_on.isoformat()}
    return {**raw, "published_on": ""} if raw.get("where") == "here" else raw


def notices_at(session: Session, *, actor: Actor, objected: bool, before: str = "") -> tuple[Sequence[NoticeRow], str]:
    """Those of the own registrar: the open ones, or those that an objection ended; the newest first."""
    return _page(
        session,
        before,
        col(PublicNotice.registrar_code) == actor.registrar_code,
        col(PublicNotice.status) == (OBJECTED if objected else OPEN),
    )


def notice_at(session: Session, ref: str, *, actor: Actor) -> NoticeRow:
    """One of the own registrar, also one for agencies alone. NotFound for any other."""
    mine = col(PublicNotice.ref) == ref, col(PublicNotice.registrar_code) == actor.registrar_code
    found = _read(session, _rows().where(*mine))
    if not found:
        raise NotFound(notice=ref)
    return found[0]


def _rows() -> Select[PublicNotice, Entity, Registrar, str]:
    return (
        select(PublicNotice, Entity, Registrar, col(Application.ref))
        .join(Entity, col(Entity.id) == col(PublicNotice.entity_id))
        .join(Registrar, col(Registrar.code) == col(PublicNotice.registrar_code))
        .join(Application, col(Application.id) == col(PublicNotice.application_id))
    )


def _page(session: Session, before: str, *wanted: ColumnElement[bool]) -> tuple[Sequence[NoticeRow], str]:
    """A page and the cursor of the next, which is the reference of the last row."""
    query = _rows().where(*wanted)
    if before:
        last = select(col(PublicNotice.id)).where(col(PublicNotice.ref) == before).scalar_subquery()
        query = query.where(col(PublicNotice.id) < last)
    found = _read(session, query.order_by(col(PublicNotice.id).desc()).limit(MOST + 1))
    return found[:MOST], found[MOST - 1].notice.ref if len(found) > MOST else ""


def _read(session: Session, query: Select[PublicNotice, Entity, Registrar, str]) -> list[NoticeRow]:
    return [NoticeRow(*row) for row in session.execute(query)]
