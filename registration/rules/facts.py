"""The facts of a case at one moment, for guards; each fact is read at most once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from registration.rules.check import check_draft, flags
from registration.rules.form import ESTABLISHMENT, Form, ReadForm, read_both, read_partly, sections_for
from registration.rules.form.parties import parties_in
from registration.rules.languages import in_offered, said
from registration.rules.materials import required_materials
from registration.rules.problems import Problem
from registration.rules.registered_entity import PEOPLE, choice_problems, chosen_items, opened_sections
from registration.rules.registered_parent import RegisteredParent
from registration.rules.restraints import BindingOrder


class Facts:
    """`form` is decrypted; `inputs` are those of the action; the rest is as stored.

    A subclass has each attribute as a value, or as a `cached_property` that reads it when a guard first
    uses it: most actions use few.
    """

    today: date
    matter: str = ESTABLISHMENT
    entity_type: str
    regime: str
    registrar_regions: frozenset[str]
    may_declare_domicile: bool
    registrar: str = ""
    # By code, the organizations of the form that are registered here.
    registered: Mapping[str, RegisteredParent] = MappingProxyType({})
    two_person: bool
    owner: str
    holder: str | None
    actor: str
    actor_name: str
    form: Mapping[str, Any]
    material_kinds: frozenset[str]
    name_is_reserved: bool
    name_awaits_decision: bool
    unsigned: tuple[str, ...]
    signing: str | None
    identity_is_fresh: bool
    extended: bool
    parts: Mapping[str, str]
    open_parts: tuple[str, ...]
    part_holder: str | None
    number_fault: Mapping[str, Any] | None
    number_is_needed: bool
    sheets_issued: bool
    notice_expired: bool
    misuse_reported: bool = False
    due_passed: bool
    unprintable: tuple[Problem, ...]
    # Keys of automatic checks with which the case cannot be approved.
    stopping_checks: tuple[str, ...] = ()
    # Whether the registrar lets the system decide such a case at once, and the rules of the checks that are not green.
    straight_through: bool = False
    not_green: tuple[str, ...] = ()
    licence_fault: str | None
    inputs: Mapping[str, Any]
    # Targets that notices of this case have asked to be corrected, as `section.<key>` or `material.<kind>`.
    noticed_targets: frozenset[str] = frozenset()

    # Of a case about a registered entity: the state of its registration, the sections that other open cases change with
    # their references, the chosen items that are as registered, the items of the register that it changes though its
    # matter may not, whether an edition of its licence is being made, and when the entity was founded.
    entity_state: str | None = None
    # What is registered of the entity now, as raw sections.
    registered_now: Mapping[str, Any] | None = None
    # The last day of the term that creditors have for a reduction of the capital.
    creditors_until: date | None = None
    # Whether the notice that the draft has published says something else than the draft; how many claims creditors have
    # declared during the notices of the case.
    notice_differs: bool = False
    claims_declared: int = 0
    taken_sections: Mapping[str, str] = MappingProxyType({})
    unchanged_items: tuple[str, ...] = ()
    items_beyond: tuple[str, ...] = ()
    edition_underway: bool = False
    # Whether the case has given the registration its state; references of other open cases about the entity; orders
    # that bind it today; names of its registered branches, and of entities in which it holds a share.
    state_given: bool = False
    other_cases: tuple[str, ...] = ()
    restraints: tuple[BindingOrder, ...] = ()
    branches: tuple[str, ...] = ()
    investments: tuple[str, ...] = ()
    # Agencies whose clearance the matter needs and has not got.
    missing_clearances: tuple[str, ...] = ()
    founded_on: date | None = None

    @property
    def five_numbers(self) -> bool:
        return self.regime == "five_numbers_2015"

    @property
    def licence_is_parked(self) -> bool:
        return self.licence_fault is not None

    @cached_property
    def person_names(self) -> frozenset[str]:
        named = (one.get(field) for one in parties_in(self.form) for field in ("name", "representative"))
        return frozenset(str(name) for name in named if name)

    @cached_property
    def flags(self) -> tuple[Problem, ...]:
        """Points that a person should check; never a reason to refuse by themselves."""
        form, _ = self.read_form
        kind = {"entity_type": self.entity_type, "regime": self.regime}
        found = flags(form, today=self.today, registered=self.registered, **kind)
        return tuple(one for one in found if self.opened is None or one.section in self.opened)

    @cached_property
    def read_form(self) -> tuple[Form, tuple[Problem, ...]]:
        return self._read.valid, self._read.problems

    @cached_property
    def partly_read(self) -> Form:
        """The form as far as each field can be read."""
        return self._read.partly

    @cached_property
    def _read(self) -> ReadForm:
        return read_both(self.form, entity_type=self.entity_type, regime=self.regime)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every fault of the form: sections missing, fields malformed, rules across sections broken.

        Of a case about a registered entity only those of the sections that it opens: the others are registered.
        """
        opened = self.opened
        if opened is None:
            return self._found_problems
        choice = choice_problems(chosen_items(self.form), matter=self.matter, entity_type=self.entity_type)
        return (*choice, *(one for one in map(self._as_opened, self._found_problems) if one.section in opened))

    @cached_property
    def opened(self) -> frozenset[str] | None:
        """The sections that the case changes; None for one that founds an entity."""
        return opened_sections(self.matter, chosen_items(self.form))

    def _as_opened(self, one: Problem) -> Problem:
        """Whom a section names that stays as it is, the persons must still have."""
        if one.code != "person.unknown" or self.opened is None or one.section in self.opened:
            return one
        return Problem(PEOPLE, "person.still_named", {"section": self._label_of(one.section)})

    def _label_of(self, section: str) -> Mapping[str, str]:
        rows = sections_for(self.entity_type, self.regime, self.matter)
        label = next((one.label for one in rows if one.key == section), None)
        return in_offered(lambda lang: said(label, lang) if label else "")

    @cached_property
    def before(self) -> Form | None:
        """What is registered of the entity that the case is about, as far as it can be read."""
        if self.registered_now is None:
            return None
        return read_partly(self.registered_now, entity_type=self.entity_type, regime=self.regime)[0]

    @cached_property
    def _found_problems(self) -> tuple[Problem, ...]:
        return tuple(
            check_draft(
                self.form,
                self._read,
                matter=self.matter,
                entity_type=self.entity_type,
                regime=self.regime,
                today=self.today,
                registrar_regions=self.registrar_regions,
                may_declare_domicile=self.may_declare_domicile,
                registrar=self.registrar,
                registered=self.registered,
                before=self.before,
                founded_on=self.founded_on,
            )
        )

    @cached_property
    def missing_materials(self) -> tuple[str, ...]:
        form, _ = self.read_form
        needs = required_materials(
            form,
            entity_type=self.entity_type,
            regime=self.regime,
            matter=self.matter,
            uploaded=self.material_kinds,
            before=self.before,
        )
        return tuple(need.kind for need in needs if need.required and need.kind not in self.material_kinds)
