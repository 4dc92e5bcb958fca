"""Decisions of the system that were chosen for a person to look at, as those responsible read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Application, SampleAudit
from registration.queries.object_facts import object_facts

VERDICTS = ("right", "faulty")
MOST_AUDITED = 50


@dataclass(frozen=True)
class SampleRow:
    """A chosen case; `words` are in the clear."""

    sample: SampleAudit
    case: Application
    words: str

    def is_late(self, *, now: datetime) -> bool:
        return is_late(self.sample, now=now)


def is_late(sample: SampleAudit, *, now: datetime) -> bool:
    """Whether the term is over without a verdict, or was when it came."""
    return (sample.audited_at or now) > sample.due_at


def sample_of(session: Session, case: Application) -> SampleAudit | None:
    return session.scalars(select(SampleAudit).where(col(SampleAudit.application_id) == case.id)).one_or_none()


def sample_in(session: Session, ref: str, *, actor: Actor) -> SampleRow:
    """The sample of a case. NotFound where it was not chosen, or for an actor of another registrar."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("sample.audit", actor, object_facts(session, case, actor))
    found = sample_of(session, case)
    if found is None:
        raise NotFound(sample=ref)
    return _row(found, case)


def samples_at(session: Session, *, actor: Actor) -> tuple[list[SampleRow], list[SampleRow]]:
    """(those of the actor's registrar without a verdict, by their terms; the last with one)."""
    own = (
        select(SampleAudit, Application)
        .join(Application, col(Application.id) == col(SampleAudit.application_id))
        .where(col(Application.registrar_code) == actor.registrar_code)
    )
    audited = col(SampleAudit.audited_at)
    waiting = own.where(audited.is_(None)).order_by(col(SampleAudit.due_at), col(SampleAudit.id))
    past = own.where(audited.is_not(None)).order_by(audited.desc()).limit(MOST_AUDITED)
    return _rows(session, waiting), _rows(session, past)


def open_count(actor: Actor) -> Select[int]:
    """How many wait for a verdict of this actor."""
    return (
        select(func.count(col(SampleAudit.id)))
        .join(Application, col(Application.id) == col(SampleAudit.application_id))
        .where(col(Application.registrar_code) == actor.registrar_code, col(SampleAudit.audited_at).is_(None))
    )


def late_samples(session: Session, *, now: datetime, most: int) -> Sequence[int]:
    """The numbers of the rows that are overdue and not reported yet."""
    query = (
        select(col(SampleAudit.id))
        .where(
            col(SampleAudit.audited_at).is_(None),
            col(SampleAudit.due_at) < now,
            col(SampleAudit.escalated_at).is_(None),
        )
        .order_by(col(SampleAudit.due_at))
        .limit(most)
    )
    return session.scalars(query).all()


def _rows(session: Session, query: Select[SampleAudit, Application]) -> list[SampleRow]:
    return [_row(*one) for one in session.execute(query)]


def _row(sample: SampleAudit, case: Application) -> SampleRow:
    return SampleRow(sample, case, decrypt(sample.words, case=case.ref) if sample.words else "")
