"""The parts of a case's form and documents that an actor may read: an applicant all, the office what was submitted,
an agency what its lists name while its part is open."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.errors import NotFound
from registration.matters import definition_of
from registration.models import Application, Material, Revision
from registration.queries.case_rows import MATERIALS, PARTS
from registration.queries.changes import revision_of
from registration.queries.object_facts import object_facts, part_is_open
from registration.queries.opened_form import OpenedForm, opened_form, opened_revision, unlike_sections
from registration.rules.city import Agency, city
from registration.rules.fields import sensitive_paths, still_visible_to, visible_to
from registration.rules.form.present_shape import in_present_shape
from registration.rules.masking import masked_form
from registration.rules.materials import material_kinds, materials_of_agency


def readable_form(session: Session, case: Application, *, actor: Actor) -> Mapping[str, Any]:
    """The decrypted form in today's shape, as far as the actor may read it."""
    if not actor.is_staff:
        return in_present_shape(opened_form(session, case).form)
    return _cut(session, case, _opened(session, case).present, actor=actor)


def shown_form(session: Session, case: Application, *, actor: Actor) -> Mapping[str, Any]:
    """The same form as a page shows it: masked for staff and officers."""
    if not actor.is_staff:
        return readable_form(session, case, actor=actor)
    return _masked(session, case, _opened(session, case), actor=actor)


def shown_revision(session: Session, case: Application, revision: Revision, *, actor: Actor) -> Mapping[str, Any]:
    """A revision's form as a page shows it."""
    opened = opened_revision(session, case, revision)
    return _masked(session, case, opened, actor=actor) if actor.is_staff else opened.present


def compared_revisions(
    session: Session, case: Application, before: Revision, after: Revision, *, actor: Actor
) -> Sequence[Mapping[str, Any]]:
    """The forms of two revisions as a page shows them, for a comparison: the office needs no section that is alike."""
    if not actor.is_staff or actor.agency is not None:
        return [shown_revision(session, case, one, actor=actor) for one in (before, after)]
    opened = [opened_revision(session, case, one) for one in (before, after)]
    return [masked_form(one, sensitive_paths(one)) for one in unlike_sections(*opened)]


def readable_kinds(session: Session, case: Application, *, actor: Actor) -> frozenset[str]:
    """The kinds of documents that the actor may read; others are hidden from an officer."""
    if actor.agency is None:
        return material_kinds(case.matter)
    return materials_of_agency(agency_of(actor), case.matter) if _works_on_it(session, case, actor) else frozenset()


def readable_materials(session: Session, case: Application, *, actor: Actor) -> list[Material]:
    """The documents of the case that the actor may read, oldest first; those that were replaced are left out."""
    revision = _handed_in(session, case) if actor.is_staff else None
    if revision is None:
        found = MATERIALS.all(session, case_id=case.id)
    else:
        query = select(Material).where(col(Material.application_id) == case.id).order_by(col(Material.id))
        found = list(session.scalars(query.where(col(Material.ref).in_([one["ref"] for one in revision.materials]))))
    kinds = readable_kinds(session, case, actor=actor)
    return [one for one in found if one.kind in kinds]


def is_readable(session: Session, case: Application, material: Material, *, actor: Actor) -> bool:
    """Whether the actor may read this document, also one that was replaced."""
    if material.kind not in readable_kinds(session, case, actor=actor):
        return False
    revision = _handed_in(session, case) if actor.is_staff else None
    return revision is None or material.uploaded_at <= revision.created_at


def material_of(session: Session, material_ref: str, *, actor: Actor) -> Material:
    """A document of a case that the actor may read, also a replaced one."""
    material = session.scalars(select(Material).where(col(Material.ref) == material_ref)).one_or_none()
    if material is None:
        raise NotFound(material=material_ref)
    case = session.get_one(Application, material.application_id)
    access.require("material.read", actor, object_facts(session, case, actor))
    if not is_readable(session, case, material, actor=actor):
        raise NotFound(material=material_ref)
    return material


def agency_of(actor: Actor) -> Agency:
    """The row of an officer's agency, with what it may see. NotFound for an agency that the city no longer has."""
    try:
        return city().agency(actor.agency or "")
    except KeyError:
        raise NotFound(agency=actor.agency) from None


def _handed_in(session: Session, case: Application) -> Revision | None:
    """The last submitted revision, if the case may have later changes: the office never reads a draft."""
    if definition_of(case.definition).states[case.state].kind in ("office", "waiting"):
        return None
    return revision_of(session, case, case.revision)


def _opened(session: Session, case: Application) -> OpenedForm:
    """The form that the office reads."""
    revision = _handed_in(session, case)
    return opened_revision(session, case, revision) if revision else opened_form(session, case)


def _masked(session: Session, case: Application, opened: OpenedForm, *, actor: Actor) -> Mapping[str, Any]:
    if actor.agency is None:
        return opened.masked
    cut = _cut(session, case, opened.present, actor=actor)
    return masked_form(cut, sensitive_paths(cut))


def _cut(session: Session, case: Application, form: Mapping[str, Any], *, actor: Actor) -> Mapping[str, Any]:
    if actor.agency is None:
        return form
    cut = visible_to if _works_on_it(session, case, actor) else still_visible_to
    return cut(agency_of(actor), form)


def _works_on_it(session: Session, case: Application, actor: Actor) -> bool:
    parts = PARTS.all(session, case_id=case.id)
    return any(part.agency == actor.agency and part_is_open(case, part) for part in parts)
