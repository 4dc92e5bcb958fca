"""Explains for each action of the table whether it may be taken, or every obstacle; in every offered language.

The office sees all of it. Other actors see of another person's action only whose it is: the checks of a clerk
are internal to the office.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration.actor import Actor
from registration.matters import definition_of
from registration.queries.casefile import CaseFile, casefile
from registration.queries.waiting import Waiting, in_each_language, listed, say, waiting_for
from registration.rules.blockers import blocker_text, field_of
from registration.rules.languages import said
from workflows.definition import Definition
from workflows.definition.values import Text
from workflows.errors import Blocker


@dataclass(frozen=True, slots=True)
class BlockerReason:
    """One obstacle."""

    code: str
    words: Text


@dataclass(frozen=True, slots=True)
class Explained:
    """An action of the table. It is allowed if at most the inputs that it `needs` are missing."""

    action: str
    label: Text
    allowed: bool
    needs: tuple[str, ...]
    reasons: tuple[BlockerReason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`label` is the present state's name; `actions` are in the order of the table."""

    ref: str
    state: str
    label: Text
    actions: tuple[Explained, ...]
    waiting: tuple[Waiting, ...]


def explain(session: Session, ref: str, *, actor: Actor, now: datetime) -> Explanation:
    """The explanation of a case that `actor` may read; NotFound for a stranger's."""
    return explained(casefile(session, ref, actor=actor, now=now), actor=actor, now=now)


def explained(file: CaseFile, *, actor: Actor, now: datetime) -> Explanation:
    case, table = file.case, definition_of(file.case.definition)
    return Explanation(
        ref=case.ref,
        state=case.state,
        label=table.states[case.state].label,
        actions=tuple(_action(file, action, table, actor=actor) for action in table.actions),
        waiting=waiting_for(file, actor=actor, now=now),
    )


def _action(file: CaseFile, action: str, table: Definition, *, actor: Actor) -> Explained:
    offer = file.offer(action)
    blockers = _visible(offer.blockers if offer is not None else file.obstacles(action), actor=actor)
    standing = [blocker for blocker in blockers if field_of(blocker) is None]
    needs = dict.fromkeys(field for blocker in blockers if (field := field_of(blocker)))
    return Explained(
        action=action,
        label=table.actions[action].label,
        allowed=not standing,
        needs=tuple(needs),
        reasons=tuple(_reason(blocker, table) for blocker in standing),
    )


def _visible(blockers: tuple[Blocker, ...], *, actor: Actor) -> tuple[Blocker, ...]:
    if actor.is_staff and actor.agency is None:
        return blockers
    others = [blocker for blocker in blockers if blocker.code == "wrong_role"]
    return tuple(others) or blockers


def _reason(blocker: Blocker, table: Definition) -> BlockerReason:
    return BlockerReason(blocker.code, in_each_language(lambda lang: _why(blocker, table, lang)))


def _why(blocker: Blocker, table: Definition, lang: str) -> str:
    data: dict[str, Any] = dict(blocker.data)
    if blocker.code == "wrong_state":
        states = listed((table.states[key].label for key in data["possible_in"]), lang, quoted=True)
        return say("wrong_state", lang, state=said(table.states[data["state"]].label, lang), states=states)
    if blocker.code == "wrong_role":
        return say("wrong_role", lang, roles=listed((table.roles[role] for role in data["roles"]), lang))
    return say("wrong_route", lang) if blocker.code == "wrong_route" else blocker_text(blocker, lang)
