"""Differences between two revisions of a form and its materials: for the signer, the examiner, and the correction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import database
from registration.database.statements import Query
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, Material, Revision
from registration.queries.case_rows import MATERIALS, REVISION
from registration.rules.form import Form, read
from registration.rules.form.present_shape import in_present_shape
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
    before, after = (in_present_shape(in_clear(session, form, case)) for form in (revision.form, case.form))
    sections = {f"section.{key}" for key in {*before, *after} if before.get(key) != after.get(key)}
    then = _by_kind(revision.materials)
    now = _by_kind(materials_now(session, case))
    return frozenset(sections | {f"material.{kind}" for kind in {*then, *now} if then.get(kind) != now.get(kind)})


def changed_documents(session: Session, case: Application, *, since_revision: int) -> frozenset[str]:
    """`material.<kind>` of the documents that are made from the answers and have another text now."""
    revision = revision_of(session, case, since_revision)
    if revision is None:
        return frozenset()
    sealed, files = (revision.form, case.form), (revision.materials, materials_now(session, case))
    versions = [
        (in_present_shape(in_clear(session, form, case)), _by_kind(rows))
        for form, rows in zip(sealed, files, strict=True)
    ]
    if versions[0] == versions[1]:
        return frozenset()
    kind = {"entity_type": case.entity_type, "regime": case.regime}
    (before, files_before), (after, files_after) = versions
    answers, uploaded = _both_read(before, after, kind), (files_before.keys(), files_after.keys())
    then, now = (
        {f"material.{one.kind}": one for one in texts_for(form, **kind, matter=case.matter, uploaded=files)}
        for form, files in zip(answers, uploaded, strict=True)
    )
    return frozenset(target for target in {*then, *now} if then.get(target) != now.get(target))


def _both_read(before: Mapping[str, Any], after: Mapping[str, Any], kind: Mapping[str, str]) -> tuple[Form, Form]:
    """Two versions of a form; a section that is the same in both is read once."""
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    then, _ = read(before, **kind)
    anew, _ = read({key: value for key, value in after.items() if key in changed}, **kind)
    return then, replace(then, **{one.name: getattr(anew, one.name) for one in fields(Form) if one.name in changed})


def in_clear(session: Session, form: Mapping[str, Any], case: Application) -> Mapping[str, Any]:
    """A stored form of the case in the clear, opened once in a session; callers must not change it.

    It is kept by the identity of the stored form: a form that is saved is another object.
    """
    known: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]]] = session.info.setdefault("in clear", {})
    if id(form) not in known:
        known[id(form)] = form, decrypt_form(form, case=case.ref)
    return known[id(form)][1]


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
