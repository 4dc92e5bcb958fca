"""What only the clerk who holds the file may decide, beside the actions of the table."""

from datetime import datetime

from sqlmodel import Session

from registration.actor import Actor
from registration.errors import ActionRefused
from registration.models import Application
from registration.queries.facts import CaseFacts
from registration.rules.guards import is_claimed_by_actor, not_own_case


def require_the_holder(session: Session, case: Application, actor: Actor, *, action: str, now: datetime) -> None:
    """ActionRefused for one who does not hold the file or is party to it; `action` is what is refused."""
    facts = CaseFacts(session, case, actor=actor, now=now, inputs={})
    blockers = [blocker for guard in (is_claimed_by_actor, not_own_case) if (blocker := guard(facts))]
    if blockers:
        raise ActionRefused(blockers, action=action, state=case.state, ref=case.ref)
