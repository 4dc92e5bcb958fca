"""Looking at one sensitive value in full: with a reason, and never without a line for the auditor (PIPL art. 51)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import access, db
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.models import Application, Paper
from registration.operations import audit
from registration.queries.application_document import PERSONS
from registration.queries.facts import object_facts
from registration.rules.fields import sensitive_paths
from registration.rules.problems import Problem
from registration.sealing import open_form


def reveal(ref: str, path: str, *, reason: str, actor: Actor, now: datetime) -> str:
    """The value at `path` (`people.0.id_no`) of a case's form in the clear.

    Raises NotFound for a stranger's case and for a path that holds nothing sensitive, Forbidden for a role without
    the right, InvalidInput without a reason. The line is written before the value is given away.
    """
    with db.transaction() as session:
        case = session.execute(select(Application).where(Application.ref == ref)).scalar_one_or_none()
        if case is None:
            raise NotFound(ref=ref)
        access.require("sensitive.view", actor, object_facts(session, case, actor))
        if not reason.strip():
            raise InvalidInput([Problem("reason", "field.missing")])
        form = open_form(case.form, case=case.ref)
        if path not in sensitive_paths(form):
            raise NotFound(ref=ref, path=path)
        audit.note(
            session, "sensitive:view", subject=actor.tag, now=now, ref=ref, path=path, reason=reason.strip()[:500]
        )
        return str(_at(form, path.split(".")))


def reveal_persons(ref: str, paper: str, *, reason: str, actor: Actor, now: datetime) -> Paper:
    """The page of an application document that bears the personal data, for an officer with a reason.

    Raises as `reveal` does; NotFound also for any other paper, and while the worker is still making the page.
    """
    with db.transaction() as session:
        case = session.execute(select(Application).where(Application.ref == ref)).scalar_one_or_none()
        if case is None:
            raise NotFound(ref=ref)
        access.require("sensitive.view", actor, object_facts(session, case, actor))
        if not reason.strip():
            raise InvalidInput([Problem("reason", "field.missing")])
        found = session.execute(
            select(Paper).where(col(Paper.application_id) == case.id, col(Paper.ref) == paper)
        ).scalar_one_or_none()
        if found is None or found.kind != PERSONS or not found.storage_key:
            raise NotFound(paper=paper)
        told = {"ref": ref, "paper": paper, "reason": reason.strip()[:500]}
        audit.note(session, "sensitive:view", subject=actor.tag, now=now, **told)
        return found


def _at(value: Any, path: Sequence[str]) -> Any:
    for part in path:
        value = value[part] if isinstance(value, Mapping) else value[int(part)]
    return value
