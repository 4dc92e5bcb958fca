"""Operations of the applicant on a draft: start it, save a section, add and remove documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.clock import local, local_date
from registration.errors import ActionRefused, InvalidInput, NotFound, StaleVersion
from registration.keys.field_encryption import blind_index, decrypt_form, encrypt_form
from registration.matters import current, definition_of
from registration.models import Account, Application, IdentityIndex, Material, Registrar, Revision
from registration.operations import definition_checksums, history, names, search_keys
from registration.operations.case_store import locked
from registration.operations.typed_sections import problems_of_typed, read_typed
from registration.queries.changes import materials_now
from registration.queries.correction import open_targets, targets_of_state
from registration.queries.facts import CaseFacts, latest_notice
from registration.queries.object_facts import object_facts
from registration.queries.opened_form import opened_form
from registration.queries.quota import Quota, require_room
from registration.rules.entity_types import entity_type_keys, regime_on
from registration.rules.fields import sensitive_paths
from registration.rules.form import ESTABLISHMENT, NAMING_PERSONS
from registration.rules.jurisdiction import registrar_problems
from registration.rules.kinds import Regime
from registration.rules.materials import material_kinds
from registration.rules.matter_folders import matter_keys
from registration.rules.problems import Problem
from registration.rules.registered_entity import PEOPLE, is_shut, register_rows
from workflows.errors import Blocker


@dataclass(frozen=True)
class Stored:
    """A file that was checked and stored before the operation began; `faults` say why it may be hard to read."""

    filename: str
    content_type: str
    size: int
    pages: int
    sha256: str
    storage_key: str
    faults: tuple[str, ...] = ()


def start(*, entity_type: str, registrar_code: str, actor: Actor, now: datetime, matter: str = ESTABLISHMENT) -> str:
    """Opens a draft and returns its reference. InvalidInput for an unknown type, registrar or matter, and for one about
    a registered entity, which operations/entity_cases.py begins."""
    if matter in matter_keys() and register_rows(matter) is not None:
        raise InvalidInput([Problem("matter", "matter.of_business")])
    with database.transaction() as session:
        case = open_draft(
            session, entity_type=entity_type, registrar_code=registrar_code, actor=actor, now=now, matter=matter
        )
        return case.ref


def open_draft(
    session: Session, *, entity_type: str, registrar_code: str, actor: Actor, now: datetime, matter: str
) -> Application:
    """The new draft, with its history begun. Raises as `start`."""
    problems = [] if entity_type in entity_type_keys() else [Problem("entity_type", "choice.unknown")]
    problems = problems or registrar_problems(registrar_code, entity_type=entity_type)
    registrar = session.get(Registrar, registrar_code)
    definition = current(matter, chosen=registrar.definitions if registrar else {})
    problems += [] if definition else [Problem("matter", "choice.unknown")]
    if registrar is None or definition is None or problems:
        raise InvalidInput([*problems, *([] if registrar else [Problem("registrar", "registrar.unknown")])])
    is_five = registrar.regime == Regime.FIVE_NUMBERS_2015
    regime = regime_on(local_date(now), entity_type=entity_type, five_numbers=is_five)
    if regime not in definition_of(definition).clock:
        raise InvalidInput([Problem("registrar", "registrar.no_time_limit")])
    account = session.get_one(Account, actor.account_id)
    case = Application(
        ref=token_hex(8),
        account_id=account.id,
        registrar_code=registrar_code,
        matter=matter,
        entity_type=entity_type,
        regime=regime,
        definition=definition,
        state=definition_of(definition).start,
        locale=account.locale,
        created_at=now,
        updated_at=now,
    )
    definition_checksums.record(session, definition, now=now)
    session.add(case)
    session.flush()
    # People read this number out on the telephone. Knowing it gives no access to the case.
    case.ref = f"HY-{local(now).year}-{case.id:06d}"
    session.flush()
    # The history records the table under which it began: a case may be moved to another one later.
    data = {"entity_type": entity_type, "definition": definition}
    _note(session, case, "application:start", actor=actor, now=now, data=data)
    return case


def keep_form(session: Session, case: Application, form: Mapping[str, Any]) -> None:
    """The sections alone, within a step that counts the version itself."""
    case.form = encrypt_form(form, sensitive_paths(form), case=case.ref)
    flag_modified(case, "form")
    session.flush()


def _put(case: Application, sections: Mapping[str, Any]) -> None:
    """These sections in place of those that the form has."""
    case.form = {**case.form, **encrypt_form(sections, sensitive_paths(sections), case=case.ref)}


def save_section(ref: str, section: str, raw: Any, *, actor: Actor, now: datetime, version: int | None = None) -> int:
    """Saves one section; see `save_sections`."""
    return save_sections(ref, {section: raw}, actor=actor, now=now, version=version)


def save_sections(
    ref: str, sections: Mapping[str, Any], *, actor: Actor, now: datetime, version: int | None = None
) -> int:
    """Saves the sections, normalized where they can be read, and returns the version. InvalidInput with every fault.

    A masked text keeps the stored value. The first choice of a name that can be had is reserved. A value of another
    shape than the form (a number for a name) is refused and not saved: no page could show it. One that may not be
    edited is refused, with all of them.
    """
    problems: list[Problem] = []
    with database.transaction() as session:
        case = locked(session, ref)
        opened = decrypt_form(case.form, case=case.ref)
        saved: dict[str, Any] = {}
        for section, raw in sections.items():
            _may_edit(session, case, f"section.{section}", actor=actor, now=now)
            _refuse_stale(case, version)
            try:
                kept, found = _judged(session, case, section, raw, opened | saved, now=now)
            except InvalidInput as invalid:
                problems += invalid.problems
                continue
            problems += found
            saved[section] = kept
            # What may be edited next, and what is checked of it, depends on the sections before.
            _put(case, {section: kept})
        if saved:
            _changed(session, case, opened | saved, now=now, people=PEOPLE in saved)
        if "scope" in saved:
            names.set_term(session, case)
        version = case.version
    if problems:
        raise InvalidInput(problems, ref=ref, version=version)
    return version


def _judged(
    session: Session, case: Application, section: str, raw: Any, opened: Mapping[str, Any], *, now: datetime
) -> tuple[Any, list[Problem]]:
    """The section as it is kept, and its faults. A name without any is reserved."""
    read = read_typed(session, case, section, raw, opened)
    problems = problems_of_typed(case, section, read, now=now)
    if section != "name" or problems:
        return read.kept, problems
    problems, kept = names.reserve(session, case, read.kept, now=now)
    return kept, problems


def keep_typed(ref: str, section: str, raw: Any, *, actor: Actor, now: datetime) -> None:
    """Saves an incomplete section automatically, normalized, and reports no faults."""
    with database.transaction() as session:
        case = editable(session, ref, f"section.{section}", actor=actor, now=now)
        opened = decrypt_form(case.form, case=case.ref)
        kept = read_typed(session, case, section, raw, opened).kept
        _put(case, {section: kept})
        _changed(session, case, opened | {section: kept}, now=now, people=section == PEOPLE)


def clear_section(ref: str, section: str, *, actor: Actor, now: datetime) -> None:
    """Removes an optional section from the draft."""
    with database.transaction() as session:
        case = editable(session, ref, f"section.{section}", actor=actor, now=now)
        opened = decrypt_form(case.form, case=case.ref)
        opened.pop(section, None)
        if section == "name":
            names.release(session, case, now=now)
        fill_in(session, case, opened, now=now)


def attach(
    ref: str,
    kind: str,
    stored: Stored,
    *,
    actor: Actor,
    now: datetime,
    replaces: str | None = None,
    quota: Quota | None = None,
) -> Material:
    """Adds a stored file to the case as a document of `kind`.

    InvalidInput beyond the quota, or for a kind that the case's matter does not have.
    """
    with database.transaction() as session:
        case = editable(session, ref, f"material.{kind}", actor=actor, now=now)
        if kind not in material_kinds(case.matter):
            raise InvalidInput([Problem("kind", "choice.unknown")])
        if quota is not None:
            require_room(session, actor, stored.size, quota=quota, now=now)
        if replaces is not None:
            _material(session, case, replaces).removed_at = now
        material = Material(ref=token_urlsafe(12), application_id=case.id, kind=kind, uploaded_at=now, **vars(stored))
        session.add(material)
        _touched(session, case, now=now)
        data = {"kind": kind, "sha256": stored.sha256, "filename": stored.filename}
        _note(session, case, "material:attach", actor=actor, now=now, data=data)
        return material


def detach(ref: str, material_ref: str, *, actor: Actor, now: datetime) -> None:
    """Removes a document from the case. The row stays, so that what was reviewed can be proved."""
    with database.transaction() as session:
        case = locked(session, ref)
        material = _material(session, case, material_ref)
        _may_edit(session, case, f"material.{material.kind}", actor=actor, now=now)
        material.removed_at = now
        _touched(session, case, now=now)
        _note(session, case, "material:detach", actor=actor, now=now, data={"kind": material.kind})


def keep_revision(session: Session, case: Application, *, now: datetime) -> dict[str, Any]:
    """Stores the form and the documents as the next revision, which answers the open notice if there is one."""
    notice = latest_notice(session, case)
    if notice is not None:
        notice.answered_at = now
    search_keys.write(session, case, case.form)
    return freeze(session, case, now=now)


def freeze(session: Session, case: Application, *, now: datetime) -> dict[str, Any]:
    """Stores the present form and documents as the next revision; returns its number and digest."""
    materials = materials_now(session, case)
    digest = opened_form(session, case).digest(materials)
    case.revision += 1
    session.add(
        Revision(
            application_id=case.id,
            number=case.revision,
            form=case.form,
            materials=materials,
            digest=digest,
            created_at=now,
        )
    )
    session.flush()
    return {"revision": case.revision, "digest": digest}


def editable(
    session: Session, ref: str, target: str, *, actor: Actor, now: datetime, version: int | None = None
) -> Application:
    case = locked(session, ref)
    _may_edit(session, case, target, actor=actor, now=now)
    _refuse_stale(case, version)
    return case


def _refuse_stale(case: Application, version: int | None) -> None:
    if version is not None and version != case.version:
        raise StaleVersion(ref=case.ref, version=case.version)


def _may_edit(session: Session, case: Application, target: str, *, actor: Actor, now: datetime) -> None:
    access.require("application.edit", actor, object_facts(session, case, actor))
    kind = definition_of(case.definition).states[case.state].kind
    if kind == "start":
        if is_shut(case.matter, case.form, target):
            raise ActionRefused([Blocker("section_not_chosen", {"target": target})], ref=case.ref)
        return
    facts = CaseFacts(session, case, actor=actor, now=now, inputs={})
    open_now = open_targets(session, case, facts=facts) | targets_of_state(case)
    if kind == "applicant" and (target in open_now or _opens_with_others(target, open_now)):
        return
    raise ActionRefused([Blocker("not_editable", {"target": target, "state": case.state})], ref=case.ref)


def _opens_with_others(target: str, open_now: frozenset[str]) -> bool:
    """A correction of a section that names persons may need another person, so the persons are opened, too."""
    return target == "section.people" and not open_now.isdisjoint(f"section.{key}" for key in NAMING_PERSONS)


def fill_in(session: Session, case: Application, opened: Mapping[str, Any], *, now: datetime) -> None:
    """Replaces every section of a locked draft."""
    keep_form(session, case, opened)
    _changed(session, case, opened, now=now, people=True)


def _changed(session: Session, case: Application, opened: Mapping[str, Any], *, now: datetime, people: bool) -> None:
    """What follows from another form, which the case has already; `people`: those may be others now."""
    case.district = _district(opened)
    _touched(session, case, now=now)
    if people:
        _index_people(session, case, opened)


def _district(opened: Mapping[str, Any]) -> str:
    domicile = opened.get("domicile")
    region = domicile.get("region") if isinstance(domicile, Mapping) else None
    return region if isinstance(region, str) else ""


def _touched(session: Session, case: Application, *, now: datetime) -> None:
    case.version += 1
    case.updated_at = now
    session.flush()


def _index_people(session: Session, case: Application, opened: Mapping[str, Any]) -> None:
    people = opened.get("people") or []
    numbers = {one.get("id_no") for one in people if isinstance(one, Mapping) and isinstance(one.get("id_no"), str)}
    session.execute(delete(IdentityIndex).where(col(IdentityIndex.application_id) == case.id))
    rows = [{"application_id": case.id, "number_hash": blind_index(number)} for number in numbers if number]
    if rows:
        session.execute(insert(IdentityIndex), rows)


def _material(session: Session, case: Application, material_ref: str) -> Material:
    material = session.scalars(
        select(Material).where(col(Material.ref) == material_ref, col(Material.application_id) == case.id)
    ).one_or_none()
    if material is None or material.removed_at is not None:
        raise NotFound(material=material_ref)
    return material


def _note(
    session: Session, case: Application, tag: str, *, actor: Actor, now: datetime, data: Mapping[str, Any]
) -> None:
    history.note(session, case, tag, actor=actor, role="applicant", now=now, data=data)
