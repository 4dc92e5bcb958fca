"""What of the outbox needs a person: messages that were given up, and those that are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session

from registration import access
from registration.actor import Actor
from registration.models import Application, Message
from registration.outbox import longest_wait
from registration.runtime.leases import SKEW

LATE = timedelta(minutes=10)
LICENCE = "issue.licence"


@dataclass(frozen=True)
class WaitingMessage:
    """A message and the case that it belongs to, if to one."""

    message: Message
    ref: str | None

    @property
    def is_parked(self) -> bool:
        return self.message.parked_at is not None


def needing_care(session: Session, *, actor: Actor, now: datetime, limit: int = 100) -> list[WaitingMessage]:
    """Parked messages first, then those that have been due for ten minutes; an office sees those of its own cases."""
    access.admit("outbox.manage", actor)
    query = _own(select(Message, Application.ref), actor).where(
        or_(Message.parked_at.is_not(None), Message.created_at < now - LATE)
    )
    order = (Message.parked_at.is_(None), Message.created_at, Message.id)
    rows: Sequence[Any] = session.execute(query.order_by(*order).limit(limit)).all()
    return [WaitingMessage(row[0], row[1]) for row in rows]


def parked_count(session: Session, *, actor: Actor) -> int:
    """How many messages of this office stand still until somebody looks."""
    query = _own(select(func.count(Message.id)), actor).where(Message.parked_at.is_not(None))
    return session.execute(query).scalar_one()


def written_ahead(session: Session, *, now: datetime) -> int:
    """How many messages a clock wrote that was ahead of this one, or was set back since."""
    ahead = or_(Message.created_at > now + SKEW, Message.due_at > now + longest_wait())
    return session.execute(select(func.count(Message.id)).where(ahead)).scalar_one()


def parked_licence(session: Session, application_id: int | None) -> Message | None:
    """The message that gave up making this case's first licence, if it did."""
    query = select(Message).where(
        Message.application_id == application_id, Message.effect == LICENCE, Message.parked_at.is_not(None)
    )
    return session.execute(query).scalars().first()


def parked_licences(session: Session, *, limit: int = 20) -> list[str]:
    """References of the cases whose licence was given up, the longest ago first."""
    query = select(Application.ref).join(Message, Message.application_id == Application.id)
    query = query.where(Message.effect.in_((LICENCE, "issue.edition")), Message.parked_at.is_not(None))
    return list(session.execute(query.order_by(Message.parked_at).limit(limit)).scalars())


def may_manage(session: Session, message_id: int, *, actor: Actor) -> bool:
    """Whether this message is one that the actor may let run again."""
    access.admit("outbox.manage", actor)
    query = _own(select(Message.id), actor).where(Message.id == message_id)
    return session.execute(query).first() is not None


def _own(query: Select[Any], actor: Actor) -> Select[Any]:
    """The administrator of the system sees all; an office only what belongs to its own registrar's cases."""
    joined = query.select_from(Message).outerjoin(Application, Application.id == Message.application_id)
    if "sysadmin" in actor.roles:
        return joined
    return joined.where(Application.registrar_code == actor.registrar_code)
