"""Checks the register: its versions against the form that was approved, the licences, their events, the present row."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, select
from sqlmodel import Session, col

from certificates.canonical import digest
from registration.keys.field_encryption import decrypt_form
from registration.models import (
    Application,
    Entity,
    EntityCase,
    EntityFact,
    HistoryEntry,
    Licence,
    LicenceEvent,
    Revision,
)
from registration.queries.integrity import Counted, HistoryFinding
from registration.queries.register import opened
from registration.rules.form import read
from registration.rules.reasons import licence_reason
from registration.rules.register_facts import form_values, printed_values
from registration.rules.register_items import STATE, register_items
from registration.rules.registered_entity import states_of_open_cases

# How many entities are read at once.
BATCH = 200
# The entity's present row: column or key of `facts` -> item.
_PRESENT = {"type_text": "type", "representative": "representative", "domicile": "domicile"}
_NOTHING = "-"
# The entry of the step by which a later case was registered.
RECORDED = "application:record"
# A case: its reference, and by item the checksum of what it wrote.
Recorded = tuple[str, Mapping[str, str]]


def broken_register(
    session: Session, *, after: int = 0, until: int | None = None, code: str | None = None, counted: Counted
) -> Iterator[HistoryFinding]:
    """Every difference of the entities with a number above `after` up to `until`, or of the one with this code."""
    query = select(Entity, Application).join(Application, col(Application.id) == col(Entity.application_id))
    if code is not None:
        query = query.where(col(Entity.code) == code)
    if until is not None:
        query = query.where(col(Entity.id) <= until)
    while batch := session.execute(query.where(col(Entity.id) > after).order_by(col(Entity.id)).limit(BATCH)).all():
        after = batch[-1][0].id
        facts = _grouped(session, EntityFact, "entity_id", [entity.id for entity, _ in batch])
        numbers = [case.id for _, case in batch]
        sheets = _grouped(session, Licence, "application_id", numbers)
        revisions = _grouped(session, Revision, "application_id", numbers)
        events = _events(session, numbers)
        later = _later_cases(session, [entity.id for entity, _ in batch])
        for entity, case in batch:
            originals = [one for one in sheets.get(case.id, ()) if one.paper == "original" and one.status != "prepared"]
            if not originals and entity.id not in facts:
                continue
            counted.cases += 1
            known: dict[int, Recorded] = {case.id: (case.ref, {})} | later.get(entity.id, {})
            one = _Case(entity, case, facts.get(entity.id, []), originals, events.get(case.id, []), known)
            yield from one.findings(revisions.get(case.id, []))


def _grouped(session: Session, model: Any, owner: str, numbers: Sequence[int]) -> dict[int, list[Any]]:
    column = getattr(model, owner)
    rows = session.scalars(select(model).where(column.in_(numbers)).order_by(column, model.id))
    return {number: list(found) for number, found in groupby(rows, key=lambda row: int(getattr(row, owner)))}


def _events(session: Session, numbers: Sequence[int]) -> dict[int, list[LicenceEvent]]:
    query = (
        select(col(Licence.application_id), LicenceEvent)
        .join(Licence, col(Licence.id) == col(LicenceEvent.licence_id))
        .where(col(Licence.application_id).in_(numbers), col(LicenceEvent.kind).in_(("revoke", "reinstate")))
        .order_by(col(Licence.application_id), col(LicenceEvent.id))
    )
    rows = groupby(session.execute(query), key=lambda row: row[0])
    return {number: [event for _, event in found] for number, found in rows}


def _later_cases(session: Session, entities: Sequence[int]) -> dict[int, dict[int, Recorded]]:
    """By entity, each case about it: its reference, and the checksums in its history of what it wrote."""
    query = (
        select(col(EntityCase.entity_id), col(Application.id), col(Application.ref), col(HistoryEntry.data))
        .join(Application, col(Application.id) == col(EntityCase.application_id))
        .outerjoin(
            HistoryEntry,
            and_(col(HistoryEntry.application_id) == col(Application.id), col(HistoryEntry.tag) == RECORDED),
        )
        .where(col(EntityCase.entity_id).in_(entities))
    )
    found: dict[int, dict[int, Recorded]] = {}
    for entity_id, case_id, ref, data in session.execute(query):
        found.setdefault(entity_id, {})[case_id] = (ref, dict((data or {}).get("recorded", {})))
    return found


class _Case:
    """One entity with all that its register is compared with."""

    def __init__(
        self,
        entity: Entity,
        case: Application,
        facts: Sequence[EntityFact],
        originals: Sequence[Licence],
        events: Sequence[LicenceEvent],
        cases: Mapping[int, Recorded],
    ) -> None:
        self.entity, self.case, self.facts, self.originals, self.events = entity, case, facts, originals, events
        self.cases = cases
        self.values: dict[int, Any] = {}

    def findings(self, revisions: Sequence[Revision]) -> Iterator[HistoryFinding]:
        yield from self._opened()
        yield from self._gaps()
        yield from self._against_form(revisions)
        yield from self._against_histories()
        for sheet in self.originals:
            yield from self._against_licence(sheet)
        yield from self._against_ledger()
        yield from self._against_row()

    def _opened(self) -> Iterator[HistoryFinding]:
        for fact in self.facts:
            try:
                self.values[fact.id] = opened(fact, case=self.cases[fact.application_id][0])
            except (InvalidTag, ValueError, KeyError):
                yield self._found("fact_unreadable", fact.item, version=fact.version)

    def _gaps(self) -> Iterator[HistoryFinding]:
        for item, facts in groupby(sorted(self.facts, key=lambda one: (one.item, one.version)), lambda one: one.item):
            numbers = [one.version for one in facts]
            if numbers != list(range(1, len(numbers) + 1)):
                yield self._found("fact_missing", item)

    def _against_form(self, revisions: Sequence[Revision]) -> Iterator[HistoryFinding]:
        """The items that no licence prints, against the form that was approved."""
        if not self.originals:
            return
        form, _ = read(
            decrypt_form(self.case.form, case=self.case.ref),
            entity_type=self.case.entity_type,
            regime=self.case.regime,
        )
        digest = max(revisions, key=lambda one: one.number).digest if revisions else ""
        wanted = form_values(form, entity_type=self.case.entity_type, digest=digest)
        first = {one.item: one for one in self.facts if one.version == 1}
        found = {item: self.values.get(one.id) for item, one in first.items()}
        for item, row in register_items().items():
            if not row.printed and item != STATE and wanted.get(item) != found.get(item):
                yield self._found("fact_not_of_case", item)

    def _against_histories(self) -> Iterator[HistoryFinding]:
        """What a later case wrote, against the checksums in the chain of its history.

        A state may precede the end of its case, such as that of its notice: of several the last is the recorded one.
        """
        last = {(fact.application_id, fact.item): fact.version for fact in self.facts}
        for fact in self.facts:
            ref, recorded = self.cases.get(fact.application_id, ("", {}))
            precedes = fact.item not in recorded or fact.version < last[fact.application_id, fact.item]
            if fact.application_id == self.case.id or (fact.item == STATE and precedes):
                continue
            if recorded.get(fact.item) != digest({"value": fact.value}):
                yield self._found("fact_not_of_history", fact.item, version=fact.version, ref=ref)

    def _against_licence(self, sheet: Licence) -> Iterator[HistoryFinding]:
        """The printed items that were valid when this edition was issued."""
        printed, valid = printed_values(sheet.particulars), self._valid_at(sheet.issued_at)
        for item, row in register_items().items():
            if row.printed and printed.get(item) != valid.get(item):
                yield self._found(
                    "fact_not_of_licence",
                    item,
                    serial=sheet.serial,
                    printed=_text(printed.get(item)),
                    registered=_text(valid.get(item)),
                )

    def _against_ledger(self) -> Iterator[HistoryFinding]:
        """The state against the revocations and reinstatements of the licences."""
        state = "active"
        for event in self.events:
            ends = (licence_reason(event.reason_code) or {}).get("entity")
            state = "active" if event.kind == "reinstate" else str(ends or state)
        found = self._valid_at(None).get(STATE) or {}
        newest = max((one for one in self.facts if one.item == STATE), key=lambda one: one.version, default=None)
        # A state that a case gave stands in that case's history, or is that of one which is still open.
        by_case = newest is not None and newest.application_id != self.case.id
        if not by_case and found.get("state") not in (state, *states_of_open_cases()):
            registered = str(found.get("state") or _NOTHING)
            yield self._found("register_state_differs", STATE, ledger=state, registered=registered)

    def _against_row(self) -> Iterator[HistoryFinding]:
        """The present row of the entity, which pages and checks read, against the newest versions."""
        valid, entity = self._valid_at(None), self.entity
        shown = {"name": entity.name or None, STATE: entity.status}
        shown |= {item: entity.facts.get(column) for column, item in _PRESENT.items()}
        for item, value in shown.items():
            newest = (valid.get(STATE) or {}).get("state") if item == STATE else valid.get(item)
            if newest != value:
                yield self._found("present_differs", item, shown=_text(value), registered=_text(newest))

    def _valid_at(self, moment: datetime | None) -> Mapping[str, Any]:
        """Item -> the value that was valid at the moment; the newest for None."""
        known = sorted(self.facts, key=lambda one: one.version)
        return {one.item: self.values.get(one.id) for one in known if moment is None or one.valid_from <= moment}

    def _found(self, code: str, item: str, **data: Any) -> HistoryFinding:
        return HistoryFinding(
            code, self.entity.registrar_code, self.case.ref, data={"what": item, "code": self.entity.code, **data}
        )


def _text(value: Any) -> str:
    if value is None:
        return _NOTHING
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
