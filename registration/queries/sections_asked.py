"""The sections of the form that a case is asked for now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from registration.models import Application
from registration.queries.facts import CaseFacts
from registration.rules.check import is_needed, is_offered
from registration.rules.form import CHOSEN, Section, sections_for
from registration.rules.founding_documents.texts import SECTION as DOCUMENTS_MADE
from registration.rules.founding_documents.texts import offered_kinds
from registration.rules.registered_entity import chosen_items, later_sections, opened_sections


def sections_of(case: Application, form: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of a case in the order of its form; about a registered entity only those that it changes."""
    opened = opened_sections(case.matter, chosen_items(form))
    found = sections_for(case.entity_type, case.regime, case.matter)
    if opened is None:
        return found
    made = offered_kinds(entity_type=case.entity_type, regime=case.regime, matter=case.matter)
    shown = (*opened, DOCUMENTS_MADE) if made else opened
    return tuple(one for one in found if one.key in shown)


def sections_asked(case: Application, facts: CaseFacts) -> Iterator[Section]:
    """Those of the form. One with a condition is needed while that holds; where it does not, one that is filled in can
    still be left out, and any other does not concern this applicant. One that is only offered under a condition is
    there while that holds, and as long as it is filled in. About a registered entity, only those that it changes."""
    if CHOSEN in facts.form:
        yield from (one for one in sections_for(case.entity_type, case.regime, case.matter) if one.key == CHOSEN)
    later, now = later_sections(case.matter), later_sections(case.matter, case.state)
    for section in sections_of(case, facts.form):
        filled = section.key in facts.form
        if section.key in later and not (filled or section.key in now):
            continue
        if not section.when:
            if filled or is_offered(section, facts.partly_read):
                yield section
        elif is_needed(section, facts.partly_read):
            yield replace(section, optional=False)
        elif filled:
            yield section
