"""The rule of the second person: whoever proposed a change may withdraw it, and only another person decides on it."""

from registration.actor import Actor
from registration.errors import Forbidden

CONFIRM, REFUSE, WITHDRAW = DECISIONS = ("confirm", "refuse", "withdraw")


def check_decider(decision: str, *, proposed_by: str, actor: Actor) -> None:
    """Raises Forbidden("not_proposer") for a withdrawal by another person, else Forbidden("own_proposal")."""
    is_own = proposed_by == actor.tag
    if decision == WITHDRAW and not is_own:
        raise Forbidden("not_proposer")
    if decision != WITHDRAW and is_own:
        raise Forbidden("own_proposal")
