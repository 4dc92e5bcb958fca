"""The sections of the form that a case is asked for now."""

from collections.abc import Iterator
from dataclasses import replace

from registration.models import Application
from registration.queries.facts import CaseFacts
from registration.rules.check import is_needed, is_offered
from registration.rules.form import Section, sections_for


def sections_asked(case: Application, facts: CaseFacts) -> Iterator[Section]:
    """Those of the form. One with a condition is needed while that holds; where it does not, one that is filled in can
    still be left out, and any other does not concern this applicant. One that is only offered under a condition is
    there while that holds, and as long as it is filled in."""
    missing = {problem.section for problem in facts.problems if problem.code == "section.missing"}
    for section in sections_for(case.entity_type, case.regime, case.matter):
        filled = section.key in facts.form
        if not section.when:
            if filled or is_offered(section, facts.partly_read):
                yield section
        elif section.key in missing or (filled and is_needed(section, facts.partly_read)):
            yield replace(section, optional=False)
        elif filled:
            yield section
