"""The guards and conditions of the workflow tables: each checks facts and may return a blocker."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from registration.rules import entity_guards
from registration.rules.facts import Facts
from registration.rules.languages import dated, in_offered
from registration.rules.reasons import rejection_reasons, why_impossible
from registration.rules.register_items import STATES, register_items
from registration.rules.registered_entity import is_announced, items_of_type, register_rows
from registration.rules.restraints import binds
from workflows.errors import Blocker

Guard = Callable[[Facts], Blocker | None]
Condition = Callable[[Facts], bool]


def _unless(holds: bool, code: str, **data: object) -> Blocker | None:
    return None if holds else Blocker(code, data)


def is_delivered_electronically(form: Mapping[str, Any]) -> bool:
    """Whether the licence is released as soon as it is made; a paper licence waits at the desk for its owner."""
    return not (form.get("addons") or {}).get("postal_delivery")


def _given(name: str, code: str) -> Guard:
    """A reason for the other side is required."""

    def guard(facts: Facts) -> Blocker | None:
        return _unless(bool(str(facts.inputs.get(name) or "").strip()), code)

    return guard


def form_is_valid(facts: Facts) -> Blocker | None:
    paths = [problem.path for problem in facts.problems]
    return _unless(not paths, "form_is_invalid", problems=[problem.as_dict() for problem in facts.problems])


def materials_are_complete(facts: Facts) -> Blocker | None:
    return _unless(not facts.missing_materials, "materials_are_missing", kinds=list(facts.missing_materials))


def name_is_reserved(facts: Facts) -> Blocker | None:
    return _unless(facts.name_is_reserved, "name_is_not_reserved")


def identity_is_verified(facts: Facts) -> Blocker | None:
    return _unless(facts.identity_is_fresh, "identity_is_not_verified")


def signature_is_awaited(facts: Facts) -> Blocker | None:
    return _unless(facts.signing in facts.unsigned, "signature_is_not_awaited")


def signatures_are_complete(facts: Facts) -> Blocker | None:
    return _unless(not facts.unsigned, "signatures_are_missing", persons=list(facts.unsigned))


def not_own_case(facts: Facts) -> Blocker | None:
    """MR art. 20 and civil-service rules on withdrawal: no officer decides on a file to which they are a party.

    A namesake among the persons counts, too: another clerk can easily take the file.
    """
    own = facts.actor == facts.owner or facts.actor_name in facts.person_names
    return _unless(not own, "own_case")


def misuse_is_settled(facts: Facts) -> Blocker | None:
    """Nothing goes on while a person's report that their name is misused waits for the office."""
    return _unless(not facts.misuse_reported, "misuse_is_reported")


def misuse_is_reported(facts: Facts) -> Blocker | None:
    return _unless(facts.misuse_reported, "no_misuse_report")


def is_in_jurisdiction(facts: Facts) -> Blocker | None:
    domicile = facts.form.get("domicile") or {}
    return _unless(domicile.get("region") in facts.registrar_regions, "outside_jurisdiction")


def is_claimed_by_actor(facts: Facts) -> Blocker | None:
    return _unless(facts.holder == facts.actor, "not_claimed_by_actor", holder=facts.holder)


def is_not_held_by_actor(facts: Facts) -> Blocker | None:
    return _unless(facts.holder != facts.actor, "held_already")


def items_are_given(facts: Facts) -> Blocker | None:
    """MRI art. 18: the notice lists what must be corrected, so it has at least one item."""
    return _unless(bool(facts.inputs.get("items")), "items_are_missing")


def acceptance_is_overdue(facts: Facts) -> Blocker | None:
    return _unless(facts.due_passed, "not_overdue_yet")


def correction_is_overdue(facts: Facts) -> Blocker | None:
    return _unless(facts.notice_expired, "not_overdue_yet")


def extension_is_first(facts: Facts) -> Blocker | None:
    """MR art. 19: the limit is extended once."""
    return _unless(not facts.extended, "extended_already")


def limit_is_running(facts: Facts) -> Blocker | None:
    return _unless(not facts.due_passed, "limit_has_passed")


def hold_paper_is_attached(facts: Facts) -> Blocker | None:
    """MRI art. 19: a court's or an arbitrator's paper stops the registration."""
    return _unless(bool(str(facts.inputs.get("paper") or "").strip()), "hold_paper_is_missing")


def checks_are_settled(facts: Facts) -> Blocker | None:
    """Points that a person should check need an opinion; they never decide by themselves (CL art. 266).

    A name that waits for a person is decided first; a file whose name was refused needs another one. A check that
    the register or a list does not pass stops the approval, until a person overrides it where law leaves room.
    """
    if facts.name_awaits_decision:
        return Blocker("name_awaits_decision")
    if not facts.name_is_reserved:
        return Blocker("name_is_not_reserved")
    if facts.stopping_checks:
        return Blocker("checks_stop")
    answered = bool(str(facts.inputs.get("opinion") or "").strip())
    return _unless(answered or not facts.flags, "flags_unanswered", flags=[flag.as_dict() for flag in facts.flags])


def straight_through_is_on(facts: Facts) -> Blocker | None:
    return _unless(facts.straight_through, "straight_through_is_off")


def nobody_has_examined(facts: Facts) -> Blocker | None:
    """What a person has asked to correct, a person judges: the reason need not be one that the computer can check."""
    return _unless(not facts.noticed_targets, "a_person_has_examined")


def papers_need_no_person(facts: Facts) -> Blocker | None:
    """MR art. 16, MRI art. 18: documents are examined for form, and nobody but a person can read an uploaded one."""
    return _unless(not facts.material_kinds, "papers_need_a_person", kinds=sorted(facts.material_kinds))


def checks_are_green(facts: Facts) -> Blocker | None:
    """Every automatic check is passed, none overridden, and none could not be made.

    Where the registrar has not switched it on, that is the reason, and the register is not asked.
    """
    red = facts.not_green if facts.straight_through else ()
    return _unless(not red, "checks_are_not_green", checks=list(red))


def characters_are_printable(facts: Facts) -> Blocker | None:
    """Whether the licence can be printed: every character has a glyph, and every text has room."""
    listed = [problem.as_dict() for problem in facts.unprintable]
    return _unless(not listed, "licence_is_unprintable", problems=listed)


def licence_is_parked(facts: Facts) -> Blocker | None:
    """Making the licence failed repeatedly, and continues only on request."""
    return _unless(facts.licence_is_parked, "licence_is_not_parked")


def reason_code_is_given(facts: Facts) -> Blocker | None:
    """MR art. 20: a refusal names a legal reason that the law in force and the facts of the case allow."""
    code = str(facts.inputs.get("reason_code"))
    if code not in rejection_reasons(facts.matter):
        return Blocker("reason_code_is_missing", {})
    why = why_impossible(code, facts)
    return Blocker("reason_code_is_impossible", {"code": code, "why": why}) if why else None


def objection_is_open(facts: Facts) -> Blocker | None:
    return _unless("objected" in facts.parts.values(), "no_objection")


def parts_are_complete(facts: Facts) -> Blocker | None:
    return _unless(not facts.open_parts, "parts_are_open", parts=list(facts.open_parts))


def licence_is_stored(facts: Facts) -> Blocker | None:
    return _unless(facts.sheets_issued, "licence_is_not_stored")


def archiving_is_due(facts: Facts) -> Blocker | None:
    return _unless(facts.due_passed, "not_overdue_yet")


def part_is_claimed_by_actor(facts: Facts) -> Blocker | None:
    return _unless(facts.part_holder == facts.actor, "not_claimed_by_actor", holder=facts.part_holder)


def number_is_well_formed(facts: Facts) -> Blocker | None:
    return _unless(facts.number_fault is None, "number_is_malformed", **(facts.number_fault or {}))


def number_is_not_needed(facts: Facts) -> Blocker | None:
    """A licence of 2015 prints the agencies' numbers, so a part that gives one of them cannot be waived."""
    return _unless(not facts.number_is_needed, "number_is_needed")


def pushes_are_acknowledged(facts: Facts) -> Blocker | None:
    return _unless(bool(facts.inputs.get("receipts")), "pushes_are_open")


def entity_state_allows(facts: Facts) -> Blocker | None:
    """The registration is in a state in which the matter can be applied for, or has the one that this case gave it.

    An order of a court that binds what the matter changes forbids it, too (MRI art. 79).
    """
    rows, state = register_rows(facts.matter), facts.entity_state
    allowed = rows is not None and (state in rows.states or (facts.state_given and state == rows.meanwhile))
    if not allowed:
        return Blocker("entity_state_forbids", {"state": STATES.get(state or "", "")})
    order = next((one for one in facts.restraints if binds(one, matter=facts.matter, form=facts.form)), None)
    return Blocker("restraint_binds", order.words) if order else None


def sections_are_free(facts: Facts) -> Blocker | None:
    """No other open case changes the same data of the entity."""
    others = sorted(set(facts.taken_sections.values()))
    return _unless(not others, "sections_are_taken", other="、".join(others))


def something_changes(facts: Facts) -> Blocker | None:
    """Every chosen item is different from what is registered."""
    offered = items_of_type(facts.matter, facts.entity_type)
    same = [offered[item].words for item in facts.unchanged_items]
    return _unless(not same, "nothing_changes", item=same[0] if same else "")


def creditors_had_their_term(facts: Facts) -> Blocker | None:
    """The term of the creditors for a reduction of the capital is over (Company Law art. 224)."""
    if facts.notice_differs:
        return Blocker("notice_differs", {})
    last = facts.creditors_until
    first = in_offered(lambda lang: dated("day", lang, last + timedelta(days=1))) if last else {}
    return _unless(last is None or facts.today > last, "creditors_have_time", first=first)


def only_filed_items_change(facts: Facts) -> Blocker | None:
    """Nothing changes that the matter may not change, such as a registered item in a filing (Regulation 24, 29)."""
    beyond = [register_items()[item].label for item in facts.items_beyond]
    return _unless(not beyond, "item_is_beyond_matter", item=beyond[0] if beyond else "")


def no_edition_is_underway(facts: Facts) -> Blocker | None:
    """One edition of a licence is made at a time."""
    return _unless(not facts.edition_underway, "edition_is_underway")


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        form_is_valid,
        materials_are_complete,
        name_is_reserved,
        identity_is_verified,
        signature_is_awaited,
        signatures_are_complete,
        not_own_case,
        misuse_is_settled,
        misuse_is_reported,
        is_in_jurisdiction,
        is_claimed_by_actor,
        is_not_held_by_actor,
        items_are_given,
        acceptance_is_overdue,
        correction_is_overdue,
        extension_is_first,
        limit_is_running,
        hold_paper_is_attached,
        checks_are_settled,
        straight_through_is_on,
        nobody_has_examined,
        papers_need_no_person,
        checks_are_green,
        characters_are_printable,
        reason_code_is_given,
        objection_is_open,
        parts_are_complete,
        licence_is_stored,
        licence_is_parked,
        archiving_is_due,
        part_is_claimed_by_actor,
        number_is_well_formed,
        number_is_not_needed,
        pushes_are_acknowledged,
        entity_state_allows,
        sections_are_free,
        something_changes,
        creditors_had_their_term,
        only_filed_items_change,
        no_edition_is_underway,
        *entity_guards.GUARDS,
    )
} | {
    "reason_is_given": _given("reason", "reason_is_missing"),
    "opinion_is_given": _given("opinion", "opinion_is_missing"),
    "competent_body_is_named": _given("competent_body", "competent_body_is_missing"),
    "recipient_is_identified": _given("recipient", "recipient_is_missing"),
}

# Those that ask about the entity alone, so that a page can say before a case begins why it cannot.
ENTITY_GUARDS = (
    entity_state_allows,
    no_edition_is_underway,
    entity_guards.no_other_case_is_open,
    entity_guards.branches_are_closed,
    entity_guards.no_investment_is_held,
)

CONDITIONS: Mapping[str, Condition] = {
    "last_signature": lambda facts: not set(facts.unsigned) - {facts.signing},
    "signed_by_all": lambda facts: not facts.unsigned,
    "five_numbers": lambda facts: facts.five_numbers,
    "misuse_reported": lambda facts: facts.misuse_reported,
    "two_person": lambda facts: facts.two_person,
    "held_by_another": lambda facts: facts.holder is not None and facts.holder != facts.actor,
    "is_announced": lambda facts: is_announced(facts.matter, facts.entity_type),
    "electronic_delivery": lambda facts: is_delivered_electronically(facts.form),
}
