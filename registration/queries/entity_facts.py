"""The facts of a case about a registered entity, read when a guard first uses them."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from registration.models import Application, Entity
from registration.queries.late_facts import read_late
from registration.queries.register_changes import changes_of
from registration.queries.registered_entities import (
    edition_underway,
    entity_of_case,
    registered_form,
    taken_sections,
)
from registration.rules.facts import Facts
from registration.rules.form.present_shape import in_present_shape
from registration.rules.register_items import register_items
from registration.rules.registered_entity import chosen_items, items_of_type, opened_sections, register_rows


class EntityFacts(Facts):
    """Those of a case that founds an entity are the defaults of Facts and cost no statement."""

    _session: Session
    _case: Application

    @read_late
    def entity(self) -> Entity | None:
        return entity_of_case(self._session, self._case)

    @read_late
    def entity_state(self) -> str | None:
        return self.entity.status if self.entity else None

    @read_late
    def taken_sections(self) -> Mapping[str, str]:
        """Of the sections that this case opens."""
        opened = opened_sections(self.matter, chosen_items(self.form)) if self.entity else None
        if not opened or self.entity is None:
            return {}
        taken = taken_sections(self._session, self.entity.id, but=self._case.id)
        return {section: ref for section, ref in taken.items() if section in opened}

    @read_late
    def unchanged_items(self) -> tuple[str, ...]:
        """Chosen items all of whose sections are as they are registered."""
        if self.entity is None:
            return ()
        registered, form = registered_form(self._session, self.entity), in_present_shape(self.form)
        offered = items_of_type(self.matter, self.entity_type)
        chosen = [item for item in chosen_items(self.form) if item in offered and offered[item].sections]
        return tuple(
            item for item in chosen if all(form.get(key) == registered.get(key) for key in offered[item].sections)
        )

    @read_late
    def items_beyond(self) -> tuple[str, ...]:
        """Items of the register that would change and are of a kind that this matter leaves alone."""
        rows = register_rows(self.matter)
        if rows is None or set(rows.may_change) >= {"registered", "filed"}:
            return ()
        changed = (one.item for one in changes_of(self._session, self._case))
        return tuple(item for item in changed if register_items()[item].kind not in rows.may_change)

    @read_late
    def founded_on(self) -> date | None:
        return self.entity.founded_on if self.entity else None

    @read_late
    def edition_underway(self) -> bool:
        return self.entity is not None and edition_underway(self._session, self.entity)
