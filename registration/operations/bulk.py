"""One step for several files: a look at what would happen to each, then each by its usual operation, on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.errors import ActionRefused, Conflict, InvalidInput, NotFound, RegistrationError
from registration.matters import definition_of, shipped
from registration.models import Application, Paper
from registration.operations import holding
from registration.operations.act_on_several import Result, act_on_several
from registration.operations.printing import newest_paper, papers_to_print
from registration.operations.reminders import check_reminder, remind_applicant
from registration.queries.absences import away_until
from registration.queries.holding import gives_back, takes_in_hand
from registration.queries.object_facts import object_facts
from registration.rules.problems import Problem
from workflows.engine import Offer

MOST = 100
TAKE, GIVE_BACK, ASSIGN, REMIND, ARCHIVE = STEPS = ("take", "give_back", "assign", "remind", "archive")
# It changes nothing and has no report, but a document; a program downloads the papers one by one.
PRINT = "print"


@dataclass(frozen=True)
class BulkStep:
    """What is to be done with each file; `to` and `reason` are for `assign`."""

    what: str
    to: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """What would happen to a file or did: nothing is against it, or `error` is. `version` is the one that was read."""

    ref: str
    name: str = ""
    version: int | None = None
    error: RegistrationError | None = None

    @property
    def is_good(self) -> bool:
        return self.error is None


def steps_of(actor: Actor) -> tuple[str, ...]:
    """The steps that this person may be able to take."""
    own = {ASSIGN: access.ACCESS["case.assign"].staff, ARCHIVE: _archivists(shipped())}
    return tuple(one for one in (*STEPS, PRINT) if one not in own or actor.roles & own[one])


@cache
def _archivists(keys: tuple[str, ...]) -> frozenset[str]:
    """The roles that archive, in these tables."""
    return frozenset(
        role for key in keys for row in definition_of(key).rows if row.action == ARCHIVE for role in row.by
    )


def look(refs: Sequence[str], step: BulkStep, *, actor: Actor, now: datetime) -> list[Verdict]:
    """What `carry_out` would do, without doing it. InvalidInput at `what` or `refs`."""
    with database.reading() as session:
        return [_judged(session, ref, step, actor=actor, now=now)[0] for ref in _asked(refs, step, actor)]


def carry_out(
    refs: Sequence[str], step: BulkStep, *, actor: Actor, now: datetime, versions: Mapping[str, int] | None = None
) -> list[Verdict]:
    """Takes the step of each file: what is refused for one does not stop the others.

    `versions` are those that were looked at: a file that has changed since is refused. InvalidInput as in `look`.
    """
    seen, chosen = versions or {}, _asked(refs, step, actor)
    if step.what in (ASSIGN, REMIND):
        return database.in_groups(chosen, lambda ref: _taken(ref, step, actor=actor, now=now, version=seen.get(ref)))
    with database.reading() as session:
        judged = {ref: _judged(session, ref, step, actor=actor, now=now) for ref in chosen}
    results: dict[str, Result] = {}
    for action in dict.fromkeys(action for _, action in judged.values() if action):
        same = [ref for ref in chosen if judged[ref][1] == action]
        results |= act_on_several(same, action, actor=actor, now=now, versions=seen)
    verdicts = [verdict for verdict, _ in judged.values()]
    refused = {ref: result for ref, result in results.items() if isinstance(result, RegistrationError)}
    return [replace(one, error=refused[one.ref]) if one.ref in refused else one for one in verdicts]


def to_print(refs: Sequence[str], *, actor: Actor, now: datetime) -> list[Paper]:
    """The newest paper of each of these cases that has one. InvalidInput as in `look`, and where there is none."""
    good = [one.ref for one in look(refs, BulkStep(PRINT), actor=actor, now=now) if one.is_good]
    if not good:
        raise InvalidInput([Problem("refs", "bulk.nothing_to_print")])
    return papers_to_print(good, actor=actor, now=now)


def _asked(refs: Sequence[str], step: BulkStep, actor: Actor) -> list[str]:
    access.admit("inbox.read", actor)
    chosen = list(dict.fromkeys(refs))
    problems = [] if step.what in steps_of(actor) else [Problem("what", "bulk.unknown_step")]
    if not 1 <= len(chosen) <= MOST:
        problems.append(Problem("refs", "bulk.number", {"most": MOST}))
    if problems:
        raise InvalidInput(problems)
    return chosen


def _judged(session: Session, ref: str, step: BulkStep, *, actor: Actor, now: datetime) -> tuple[Verdict, str]:
    """The verdict, and the action of the table by which the step is taken; empty for other steps or a refusal."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    try:
        if case is None:
            raise NotFound(ref=ref)
        access.require("application.act", actor, object_facts(session, case, actor))
    except RegistrationError as error:
        # A stranger's file has no name here.
        return Verdict(ref, error=error), ""
    try:
        return Verdict(ref, case.name, case.version), _action(session, case, step, actor=actor, now=now)
    except RegistrationError as error:
        return Verdict(ref, case.name, case.version, error), ""


def _taken(ref: str, step: BulkStep, *, actor: Actor, now: datetime, version: int | None) -> Verdict:
    with database.reading() as session:
        judged, _ = _judged(session, ref, step, actor=actor, now=now)
    if not judged.is_good:
        return judged
    try:
        if step.what == ASSIGN:
            holding.assign(ref, to=step.to, reason=step.reason, actor=actor, now=now, version=version)
        else:
            remind_applicant(ref, actor=actor, now=now)
    except RegistrationError as error:
        return replace(judged, error=error)
    return judged


def _action(session: Session, case: Application, step: BulkStep, *, actor: Actor, now: datetime) -> str:
    """The action of the table that this step is for the case. Raises what is against it."""
    what = step.what
    if what == ASSIGN:
        holding.check_assignment(session, case, to=step.to, reason=step.reason, actor=actor, now=now)
        return ""
    if what == REMIND:
        check_reminder(session, case, now=now)
        return ""
    if what == PRINT:
        newest_paper(session, case)
        return ""
    if what == TAKE and case.holder_id not in (None, actor.account_id):
        raise Conflict("bulk_is_held", ref=case.ref)
    offer = _offer(holding.offers_for(session, case, actor, now=now), what)
    if offer is None:
        raise Conflict("bulk_not_now", ref=case.ref)
    if not offer.allowed:
        raise ActionRefused(offer.blockers, action=offer.action, state=case.state, ref=case.ref)
    if what == TAKE and away_until(session, actor.account_id, now=now) is not None:
        raise Conflict("bulk_while_away", ref=case.ref)
    return offer.action


def _offer(offers: Sequence[Offer], what: str) -> Offer | None:
    if what == TAKE:
        return takes_in_hand(offers)
    fits = (one for one in offers if (gives_back(one.row) if what == GIVE_BACK else one.action == ARCHIVE))
    return next(fits, None)
