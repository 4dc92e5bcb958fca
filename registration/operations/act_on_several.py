"""Takes one action on several cases: they are read and locked together, judged one by one, and written together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from registration import database
from registration.actor import Actor
from registration.database.statements import Write, execute_many
from registration.errors import RegistrationError
from registration.operations import case_store
from registration.operations.act import Outcome, act, admit, is_light, light_step

# A small number: an action on one of these cases waits until all of them are written.
TOGETHER = 50

Result = Outcome | RegistrationError
log = structlog.get_logger(__name__)


def act_on_several(
    refs: Sequence[str],
    action: str,
    *,
    actor: Actor,
    now: datetime,
    versions: Mapping[str, int] | None = None,
    **inputs: Any,
) -> dict[str, Result]:
    """Takes `action` on each case as `act` does; of each the outcome, or why it was refused.

    `versions` are those that the actor saw. An action that writes more than state, history and messages is taken on
    each case by itself.
    """
    seen, results = versions or {}, dict[str, Result]()
    for first in range(0, len(refs) if is_light(action, actor) else 0, TOGETHER):
        some = refs[first : first + TOGETHER]
        try:
            results |= _together(some, action, actor=actor, now=now, versions=seen, inputs=inputs)
        except DBAPIError:
            # Nothing was written: whichever case was the reason, it holds no other up.
            log.warning("act_on_several.each_alone", action=action, cases=len(some), exc_info=True)

    def alone(ref: str) -> Result:
        try:
            return act(ref, action, actor=actor, now=now, version=seen.get(ref), **inputs)
        except RegistrationError as refused:
            return refused

    others = [ref for ref in refs if ref not in results]
    return results | dict(zip(others, database.in_groups(others, alone), strict=True))


def _together(
    refs: Sequence[str],
    action: str,
    *,
    actor: Actor,
    now: datetime,
    versions: Mapping[str, int],
    inputs: Mapping[str, Any],
) -> dict[str, Result]:
    """One transaction. Cases whose step writes more are left out of the result."""
    results: dict[str, Result] = {}
    writes: list[Write] = []
    with database.transaction() as session:
        for case in case_store.locked_together(session, refs):
            try:
                admit(session, case, actor, version=versions.get(case.ref))
                light = light_step(session, case, action, actor=actor, now=now, inputs=inputs)
            except RegistrationError as refused:
                results[case.ref] = refused
                continue
            if light is not None:
                results[case.ref] = light.outcome
                writes += [case_store.move(case, light.values), *light.others]
        execute_many(session, writes)
    return results
