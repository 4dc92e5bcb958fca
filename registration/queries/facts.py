"""What the door asks before a step: the facts of a case, the actor's roles in it, who took which action before."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlmodel import Session

from certificates import glyphs
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import (
    Account,
    Application,
    HistoryEntry,
    Licence,
    Notice,
    NoticeItem,
    Part,
    Party,
    RegisteredName,
    Registrar,
)
from registration.queries.changes import materials_now
from registration.rules.facts import Facts
from registration.rules.form.firm import Name
from registration.rules.numbers import fault_of
from registration.sealing import open_form
from registration.settings import settings
from workflows import joins


def facts_of(
    session: Session,
    case: Application,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any],
) -> Facts:
    """The facts of a case as `actor` stands to it."""
    registrar = session.get_one(Registrar, case.registrar_code)
    form = open_form(case.form, case=case.ref)
    materials = materials_now(session, case)
    notice = latest_notice(session, case)
    parts = part_states(session, case)
    party = session.get(Party, actor.party_id) if actor.party_id else None
    return Facts(
        today=local_date(now),
        entity_type=case.entity_type,
        regime=case.regime,
        registrar_regions=frozenset(registrar.regions),
        two_person=registrar.approval == "two_person",
        owner=f"account:{case.account_id}",
        holder=_tag_of(session, case.holder_id),
        actor=actor.tag,
        actor_name=actor.name if actor.is_staff else "",
        form=form,
        material_kinds=frozenset(material["kind"] for material in materials),
        name_is_reserved=_name_is_reserved(session, case),
        unsigned=unsigned(session, case, digest=form_digest(form, materials)),
        signing=party.person_key if party and party.application_id == case.id else None,
        identity_is_fresh=_is_fresh(party, now=now),
        extended=_was_taken(session, case, "extend"),
        parts=parts,
        open_parts=_open_parts(case, parts),
        sheets_issued=_sheets_issued(session, case),
        notice_expired=bool(notice and notice.expires_at and notice.expires_at < now),
        due_passed=bool(case.due_at and case.due_at < now),
        unprintable=tuple(glyphs.missing(_printed_text(form))),
        inputs=inputs,
    )


def facts_of_part(session: Session, case: Application, part: Part, *, facts: Facts) -> Facts:
    """The same facts with those of one agency's part, for the part's own small table."""
    return replace(
        facts,
        part_holder=_tag_of(session, part.holder_id),
        number_fault=_number_fault(case, part, facts.inputs),
    )


def unsigned(session: Session, case: Application, *, digest: str) -> tuple[str, ...]:
    """The persons whose signature under exactly this version is missing."""
    query = (
        select(Party.person_key)
        .where(Party.application_id == case.id, or_(Party.signed_digest.is_(None), Party.signed_digest != digest))
        .order_by(Party.id)
    )
    return tuple(session.execute(query).scalars())


def form_digest(form: Mapping[str, Any], materials: list[dict[str, Any]]) -> str:
    """What a party signs: SHA-256 over the open form and the documents' digests, as canonical JSON."""
    content = {"form": form, "materials": sorted((one["kind"], one["sha256"]) for one in materials)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def roles_of(session: Session, case: Application, actor: Actor) -> frozenset[str]:
    """The roles that the actor has towards this case: none of them reaches into another registrar's."""
    if actor.kind == "system":
        return actor.roles
    if actor.party_id is not None:
        party = session.get(Party, actor.party_id)
        return frozenset({"signer"}) if party and party.application_id == case.id else frozenset()
    if not actor.is_staff:
        return frozenset({"applicant"}) if actor.account_id == case.account_id else frozenset()
    return actor.roles if actor.registrar_code == case.registrar_code else frozenset()


def took_part(session: Session, case: Application) -> dict[str, str]:
    """Action -> who took it last, for the actions that four eyes are counted over; a long history is not read."""
    watched = {action for row in definition_of(case.definition).rows for action in row.not_same_person_as}
    rows = session.execute(
        select(HistoryEntry.tag, HistoryEntry.actor)
        .where(
            HistoryEntry.application_id == case.id,
            HistoryEntry.tag.in_([f"application:{action}" for action in sorted(watched)]),
        )
        .order_by(HistoryEntry.seq)
    )
    return {row.tag.partition(":")[2]: row.actor for row in rows}


def object_facts(session: Session, case: Application) -> ObjectFacts:
    """Who stands in which relation to the case, for the access table."""
    agencies = session.execute(select(Part.agency).where(Part.application_id == case.id)).scalars()
    parties = session.execute(select(Party.id).where(Party.application_id == case.id)).scalars()
    return ObjectFacts(
        owner_id=case.account_id,
        registrar_code=case.registrar_code,
        agencies=frozenset(agencies),
        party_ids=frozenset(party for party in parties if party is not None),
    )


def latest_notice(session: Session, case: Application) -> Notice | None:
    """The notice that is open, if one is."""
    return session.execute(
        select(Notice)
        .where(Notice.application_id == case.id, Notice.answered_at.is_(None))
        .order_by(Notice.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def notice_targets(session: Session, notice: Notice | None) -> frozenset[str]:
    if notice is None:
        return frozenset()
    return frozenset(session.execute(select(NoticeItem.target).where(NoticeItem.notice_id == notice.id)).scalars())


def part_states(session: Session, case: Application) -> dict[str, str]:
    rows = session.execute(select(Part.key, Part.state).where(Part.application_id == case.id))
    return {row.key: row.state for row in rows}


def _open_parts(case: Application, parts: Mapping[str, str]) -> tuple[str, ...]:
    graph = definition_of(case.definition).parts
    return joins.open_parts(graph, parts) if graph is not None and parts else ()


def _printed_text(form: Mapping[str, Any]) -> str:
    """Everything of a form that could come onto paper: the names, the address, the persons."""
    people = [person.get("name") or "" for person in form.get("people") or [] if isinstance(person, Mapping)]
    name, domicile = form.get("name") or {}, form.get("domicile") or {}
    words = [str(name.get(part) or "") for part in ("region", "trade", "industry", "form")]
    return "".join([*words, str(domicile.get("street") or ""), *people])


def _number_fault(case: Application, part: Part, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    graph = definition_of(case.definition).parts
    typed = str(inputs.get("number") or "").strip()
    if graph is None or not typed:
        return None
    scheme = graph.graph[part.key].gives
    return fault_of(scheme, typed) if scheme else {"fault": "number.not_expected"}


def _is_fresh(party: Party | None, *, now: datetime) -> bool:
    if party is None or party.identified_at is None:
        return False
    return now - party.identified_at <= timedelta(days=settings().identity_valid_days)


def _name_is_reserved(session: Session, case: Application) -> bool:
    if case.entity_type == "individual" and "name" not in case.form:
        return True
    held = select(RegisteredName.id).where(
        RegisteredName.application_id == case.id,
        RegisteredName.name == _proposed_name(case),
        RegisteredName.status.in_(("reserved", "registered")),
    )
    return session.execute(held).first() is not None


def _proposed_name(case: Application) -> str | None:
    """The name that the form has now: a draft that saved itself may hold another one than was checked and reserved."""
    try:
        return Name.model_validate(case.form.get("name")).full
    except ValidationError:
        return None


def _was_taken(session: Session, case: Application, action: str) -> bool:
    tag = f"application:{action}"
    query = select(HistoryEntry.id).where(HistoryEntry.application_id == case.id, HistoryEntry.tag == tag).limit(1)
    return session.execute(query).first() is not None


def _sheets_issued(session: Session, case: Application) -> bool:
    states = session.execute(select(Licence.sha256).where(Licence.application_id == case.id)).scalars().all()
    return bool(states) and all(states)


def _tag_of(session: Session, account_id: int | None) -> str | None:
    if account_id is None:
        return None
    number = session.execute(select(Account.login).where(Account.id == account_id)).scalar_one()
    return f"staff:{number}"
