"""Writes the register: each item as versions that are only added to, the entity's present row, and its search keys.

Every change of what is registered or filed comes through here, in the transaction that decides it.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from registration.clock import local_date
from registration.database.statements import execute, execute_many, prepare_insert
from registration.keys.field_encryption import decrypt_form, encrypt
from registration.models import Application, Entity, EntityAccount, EntityFact, EntityKey, Licence
from registration.models.columns import table_of
from registration.operations import capital_terms
from registration.queries.changes import revision_of
from registration.queries.register import newest_values
from registration.rules.addresses import address_key
from registration.rules.form import Form, read
from registration.rules.register_facts import form_values, printed_values, state_value
from registration.rules.register_items import STATE, register_items
from registration.rules.search_keys import keys_of_entity

_FACT = prepare_insert(table_of(EntityFact), "id")
_KEY = prepare_insert(table_of(EntityKey))
_ACCOUNT = prepare_insert(table_of(EntityAccount), "given_by", "ended_at")

# The present columns of an entity that repeat its licence.
_PRESENT = ("type_text", "representative", "domicile", "registrar", "capital", "currency")


def establish(session: Session, case: Application, entity: Entity, sheet: Licence, *, now: datetime) -> None:
    """Writes the first version of every item, when the first licence is in force; its account may apply for more."""
    form, _ = read(decrypt_form(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
    approved = revision_of(session, case, case.revision)
    values = {STATE: state_value(entity.status)} | printed_values(sheet.particulars)
    values |= form_values(form, entity_type=case.entity_type, digest=approved.digest if approved else "")
    _write(session, case, entity, values, newest={}, cause="establish", on=entity.founded_on, now=now)
    _write_keys(session, entity)
    execute(session, [(_ACCOUNT, {"entity_id": entity.id, "account_id": case.account_id, "since_at": now})])


def follow(session: Session, case: Application, entity: Entity, sheet: Licence, *, now: datetime) -> None:
    """Writes the next version of each item that the newest licence has otherwise or no more, and the present row."""
    _add(session, case, entity, _as_printed(sheet), cause="correct", on=local_date(now), now=now)
    _present(session, entity, sheet)


def record(
    session: Session,
    case: Application,
    entity: Entity,
    form: Form,
    *,
    sheet: Licence | None,
    articles: str | None,
    state: str | None,
    now: datetime,
) -> dict[str, Any]:
    """Writes what an approved case changes, and the present row; returns by item what is stored.

    `sheet` is one of the new edition, None where nothing printed changed. `articles` is the digest of the submission
    that has new articles, `state` what becomes of the registration.
    """
    values = form_values(form, entity_type=entity.entity_type, digest=articles or "")
    # Items of the form that it has no more end; what is printed is taken from the licence.
    filed = (item for item, row in register_items().items() if row.kind != "state" and not row.printed)
    values = {item: values.get(item) for item in filed}
    if articles is None:
        del values["articles"]
    if sheet is not None:
        values |= _as_printed(sheet)
        _present(session, entity, sheet)
    if state is not None:
        entity.status, values[STATE] = state, state_value(state)
    return _add(session, case, entity, values, cause=case.matter, on=local_date(now), now=now)


def _as_printed(sheet: Licence) -> dict[str, Any]:
    """Item -> value on this sheet, None for an item that it does not have."""
    return {item: None for item, row in register_items().items() if row.printed} | printed_values(sheet.particulars)


def _present(session: Session, entity: Entity, sheet: Licence) -> None:
    """The present row repeats the newest licence."""
    facts = sheet.particulars
    entity.name = str(facts.get("name") or "")
    entity.facts = {**entity.facts, **{name: facts.get(name) for name in _PRESENT}}
    entity.address_key = address_key(str(facts.get("domicile") or ""))
    session.execute(delete(EntityKey).where(col(EntityKey.entity_id) == entity.id))
    _write_keys(session, entity)


def set_state(
    session: Session,
    case: Application,
    entity: Entity,
    state: str,
    *,
    cause: str,
    reason_code: str,
    now: datetime,
) -> None:
    """Gives the registration a state (STATES), with its reason."""
    entity.status = state
    value = state_value(state, reason_code=reason_code)
    _add(session, case, entity, {STATE: value}, cause=cause, on=local_date(now), now=now)


def stored(item: str, value: Any, *, case: str) -> Any:
    """The value as the table has it: one that nobody may read here is encrypted as a whole."""
    return value if register_items()[item].is_public else encrypt(json.dumps(value, ensure_ascii=False), case=case)


def _add(
    session: Session,
    case: Application,
    entity: Entity,
    values: Mapping[str, Any],
    *,
    cause: str,
    on: date,
    now: datetime,
) -> dict[str, Any]:
    """A row for each value that differs from the item's newest version; None ends an item.

    Returns item -> what is stored. The entity must be locked.
    """
    newest = newest_values(session, entity.id)
    return _write(session, case, entity, values, newest=newest, cause=cause, on=on, now=now)


def _write(
    session: Session,
    case: Application,
    entity: Entity,
    values: Mapping[str, Any],
    *,
    newest: Mapping[str, tuple[int, Any]],
    cause: str,
    on: date,
    now: datetime,
) -> dict[str, Any]:
    """The same with the number and value of each item's newest version."""
    changed = {
        item: stored(item, value, case=case.ref)
        for item, value in values.items()
        if newest.get(item, (0, None))[1] != value
    }
    same = {"entity_id": entity.id, "valid_on": on, "valid_from": now, "cause": cause, "application_id": case.id}
    rows = [
        {
            **same,
            "item": item,
            "version": newest[item][0] + 1 if item in newest else 1,
            "value": value,
        }
        for item, value in changed.items()
    ]
    execute_many(session, [(_FACT, row) for row in rows])
    if "contributions" in changed:
        capital_terms.follow(session, entity, values["contributions"], on=on)
    return changed


def _write_keys(session: Session, entity: Entity) -> None:
    keys = keys_of_entity(name=entity.name, representative=str(entity.facts.get("representative") or ""))
    execute_many(session, [(_KEY, {"kind": kind, "key": key, "entity_id": entity.id}) for kind, key in sorted(keys)])
