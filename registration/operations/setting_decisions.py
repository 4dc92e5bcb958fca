"""Decides proposed changes of settings: another person confirms, and the change takes effect in that transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import SettingChange
from registration.operations import barred, calendars, name_imports, name_words, number_pools
from registration.operations.second_person import CONFIRM, REFUSE, WITHDRAW, check_decider
from registration.operations.setting_changes import MOST_WORDS, record
from registration.queries import name_words as known_words
from registration.queries import working_days
from registration.queries.setting_changes import BARRED, CALENDAR, NAMES, NUMBERS, WORDS, may_decide
from registration.rules.problems import Problem

_STATUS = {CONFIRM: "approved", REFUSE: "refused", WITHDRAW: "withdrawn"}
TakeEffect = Callable[[Session, SettingChange, Actor, datetime], None]
# What each kind does when it is confirmed. InvalidInput where the setting is no longer as it was.
TAKE_EFFECT: Mapping[str, TakeEffect] = {
    CALENDAR: calendars.take_effect,
    NUMBERS: number_pools.take_effect,
    BARRED: barred.take_effect,
    NAMES: name_imports.take_effect,
    WORDS: name_words.take_effect,
}
# What a process keeps of a setting is read anew after the decision; other processes do so within seconds.
FORGET: Mapping[str, Callable[[], None]] = {CALENDAR: working_days.forget, WORDS: known_words.forget}
# What is deleted with a proposal that is refused or withdrawn, besides its content.
WHEN_DROPPED: Mapping[str, Callable[[Session, SettingChange], None]] = {NAMES: name_imports.drop}
# A person who loads names has looked at what they are, and needs no second one.
ALONE = frozenset({NAMES})


def decide(ref: str, decision: str, *, words: str = "", actor: Actor, now: datetime) -> SettingChange:
    """Confirms or refuses the proposal of another person, or withdraws a proposal of the actor.

    Raises NotFound, also for a kind that the actor does not decide; Conflict("proposal_decided");
    Forbidden("own_proposal" or "not_proposer"); InvalidInput for a refusal without words, and for a confirmation where
    the setting is no longer as it was when the change was proposed.
    """
    if decision not in _STATUS:
        raise NotFound(decision=decision)
    if decision == REFUSE and not words.strip():
        raise InvalidInput([Problem("words", "setting_change.reason_missing")])
    with transaction() as session:
        query = select(SettingChange).where(col(SettingChange.ref) == ref).with_for_update()
        change = session.scalars(query).one_or_none()
        if change is None or not may_decide(change, actor):
            raise NotFound(change=ref)
        if change.status != "open":
            raise Conflict("proposal_decided")
        if decision == WITHDRAW or change.kind not in ALONE:
            check_decider(decision, proposed_by=change.proposed_by, actor=actor)
        if decision == CONFIRM:
            TAKE_EFFECT[change.kind](session, change, actor, now)
        elif change.kind in WHEN_DROPPED:
            WHEN_DROPPED[change.kind](session, change)
        change.status, change.content = _STATUS[decision], None
        change.decided_by, change.decided_at, change.decision = actor.tag, now, words.strip()[:MOST_WORDS]
        record(session, change, decision, actor=actor, now=now)
    if change.kind in FORGET:
        FORGET[change.kind]()
    return change
