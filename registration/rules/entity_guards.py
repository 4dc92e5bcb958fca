"""Guards of the end of a registered entity: what ties it to others, the periods that must pass, who must be asked."""

from registration.rules.city import city
from registration.rules.facts import Facts
from registration.rules.form.liquidation import UNDOABLE
from registration.rules.languages import in_offered, joined, said
from registration.rules.registered_entity import is_announced, later_sections
from workflows.errors import Blocker


def no_other_case_is_open(facts: Facts) -> Blocker | None:
    """An entity ends with nothing else open about it."""
    return Blocker("other_cases_are_open", {"other": "、".join(facts.other_cases)}) if facts.other_cases else None


def branches_are_closed(facts: Facts) -> Blocker | None:
    """MR art. 32: branches are deregistered before the enterprise that they belong to."""
    return Blocker("branches_are_registered", {"names": "、".join(facts.branches)}) if facts.branches else None


def no_investment_is_held(facts: Facts) -> Blocker | None:
    """MRI art. 48: who holds a share in another entity cannot end by the simple procedure."""
    return Blocker("investments_are_held", {"names": "、".join(facts.investments)}) if facts.investments else None


def term_is_over(facts: Facts) -> Blocker | None:
    """The period of this state has ended by itself: a public notice, or the days to apply after it."""
    return None if facts.due_passed else Blocker("not_overdue_yet", {})


def later_sections_are_filled(facts: Facts) -> Blocker | None:
    """What is known only later, such as the result of a liquidation, is there before all sign the application.

    A type of which nothing is published has no such sections. Nobody says that there were no claims if there were some.
    """
    asked = later_sections(facts.matter) if is_announced(facts.matter, facts.entity_type) else frozenset()
    if asked - facts.form.keys():
        return Blocker("later_sections_are_missing", {})
    settlement = facts.partly_read.settlement
    denied = settlement is not None and settlement.has("claims") and settlement.claims == "none"
    count = facts.claims_declared if denied else 0
    return Blocker("claims_were_declared", {"count": count}) if count else None


def clearances_are_recorded(facts: Facts) -> Blocker | None:
    """MRI art. 46, MR art. 16: the tax office says by itself that taxes are settled; no applicant proves it."""
    missing = facts.missing_clearances
    if not missing:
        return None
    names = {one.shared_as: one.name for one in city().agencies if one.shared_as in missing}
    words = in_offered(lambda lang: joined("list", lang, (said(name, lang) for name in names.values())))
    return Blocker("clearances_are_missing", {"names": words})


def existence_can_be_resumed(facts: Facts) -> Blocker | None:
    """CL art. 230: only after the causes that the investors can undo, and before anything is distributed."""
    dissolution = facts.partly_read.dissolution
    if dissolution is None or not dissolution.has("cause") or dissolution.cause not in UNDOABLE:
        return Blocker("cause_is_final", {})
    return Blocker("property_is_distributed", {}) if later_sections(facts.matter) & facts.form.keys() else None


GUARDS = (
    no_other_case_is_open,
    branches_are_closed,
    no_investment_is_held,
    term_is_over,
    later_sections_are_filled,
    clearances_are_recorded,
    existence_can_be_resumed,
)
