"""What an archivist does: closes a file that is due, and consults a closed one for a purpose, with an audit line.

(Measures for the Management of Registration Archives of Market Entities: who consults a file, and why, is recorded.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput, NotFound
from registration.models import Application, HistoryEntry, Licence, Material, Paper
from registration.operations.act import Outcome, perform
from registration.operations.audit import note
from registration.operations.case_store import locked
from registration.queries.archive import ARCHIVE, archived_case, manifest
from registration.queries.licences import ordered_in
from registration.rules.problems import Problem

MOST_WORDS = 500
PDF = "application/pdf"


@dataclass(frozen=True)
class ConsultedFile:
    """A closed file: its contents by digest (`manifest`), and its history."""

    case: Application
    manifest: dict[str, Any]
    entries: Sequence[HistoryEntry]


@dataclass(frozen=True)
class StoredPart:
    """A document of a closed file, as it is stored."""

    storage_key: str
    sha256: str
    mime: str
    name: str


def close(ref: str, *, actor: Actor, now: datetime) -> Outcome:
    """Takes the table's action by which a file is closed. Raises NotFound for another registrar's, ActionRefused."""
    admit("archive.read", actor)
    with transaction() as session:
        case = locked(session, ref)
        if case.registrar_code != actor.registrar_code or case.submitted_at is None:
            raise NotFound(ref=ref)
        return perform(session, case, ARCHIVE, actor=actor, now=now)


def consult(ref: str, *, reason: str, actor: Actor, now: datetime) -> ConsultedFile:
    """The contents of a closed file. Raises NotFound, InvalidInput without a purpose."""
    with transaction() as session:
        case = _opened(session, ref, reason, actor)
        note(session, "archive:consult", subject=actor.tag, now=now, ref=ref, reason=reason.strip()[:MOST_WORDS])
        entries = session.scalars(
            select(HistoryEntry).where(col(HistoryEntry.application_id) == case.id).order_by(col(HistoryEntry.seq))
        ).all()
        return ConsultedFile(case, manifest(session, case), entries)


def fetch(ref: str, sha256: str, *, reason: str, actor: Actor, now: datetime) -> StoredPart:
    """A document of a closed file. Raises as `consult` does, and NotFound for one that is not in the file."""
    with transaction() as session:
        case = _opened(session, ref, reason, actor)
        found = _part(session, case, sha256)
        if found is None:
            raise NotFound(ref=ref)
        told = {"ref": ref, "file": found.name, "sha256": sha256, "reason": reason.strip()[:MOST_WORDS]}
        note(session, "archive:fetch", subject=actor.tag, now=now, **told)
        return found


def _opened(session: Session, ref: str, reason: str, actor: Actor) -> Application:
    case = archived_case(session, ref, actor=actor)
    if not reason.strip():
        raise InvalidInput([Problem("reason", "archive.reason_missing")])
    return case


def _part(session: Session, case: Application, sha256: str) -> StoredPart | None:
    own = {model: col(model.application_id) == case.id for model in (Material, Paper)} | {Licence: ordered_in(case)}
    material, paper, licence = (
        session.scalars(select(model).where(of_case, col(model.sha256) == sha256).limit(1)).one_or_none()
        for model, of_case in own.items()
    )
    if isinstance(material, Material):
        return StoredPart(material.storage_key, sha256, material.content_type, material.filename)
    if isinstance(paper, Paper) and paper.storage_key:
        return StoredPart(paper.storage_key, sha256, PDF, f"{paper.number or paper.kind}.pdf")
    if isinstance(licence, Licence) and licence.storage_key:
        return StoredPart(licence.storage_key, sha256, PDF, f"{licence.serial}.pdf")
    return None
