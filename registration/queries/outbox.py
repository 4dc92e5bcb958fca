"""Messages of the outbox that need a person: parked ones and late ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVarTuple

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.models import Application, Message
from registration.outbox import longest_wait
from registration.queries.case_rows import OUTGOING, of_case
from registration.rules.parked_reasons import reason_of
from registration.runtime.leases import SKEW

LATE = timedelta(minutes=10)
LICENCE, EDITION = "issue.licence", "issue.edition"
# What follows the decision of a case: its first licence, or its entry in the register.
DECIDED = (LICENCE, "issue.registration")
_IS_PARKED = col(Message.parked_at).is_not(None)
_PARKED = of_case(Message, col(Message.id), col(Message.effect).in_(DECIDED), _IS_PARKED)
_PARKED_EDITION = of_case(Message, col(Message.id), col(Message.effect) == EDITION, _IS_PARKED)
# More are grouped once these are done.
MOST_AT_ONCE = 5000
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class WaitingMessage:
    """A message and the case that it belongs to, if any."""

    message: Message
    ref: str | None

    @property
    def is_parked(self) -> bool:
        return self.message.parked_at is not None

    @property
    def reason(self) -> str:
        """The key of the reason in words."""
        return reason_of(self.message.last_error)


@dataclass(frozen=True)
class ParkedGroup:
    """Parked messages of one effect that failed for one reason."""

    effect: str
    reason: str
    messages: tuple[int, ...]


def needing_care(session: Session, *, actor: Actor, now: datetime, limit: int = 100) -> list[WaitingMessage]:
    """Parked messages first, then those that have been due for ten minutes; an office sees those of its own cases."""
    access.admit("outbox.manage", actor)
    query = _own(select(Message, col(Application.ref)), actor).where(
        or_(col(Message.parked_at).is_not(None), col(Message.created_at) < now - LATE)
    )
    order = (col(Message.parked_at).is_(None), col(Message.created_at), col(Message.id))
    rows: Sequence[Any] = session.execute(query.order_by(*order).limit(limit)).all()
    return [WaitingMessage(row[0], row[1]) for row in rows]


def parked_groups(session: Session, *, actor: Actor) -> list[ParkedGroup]:
    """The parked messages of this office by effect and reason, the largest group first."""
    access.admit("outbox.manage", actor)
    columns = (col(Message.id), col(Message.effect), col(Message.last_error))
    query = _own(select(*columns), actor).where(col(Message.parked_at).is_not(None)).order_by(col(Message.id))
    found: dict[tuple[str, str], list[int]] = {}
    for number, effect, error in session.execute(query.limit(MOST_AT_ONCE)):
        found.setdefault((effect, reason_of(error)), []).append(number)
    groups = [ParkedGroup(effect, reason, tuple(numbers)) for (effect, reason), numbers in found.items()]
    return sorted(groups, key=lambda one: (-len(one.messages), one.effect, one.reason))


def parked_edition(session: Session, application_id: int | None) -> Message | None:
    """The parked message for a new edition of this case's licence, if any."""
    return _PARKED_EDITION.first(session, case_id=application_id)


def parked_count(actor: Actor) -> Select[int]:
    """The number of parked messages of this office."""
    return _own(select(func.count(col(Message.id))), actor).where(col(Message.parked_at).is_not(None))


def written_ahead(session: Session, *, now: datetime) -> int:
    """The number of messages with a time in the future, written by a clock that was ahead or was set back since."""
    ahead = or_(col(Message.created_at) > now + SKEW, col(Message.due_at) > now + longest_wait())
    return session.scalars(select(func.count(col(Message.id))).where(ahead)).one()


def parked_licence(session: Session, application_id: int | None) -> Message | None:
    """The parked message for what this case's decision led to, if any."""
    if not database.stays_open(session):
        return _PARKED.first(session, case_id=application_id)
    # A page has all messages of the case.
    messages = OUTGOING.all(session, case_id=application_id)
    return next((one for one in messages if one.effect in DECIDED and one.parked_at is not None), None)


def parked_licences(session: Session, *, limit: int = 20) -> list[str]:
    """References of the cases whose licence message is parked, the oldest first."""
    query = select(col(Application.ref)).join(Message, col(Message.application_id) == col(Application.id))
    query = query.where(col(Message.effect).in_((*DECIDED, EDITION)), col(Message.parked_at).is_not(None))
    return list(session.scalars(query.order_by(col(Message.parked_at)).limit(limit)))


def may_manage(session: Session, message_id: int, *, actor: Actor) -> bool:
    """Whether the actor may retry this message."""
    access.admit("outbox.manage", actor)
    query = _own(select(col(Message.id)), actor).where(col(Message.id) == message_id)
    return session.execute(query).first() is not None


def _own(query: Select[*Columns], actor: Actor) -> Select[*Columns]:
    """The administrator of the system sees all; an office only what belongs to its own registrar's cases."""
    joined = query.select_from(Message).outerjoin(Application, col(Application.id) == col(Message.application_id))
    if "sysadmin" in actor.roles:
        return joined
    return joined.where(col(Application.registrar_code) == actor.registrar_code)
