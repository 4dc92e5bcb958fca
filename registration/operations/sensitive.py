"""Shows sensitive values in full: with a reason, and always with an audit line (PIPL art. 51)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.models import Application, Material, Paper
from registration.operations import audit
from registration.queries.application_document import PERSONS
from registration.queries.object_facts import object_facts
from registration.queries.readable import is_readable, readable_form
from registration.rules.fields import sensitive_paths
from registration.rules.problems import Problem

LONGEST_REASON = 500


def reveal(ref: str, path: str, *, reason: str, actor: Actor, now: datetime) -> str:
    """The unmasked value at `path` (`people.0.id_no`) of the form as the actor sees it.

    Only for the clerk who holds the file or the officer who holds the part. Raises NotFound for an unrelated actor and
    for a path without a sensitive value, Forbidden for any other officer, InvalidInput without a reason. The line is
    written before the value is returned.
    """
    with database.transaction() as session:
        case = _case(session, ref, "sensitive.view", actor)
        _require_reason(reason)
        form = readable_form(session, case, actor=actor)
        if path not in sensitive_paths(form):
            raise NotFound(ref=ref, path=path)
        _note(session, "sensitive:view", actor, reason, ref=ref, path=path, now=now)
        return str(_at(form, path.split(".")))


def reveal_persons(ref: str, paper: str, *, reason: str, actor: Actor, now: datetime) -> Paper:
    """The page of an application document with the personal data, for an officer with a reason.

    Raises as `reveal` does; NotFound also for any other paper, and until the worker has made the page.
    """
    with database.transaction() as session:
        case = _case(session, ref, "sensitive.view", actor)
        _require_reason(reason)
        found = session.scalars(
            select(Paper).where(col(Paper.application_id) == case.id, col(Paper.ref) == paper)
        ).one_or_none()
        # The page has the data of all persons, which no agency may read.
        if actor.agency is not None or found is None or found.kind != PERSONS or not found.storage_key:
            raise NotFound(paper=paper)
        _note(session, "sensitive:view", actor, reason, ref=ref, paper=paper, now=now)
        return found


def look_at_document(ref: str, material_ref: str, *, reason: str, actor: Actor, now: datetime) -> Material:
    """A document of the case, unmasked, for the officer who works on it.

    Raises as `reveal` does; a kind that is not on the agency's list is NotFound.
    """
    with database.transaction() as session:
        case = _case(session, ref, "material.look", actor)
        _require_reason(reason)
        query = select(Material).where(col(Material.ref) == material_ref, col(Material.application_id) == case.id)
        material = session.scalars(query).one_or_none()
        if material is None or not is_readable(session, case, material, actor=actor):
            raise NotFound(material=material_ref)
        _note(session, "material:view", actor, reason, ref=ref, material=material_ref, kind=material.kind, now=now)
        return material


def _case(session: Session, ref: str, rule: str, actor: Actor) -> Application:
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require(rule, actor, object_facts(session, case, actor))
    return case


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput([Problem("reason", "field.missing")])


def _note(session: Session, tag: str, actor: Actor, reason: str, *, now: datetime, **data: str) -> None:
    audit.note(session, tag, subject=actor.tag, now=now, reason=reason.strip()[:LONGEST_REASON], **data)


def _at(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value[part] if isinstance(value, Mapping) else value[int(part)]
    return value
