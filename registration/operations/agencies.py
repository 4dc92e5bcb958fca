"""The agencies' parts: opened after the approval, each with its own small table; a graph says which waits for which."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from certificates.numbers import clean
from registration.actor import SYSTEM, Actor
from registration.errors import ActionRefused, Forbidden, InvalidInput, NotFound
from registration.keys.field_encryption import decrypt_form
from registration.matters import calendar, definition_of, office_hours, parts_of
from registration.models import Application, Part, Registrar
from registration.operations import history, numbers, objections
from registration.operations.act import Writer, local_effect, perform, writes
from registration.queries.changes import revision_at
from registration.queries.facts import CaseFacts, part_states
from registration.rules.city import city
from registration.rules.fields import visible_to
from registration.rules.problems import Problem
from workflows import joins
from workflows.clock import deadline
from workflows.definition import Parts
from workflows.errors import ActionNotAllowed, UnknownYear

log = structlog.get_logger(__name__)


@local_effect("numbers.registration")
def _give_registration_number(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    if "registration_number" not in numbers.held_by(session, case.id):
        registrar = session.get_one(Registrar, case.registrar_code)
        numbers.registration_number(session, registrar, entity_type=case.entity_type, application_id=case.id, now=now)


@local_effect("parts.open")
def _open_parts(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Creates the parts, or reopens them after a correction. Assigned numbers stay."""
    graph = _graph(case)
    present = part_states(session, case)
    for part in _parts(session, case):
        if part.state in graph.done and _reads_otherwise(session, case, part):
            _move(session, case, part, "recheck", actor=SYSTEM, now=now, inputs={})
    for key in graph.graph:
        if key not in present:
            session.add(
                Part(
                    application_id=case.id,
                    key=key,
                    agency=key,
                    registrar_code=case.registrar_code,
                    state=graph.start,
                    since_at=now,
                )
            )
    session.flush()
    _reconsider(session, case, actor, now)


def _reads_otherwise(session: Session, case: Application, part: Part) -> bool:
    """Whether anything that the agency may read has changed since it decided."""
    decided = revision_at(session, case, part.decided_at) if part.decided_at else None
    if decided is None:
        return False
    agency = city().agency(part.agency)
    before, after = (visible_to(agency, decrypt_form(form, case=case.ref)) for form in (decided.form, case.form))
    return before != after


@local_effect("parts.reconsider")
def _reconsider(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Starts the parts that may start now and checks whether all required parts are done. The case must be locked."""
    graph = _graph(case)
    for key in joins.ready(graph, part_states(session, case)):
        _move(session, case, _part(session, case, key), "open", actor=SYSTEM, now=now, inputs={})
    if joins.is_complete(graph, part_states(session, case)):
        perform(session, case, "parts_complete", actor=SYSTEM, now=now)


def _take_part(action: str) -> Writer:
    """Writes an officer's action to the own agency's part. A clerk's claim of the whole file writes nothing here."""

    def write(
        session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any] | None:
        if actor.agency is None:
            return None
        part = _part(session, case, str(inputs.get("part") or ""))
        if part.agency != actor.agency:
            raise Forbidden("another_agency", part=part.key)
        return _move(session, case, part, action, actor=actor, now=now, inputs=inputs)

    return write


def _answer_objections(action: str) -> Writer:
    """Writes the office's answer to every part with an objection."""

    def write(
        session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any]:
        answered = [part for part in _parts(session, case) if part.state == "objected"]
        for part in answered:
            _move(session, case, part, action, actor=actor, now=now, inputs=inputs)
        if action == "objection_overruled":
            objections.overrule(session, case, actor=actor, inputs=inputs, now=now)
        return {"parts": [part.key for part in answered]}

    return write


for taken in ("claim", "release", "assign", "object", "waive"):
    writes(taken, rows=lambda actor: actor.agency is not None)(_take_part(taken))
for taken in ("objection_upheld", "objection_overruled"):
    writes(taken)(_answer_objections(taken))


def _move(
    session: Session,
    case: Application,
    part: Part,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Takes one step of one part, by its own table."""
    graph = _graph(case)
    facts = CaseFacts(session, case, actor=actor, now=now, inputs=inputs).of_part(part)
    roles = joins.roles_on(graph, part.key, actor.roles)
    try:
        step = parts_of(case.definition).step(part.state, action, roles=roles, actor_id=actor.tag, facts=facts, took={})
    except ActionNotAllowed as refused:
        raise ActionRefused(refused.blockers, action=action, part=part.key, ref=case.ref) from None
    source, part.state, part.version, part.since_at = part.state, step.target, part.version + 1, now
    if step.row.held_by is not None:
        part.holder_id = actor.account_id if step.row.held_by == "actor" else None
    _give_deadline(graph, part, now=now)
    data = {"part": part.key} | _result(session, case, part, action, actor=actor, inputs=inputs, now=now)
    session.flush()
    if actor.kind == "system":
        history.append(
            session,
            case,
            f"part:{action}",
            actor=actor,
            role=step.role,
            source=source,
            target=part.state,
            now=now,
            data=data,
        )
    return data


def _result(
    session: Session,
    case: Application,
    part: Part,
    action: str,
    *,
    actor: Actor,
    inputs: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    if action == "assign":
        part.number, part.objection, part.decided_at = _number(session, case, part, inputs, now=now), None, now
        return {"number": part.number} if part.number else {}
    if action == "object":
        part.objection = str(inputs["reason"]).strip()
        objections.record(session, case, part, actor=actor, inputs=inputs, now=now)
        marked = objections.whole_targets(inputs.get("items") or ())
        return {"reason": part.objection} | ({"marked": marked} if marked else {})
    if action == "waive":
        part.decided_at = now
        return {"reason": str(inputs["reason"]).strip()}
    return {}


def _number(session: Session, case: Application, part: Part, inputs: Mapping[str, Any], *, now: datetime) -> str | None:
    """The number that the officer typed, or the next number of the scheme if the field was empty."""
    scheme = _graph(case).graph[part.key].gives
    if scheme is None:
        return None
    registrar = session.get_one(Registrar, case.registrar_code)
    held = numbers.held_by(session, case.id).get(scheme)
    typed = clean(str(inputs.get("number") or ""))
    if held is not None:
        if typed and typed != held:
            raise InvalidInput([Problem("number", "number.assigned_already", {"number": held})])
        return held
    if typed:
        return numbers.keep(session, scheme, typed, registrar=registrar, application_id=case.id, now=now)
    return numbers.made_for_agency(session, registrar, scheme, application_id=case.id, now=now)


def _give_deadline(graph: Parts, part: Part, *, now: datetime) -> None:
    office = graph.states[part.state].kind == "office"
    limit = graph.graph[part.key].within
    if not office:
        part.due_at = None
    elif part.due_at is None and limit is not None:
        try:
            part.due_at = deadline(now, limit, calendar=calendar(), hours=office_hours())
        except UnknownYear as unknown:
            # As for the case itself: a date is never guessed, and no agency waits because a calendar is missing.
            log.warning("clock.unknown_year", part=part.key, **unknown.data)


def _graph(case: Application) -> Parts:
    parts = definition_of(case.definition).parts
    if parts is None:
        raise NotFound("no_parts", ref=case.ref)
    return parts


def _parts(session: Session, case: Application) -> list[Part]:
    return list(session.scalars(select(Part).where(col(Part.application_id) == case.id).order_by(col(Part.id))))


def _part(session: Session, case: Application, key: str) -> Part:
    for part in _parts(session, case):
        if part.key == key:
            return part
    raise NotFound("part_unknown", part=key)
