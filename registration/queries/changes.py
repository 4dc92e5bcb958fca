"""Differences between two revisions of a form and its materials: for the signer, the examiner, and the correction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from certificates.paper.founding_document import DocumentText
from registration import database
from registration.database.statements import Query
from registration.models import Application, Material, Revision
from registration.queries.case_rows import MATERIALS, REVISION
from registration.queries.opened_form import opened_form, opened_revision, unlike_sections
from registration.rules.form import Form
from registration.rules.founding_documents.texts import texts_for

_IN_THE_FILE = Query(
    select(col(Material.ref), col(Material.kind), col(Material.sha256), col(Material.filename))
    .where(col(Material.application_id) == bindparam("case_id"), col(Material.removed_at).is_(None))
    .order_by(col(Material.kind), col(Material.id))
)


@dataclass(frozen=True)
class Change:
    """One field or document: `before` and `after` are None if there was or is no value."""

    path: str
    before: Any
    after: Any


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], *, path: str = "") -> list[Change]:
    """The leaves that differ between two open forms, in the order of the form."""
    changes: list[Change] = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new, here = before.get(key), after.get(key), f"{path}{key}"
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            changes += changes_between(old, new, path=f"{here}.")
        elif isinstance(old, list) and isinstance(new, list):
            changes += changes_between(_numbered(old), _numbered(new), path=f"{here}.")
        elif old != new:
            changes.append(Change(here, old, new))
    return changes


def revision_of(session: Session, case: Application, number: int) -> Revision | None:
    """What was submitted as this revision; None before the first. Read once in a session, since it never changes."""
    read: dict[tuple[int, int], Revision] = session.info.setdefault("revisions", {})
    if number > 0 and (case.id, number) not in read:
        for one in REVISION.all(session, case_id=case.id, number=number):
            read[case.id, number] = one
    return read.get((case.id, number))


def revision_at(session: Session, case: Application, moment: datetime) -> Revision | None:
    """The latest revision at that moment."""
    query = select(Revision).where(col(Revision.application_id) == case.id, col(Revision.created_at) <= moment)
    return session.scalars(query.order_by(col(Revision.number).desc()).limit(1)).one_or_none()


def changed_targets(session: Session, case: Application, *, since_revision: int) -> frozenset[str]:
    """`section.<key>` and `material.<kind>` that differ now from what was submitted as that revision."""
    revision = revision_of(session, case, since_revision)
    if revision is None:
        return frozenset()
    before, after = unlike_sections(opened_revision(session, case, revision), opened_form(session, case))
    sections = {f"section.{key}" for key in {*before, *after}}
    then = _by_kind(revision.materials)
    now = _by_kind(materials_now(session, case))
    return frozenset(sections | {f"material.{kind}" for kind in {*then, *now} if then.get(kind) != now.get(kind)})


def changed_documents(session: Session, case: Application, *, since_revision: int) -> frozenset[str]:
    """`material.<kind>` of the documents that are made from the answers and have another text now."""
    revision = revision_of(session, case, since_revision)
    if revision is None:
        return frozenset()
    versions = (
        (opened_revision(session, case, revision), _by_kind(revision.materials)),
        (opened_form(session, case), _by_kind(materials_now(session, case))),
    )
    then, now = (_made(case, opened.answers, files.keys()) for opened, files in versions)
    return frozenset(target for target in {*then, *now} if then.get(target) != now.get(target))


def _made(case: Application, answers: Form, uploaded: Collection[str]) -> dict[str, DocumentText]:
    """The documents of these answers by their target."""
    of_case = {"entity_type": case.entity_type, "regime": case.regime, "matter": case.matter}
    return {f"material.{one.kind}": one for one in texts_for(answers, **of_case, uploaded=uploaded)}


def digest_now(session: Session, case: Application) -> str:
    """The digest of the present form and documents."""
    return opened_form(session, case).digest(materials_now(session, case))


def materials_now(session: Session, case: Application) -> list[dict[str, Any]]:
    """Kind, digest and file name of each present document, oldest first.

    They are read once in a session for each version of the case. A change of the documents increases the version.
    """
    read: dict[tuple[int, int], list[dict[str, Any]]] = session.info.setdefault("materials", {})
    if (case.id, case.version) not in read:
        names = ("ref", "kind", "sha256", "filename")
        if database.stays_open(session):
            # A page has the whole rows.
            found = sorted(MATERIALS.all(session, case_id=case.id), key=lambda one: (one.kind, one.id))
            rows = [tuple(getattr(one, name) for name in names) for one in found]
        else:
            rows = _IN_THE_FILE.rows(session, case_id=case.id)
        read[case.id, case.version] = [dict(zip(names, row, strict=True)) for row in rows]
    return read[case.id, case.version]


def _by_kind(materials: list[dict[str, Any]]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for material in materials:
        kinds.setdefault(material["kind"], []).append(material["sha256"])
    return kinds


def _numbered(values: list[Any]) -> dict[str, Any]:
    """A list of persons is compared by person, in any order; any other list by position."""
    keyed = all(isinstance(value, Mapping) and value.get("key") for value in values)
    return {value["key"]: value for value in values} if keyed else {str(at): value for at, value in enumerate(values)}
