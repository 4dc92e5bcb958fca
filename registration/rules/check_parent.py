"""Rules on a branch and its parent (Regulation arts. 8, 23; Name Regulation art. 13; Company Law art. 13)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.form.parent import Parent
from registration.rules.problems import Problem
from registration.rules.registered_parent import RegisteredParent
from registration.rules.scope import items_of
from registration.rules.tidy import is_same_name
from registration.rules.uscc import COOPERATIVE, ENTERPRISE, INDIVIDUAL_BUSINESS


def kind(case: Case) -> Iterator[Problem]:
    """Which parents have branches here: those whose codes are of enterprises and co-operatives."""
    parent = case.form.parent
    if parent is None:
        return
    if parent.uscc.startswith(INDIVIDUAL_BUSINESS):
        yield Problem("parent.uscc", "parent.individual_business")
    elif not parent.uscc.startswith((ENTERPRISE, COOPERATIVE)):
        yield Problem("parent.uscc", "parent.not_here")
    elif parent.uscc.startswith(COOPERATIVE) != is_cooperative(parent):
        yield Problem("parent.type_code", "parent.type_of_other_class")


def is_cooperative(parent: Parent) -> bool:
    """Whether the chosen type is one of co-operatives (9100 of the SAMR list)."""
    return parent.type_code.startswith("91")


def as_registered(case: Case) -> Iterator[Problem]:
    """A parent that is registered here is named as it is registered, and its licence is in force."""
    typed, known = case.form.parent, case.registered_parent
    if typed is None or known is None:
        return
    if not known.in_force:
        yield Problem("parent.uscc", "parent.ended", {"name": known.name})
        return
    yield from _differences(typed, known)


def _differences(typed: Parent, known: RegisteredParent) -> Iterator[Problem]:
    if typed.has("name") and not is_same_name(typed.name, known.name):
        yield Problem("parent.name", "parent.name_differs", {"registered": known.name})
    if typed.has("representative") and not any(
        is_same_name(typed.representative, one) for one in known.representatives
    ):
        registered = "、".join(known.representatives)
        yield Problem("parent.representative", "parent.representative_differs", {"registered": registered})
    if known.type_code is not None and typed.has("type_code") and typed.type_code != known.type_code:
        yield Problem("parent.type_code", "parent.type_differs", {"registered": known.type_text})


def to_look_at(case: Case) -> Iterator[Problem]:
    """Points for a person: a parent that is not registered here; a scope that may go beyond the parent's."""
    parent = case.form.parent
    if parent is None:
        return
    if case.registered_parent is None:
        yield Problem("parent.uscc", "flag.parent_unknown")
    beyond = "、".join(_beyond(case, parent))
    if beyond:
        yield Problem("scope.items", "flag.parent_scope", {"items": beyond})


def _beyond(case: Case, parent: Parent) -> Iterator[str]:
    """The items that the parent's scope does not name; none if the parent's scope is unknown."""
    known = "；".join(case.registered_parent.scope) if case.registered_parent else parent.scope or ""
    items = items_of(case.form.scope.items) if case.form.scope else ()
    yield from (item.zh for item in items if known and item.zh not in known)


RULES: tuple[Rule, ...] = (kind, as_registered)
