"""The facts of a case about a registered entity, read when a guard first uses them."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from registration.models import Application, Entity, EntityCase
from registration.queries import working_days
from registration.queries.clearances import missing_clearances
from registration.queries.entity_ties import PARENT, held_by, orders_binding, other_open_cases
from registration.queries.late_facts import read_if_asked, read_late
from registration.queries.public_notices import count_claims, notice_of_draft
from registration.queries.register_changes import changes_of
from registration.queries.registered_entities import (
    edition_underway,
    entity_of_case,
    registered_form,
    taken_sections,
)
from registration.rules.check_reduction import last_day_of_creditors
from registration.rules.facts import Facts
from registration.rules.form import OF_APPLICATION
from registration.rules.form.present_shape import in_present_shape
from registration.rules.public_notices import stated_reduction
from registration.rules.register_items import register_items
from registration.rules.registered_entity import chosen_items, items_of_type, register_rows
from registration.rules.restraints import BindingOrder


class _Ties(Facts):
    """What ties the entity to others: asked by guards, shown by no page."""

    _session: Session
    _case_id: int | None = None
    entity: Entity | None

    @read_if_asked
    def edition_underway(self) -> bool:
        return self.entity is not None and edition_underway(self._session, self.entity)

    @read_if_asked
    def other_cases(self) -> tuple[str, ...]:
        return other_open_cases(self._session, self.entity.id, but=self._case_id) if self.entity else ()

    @read_if_asked
    def restraints(self) -> tuple[BindingOrder, ...]:
        return orders_binding(self._session, self.entity.id, on=self.today) if self.entity else ()

    @read_if_asked
    def branches(self) -> tuple[str, ...]:
        return tuple(name for capacity, name in self._held if capacity == PARENT)

    @read_if_asked
    def investments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for capacity, name in self._held if capacity != PARENT))

    @read_if_asked
    def _held(self) -> Sequence[tuple[str, str]]:
        return held_by(self._session, self.entity) if self.entity else ()


class EntityFacts(_Ties):
    """Those of a case that founds an entity are the defaults of Facts and cost no statement."""

    _case: Application

    @read_late
    def entity(self) -> Entity | None:
        return entity_of_case(self._session, self._case)

    @read_late
    def entity_state(self) -> str | None:
        return self.entity.status if self.entity else None

    @read_late
    def registered_now(self) -> Mapping[str, Any] | None:
        return registered_form(self._session, self.entity) if self.entity else None

    @read_late
    def founded_on(self) -> date | None:
        return self.entity.founded_on if self.entity else None

    @read_if_asked
    def taken_sections(self) -> Mapping[str, str]:
        """Of the sections that this case opens."""
        if not self.opened or self.entity is None:
            return {}
        taken = taken_sections(self._session, self.entity.id, but=self._case.id)
        return {section: ref for section, ref in taken.items() if section in self.opened}

    @read_if_asked
    def unchanged_items(self) -> tuple[str, ...]:
        """Chosen items all of whose sections are as they are registered; one that opens none of the entity may be."""
        if self.registered_now is None:
            return ()
        registered, form = self.registered_now, in_present_shape(self.form)
        offered = items_of_type(self.matter, self.entity_type)
        chosen = ((item, offered[item].sections) for item in chosen_items(self.form) if item in offered)
        opened = {item: set(sections) - OF_APPLICATION for item, sections in chosen}
        return tuple(
            item
            for item, sections in opened.items()
            if sections and all(form.get(key) == registered.get(key) for key in sections)
        )

    @read_if_asked
    def creditors_until(self) -> date | None:
        told = self.partly_read.reduction
        if told is None or self.opened is None or "reduction" not in self.opened or not told.has("published_on"):
            return None
        return last_day_of_creditors(told, run_on=working_days.current().run_on)

    @read_if_asked
    def notice_differs(self) -> bool:
        notice = notice_of_draft(self._session, self._case) if self.creditors_until else None
        before = self.before
        return notice is not None and before is not None and notice.words != stated_reduction(self.partly_read, before)

    @read_if_asked
    def claims_declared(self) -> int:
        return count_claims(self._session, self._case)

    @read_if_asked
    def items_beyond(self) -> tuple[str, ...]:
        """Items of the register that would change and are of a kind that this matter leaves alone."""
        rows = register_rows(self.matter)
        if rows is None or set(rows.may_change) >= {"registered", "filed"}:
            return ()
        changes = changes_of(self._session, self._case, entity=self.entity, registered=self.registered_now)
        return tuple(one.item for one in changes if register_items()[one.item].kind not in rows.may_change)

    @read_if_asked
    def state_given(self) -> bool:
        made = self._session.get(EntityCase, self._case.id) if self.entity else None
        return made is not None and made.state_before is not None

    @read_if_asked
    def missing_clearances(self) -> tuple[str, ...]:
        return missing_clearances(self._session, self._case)


class FactsBefore(_Ties):
    """What guards ask about the entity alone, before there is a case (rules/guards.py, ENTITY_GUARDS).

    What is read of the entity serves every `matter`.
    """

    form: Mapping[str, object] = MappingProxyType({})

    def __init__(self, session: Session, entity: Entity, *, today: date) -> None:
        self._session, self.entity, self.today = session, entity, today
        self.entity_type, self.entity_state = entity.entity_type, entity.status
