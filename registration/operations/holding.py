"""Gives a case to a colleague, and puts one back on which nobody has acted for long.

Both are steps of the table, taken for a person: for the new holder by a director, for the former one by the system.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from registration import access, database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import ActionRefused, Conflict, InvalidInput, StaleVersion
from registration.matters import calendar, definition_of, office_hours, workflow_of
from registration.models import Account, Application, HolderNotice
from registration.operations.accounts import actor_of
from registration.operations.act import Outcome, perform
from registration.operations.case_store import locked
from registration.queries.absences import away_until, stands_in_for
from registration.queries.delayed_decisions import while_delayed
from registration.queries.facts import CaseFacts, roles_of
from registration.queries.four_eyes import TookPart
from registration.queries.holding import colleague, gives_back, takes_in_hand
from registration.queries.idle import idle_claims, last_worked_on
from registration.queries.object_facts import object_facts
from registration.rules.city import city
from registration.rules.languages import pair, said
from registration.rules.problems import Problem
from registration.rules.prose import prose
from workflows.clock import worked
from workflows.definition.values import CHINESE
from workflows.engine import Offer
from workflows.errors import Blocker, UnknownYear

LONGEST_REASON = 200
GIVEN, TAKEN_AWAY, PUT_BACK = "notify.desk_given", "notify.desk_taken_away", "notify.desk_put_back"
_STANDS_IN = pair("经办人请假，由代班人接办", "the holder is away; taken by the substitute")
_REASON, _TO = pair("理由", "the reason"), pair("交给谁", "who gets it")
# Blockers that are about the person, in words for the director who chose that person.
_ABOUT_PERSON = {"own_case": "colleague.own_case", "same_person": "colleague.same_person"} | {
    "wrong_role": "colleague.wrong_role"
}


def assign(ref: str, *, to: str, reason: str, actor: Actor, now: datetime, version: int | None = None) -> Outcome:
    """Gives the case to the colleague with the number `to`, who takes its next step in hand.

    NotFound or Forbidden, StaleVersion, Conflict("case_is_held_by_nobody") in a state that nobody takes in hand,
    InvalidInput at `to` or `reason`, ActionRefused for what stops everybody.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        action, person, why = _assignment(session, case, to=to, reason=reason, actor=actor, now=now, version=version)
        former = case.holder_id
        outcome = perform(session, case, action, actor=person, now=now, inputs={"reason": why}, by=actor)
        for account_id, effect in ((person.account_id, GIVEN), (former, TAKEN_AWAY)):
            if account_id != actor.account_id:
                _inform(session, case, account_id, effect, now=now)
        return outcome


def check_assignment(session: Session, case: Application, *, to: str, reason: str, actor: Actor, now: datetime) -> None:
    """Raises what `assign` would raise, and changes nothing."""
    _assignment(session, case, to=to, reason=reason, actor=actor, now=now, version=None)


def take_as_substitute(ref: str, *, actor: Actor, now: datetime) -> Outcome:
    """Takes the file of a holder who is away; the history says for whom. Conflict("no_substitute_of_holder")."""
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("application.act", actor, object_facts(session, case, actor))
        if not stands_in_for(session, case, actor=actor, now=now):
            raise Conflict("no_substitute_of_holder", ref=ref)
        reason = said(_STANDS_IN, CHINESE)
        offer = takes_in_hand(offers_for(session, case, actor, reason=reason, now=now))
        if offer is None:
            raise Conflict("case_is_held_by_nobody", ref=ref)
        return perform(session, case, offer.action, actor=actor, now=now, inputs={"reason": reason})


def put_back_idle(*, now: datetime, most: int) -> int:
    """Puts back files on which their holder has not acted for the city's number of working hours; returns how many.

    Idempotent: a file without a holder is not looked at.
    """
    limit = timedelta(hours=city().about.service.claim_hours)
    with database.reading() as session:
        refs = [ref for ref, since in idle_claims(session, before=now - limit) if _is_over(since, limit, now=now)]
    return sum(database.in_groups(refs[:most], lambda ref: _put_back(ref, limit, now=now)))


def _put_back(ref: str, limit: timedelta, *, now: datetime) -> bool:
    with database.transaction() as session:
        case = locked(session, ref)
        if case.holder_id is None or not _is_over(last_worked_on(session, case), limit, now=now):
            return False
        holder = actor_of(session.get_one(Account, case.holder_id))
        offer = next((one for one in offers_for(session, case, holder, now=now) if gives_back(one.row)), None)
        if offer is None or not offer.allowed:
            return False
        perform(session, case, offer.action, actor=holder, now=now, by=SYSTEM)
        _inform(session, case, holder.account_id, PUT_BACK, now=now)
    return True


def _is_over(since: datetime, limit: timedelta, *, now: datetime) -> bool:
    try:
        return worked(since, now, calendar=calendar(), hours=office_hours()) >= limit
    except UnknownYear:
        # Without the calendar of the year nobody can say how long it was.
        return False


def _assignment(
    session: Session,
    case: Application,
    *,
    to: str,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> tuple[str, Actor, str]:
    """(action, the new holder, the reason as it is kept)."""
    access.require("case.assign", actor, object_facts(session, case, actor))
    if version is not None and version != case.version:
        raise StaleVersion(ref=case.ref, version=case.version)
    problems: list[Problem] = []
    person = colleague(session, case.registrar_code, to)
    if person is None:
        missing = Problem("to", "field.missing", {"field": _TO})
        problems.append(missing if not to.strip() else Problem("to", "colleague.unknown", {"number": to.strip()}))
    elif (until := away_until(session, person.id, now=now)) is not None:
        problems.append(Problem("to", "colleague.away", {"number": person.login, "until": until.isoformat()}))
    elif person.id == case.holder_id:
        problems.append(Problem("to", "colleague.holds_it", {"number": person.login}))
    why = ""
    try:
        why = prose("reason", reason, most=LONGEST_REASON, required=True, label=_REASON)
    except InvalidInput as invalid:
        problems += invalid.problems
    if problems or person is None:
        raise InvalidInput(problems)
    new = actor_of(person)
    return _way_for(session, case, new, why, now=now), new, why


def _way_for(session: Session, case: Application, person: Actor, reason: str, *, now: datetime) -> str:
    """The action by which this person takes the case in hand; InvalidInput or ActionRefused with what is against it."""
    offer = takes_in_hand(offers_for(session, case, person, reason=reason, now=now))
    if offer is None:
        raise Conflict("case_is_held_by_nobody", ref=case.ref)
    blockers = [*offer.blockers, *_four_eyes(session, case, offer, person)]
    about = dict.fromkeys(_ABOUT_PERSON[one.code] for one in blockers if one.code in _ABOUT_PERSON)
    if about:
        raise InvalidInput([Problem("to", code, {"number": person.staff_no}) for code in about])
    if blockers:
        raise ActionRefused(blockers, action=offer.action, state=case.state, ref=case.ref)
    return offer.action


def _four_eyes(session: Session, case: Application, offer: Offer, person: Actor) -> list[Blocker]:
    """The steps that follow and that another person must take than one which this person took."""
    table, took = definition_of(case.definition), TookPart(session, case)
    following = (row for row in table.rows_from(offer.row.target_from(case.state)) if {*row.by} & person.roles)
    earlier = (action for row in following for action in row.not_same_person_as)
    return [Blocker("same_person", {"action": one}) for one in earlier if took.get(one) == person.tag]


def offers_for(session: Session, case: Application, person: Actor, *, now: datetime, reason: str = "") -> list[Offer]:
    """What this person may do with the case now, for this reason."""
    facts = CaseFacts(session, case, actor=person, now=now, inputs={"reason": reason})
    offers = workflow_of(case.definition).offers(
        case.state,
        roles=roles_of(session, case, person),
        actor_id=person.tag,
        facts=facts,
        took=TookPart(session, case),
    )
    return while_delayed(case, person, offers)


def _inform(session: Session, case: Application, account_id: int | None, effect: str, *, now: datetime) -> None:
    """Tells a person on the desk and by mail of the last entry of the history."""
    if account_id is None:
        return
    session.add(HolderNotice(account_id=account_id, application_id=case.id, seq=case.history_seq, at=now))
    outbox.put(session, effect, now=now, application_id=case.id, account=account_id)
