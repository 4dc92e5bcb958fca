"""A parent that the register of this deployment has: what its newest licence says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.rules.official_types import code_printed_as


@dataclass(frozen=True, slots=True)
class RegisteredParent:
    """`in_force`: it is registered, and its licence was not revoked. `scope` has the items of its licence.

    `representatives`: who may sign for it. A partnership may have several executing partners and delegates.
    """

    name: str
    type_text: str
    representatives: tuple[str, ...]
    scope: tuple[str, ...]
    in_force: bool

    @property
    def type_code(self) -> str | None:
        return code_printed_as(self.type_text)


def filled_in(raw: Mapping[str, Any], parent: RegisteredParent | None, *, asks_type: bool = True) -> dict[str, Any]:
    """The answers about an organization with the blank fields that the register knows. What was typed stays as it is.

    Only the parent of a branch is asked for its type.
    """
    if parent is None or not parent.in_force:
        return dict(raw)
    known = {"name": parent.name, "type_code": parent.type_code if asks_type else None}
    if len(parent.representatives) == 1:
        known["representative"] = parent.representatives[0]
    return {**raw, **{name: value for name, value in known.items() if value and not raw.get(name)}}
