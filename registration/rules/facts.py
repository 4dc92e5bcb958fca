"""What is true of a case at one moment: everything that a guard may judge, collected once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from registration.rules.check import check_draft, flags
from registration.rules.form import Form, read
from registration.rules.materials import required_materials
from registration.rules.problems import Problem
from registration.rules.reasons import rejection_codes


@dataclass(frozen=True)
class Facts:
    """`form` is open (nothing sealed); `inputs` is what came with the action; the rest is as stored."""

    today: date
    entity_type: str
    regime: str
    registrar_regions: frozenset[str]
    two_person: bool
    owner: str
    holder: str | None
    actor: str
    form: Mapping[str, Any]
    actor_name: str = ""
    material_kinds: frozenset[str] = frozenset()
    name_is_reserved: bool = False
    unsigned: tuple[str, ...] = ()
    signing: str | None = None
    identity_is_fresh: bool = False
    extended: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    open_parts: tuple[str, ...] = ()
    part_holder: str | None = None
    number_fault: Mapping[str, Any] | None = None
    sheets_issued: bool = False
    notice_expired: bool = False
    due_passed: bool = False
    unprintable: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def five_numbers(self) -> bool:
        return self.regime == "five_numbers_2015"

    @property
    def reason_codes(self) -> frozenset[str]:
        return rejection_codes()

    @cached_property
    def person_names(self) -> frozenset[str]:
        form, _ = self.read_form
        return frozenset(person.name for person in form.persons)

    @cached_property
    def flags(self) -> tuple[Problem, ...]:
        """What a human should look at; never a reason to refuse by itself."""
        form, _ = self.read_form
        return tuple(flags(form, entity_type=self.entity_type, regime=self.regime, today=self.today))

    @cached_property
    def read_form(self) -> tuple[Form, tuple[Problem, ...]]:
        return read(self.form, entity_type=self.entity_type, regime=self.regime)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every fault of the form: sections missing, fields malformed, rules across sections broken."""
        return tuple(
            check_draft(
                self.form,
                entity_type=self.entity_type,
                regime=self.regime,
                today=self.today,
                registrar_regions=self.registrar_regions,
            )
        )

    @cached_property
    def missing_materials(self) -> tuple[str, ...]:
        form, _ = self.read_form
        needs = required_materials(form, entity_type=self.entity_type, regime=self.regime)
        return tuple(need.kind for need in needs if need.required and need.kind not in self.material_kinds)
