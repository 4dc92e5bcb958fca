"""What an applicant may change while an application is sent back for correction."""

from sqlmodel import Session

from registration.models import Application
from registration.queries.changes import changed_targets
from registration.queries.facts import CaseFacts, notice_targets
from registration.rules.founding_documents.texts import offered_kinds
from registration.rules.registered_entity import later_sections

# The section of the form with the clauses of documents.
CLAUSES = "section.documents"


def open_targets(session: Session, case: Application, *, facts: CaseFacts) -> frozenset[str]:
    """`section.<key>` and `material.<kind>`: items that the notice names, and others that block the new version.

    The form may require more than when the application was first filed, and a document may have expired. Such items
    stay open after they are corrected. Without an open notice the result is empty.
    """
    notice = facts.open_notice
    if notice is None:
        return frozenset()
    blocking = {f"section.{problem.section}" for problem in facts.problems}
    missing = {f"material.{kind}" for kind in facts.missing_materials}
    changed = changed_targets(session, case, since_revision=notice.revision)
    return _with_documents(case, notice_targets(session, notice) | blocking | missing | changed)


def targets_of_state(case: Application) -> frozenset[str]:
    """What is filled in once the case is in its present state (`later` in register.yaml)."""
    return frozenset(f"section.{section}" for section in later_sections(case.matter, case.state))


def _with_documents(case: Application, targets: frozenset[str]) -> frozenset[str]:
    """A document that is made can be corrected in two ways: a clause in other words, or a file of one's own."""
    kinds = offered_kinds(entity_type=case.entity_type, regime=case.regime, matter=case.matter)
    files = frozenset(f"material.{kind}" for kind in kinds)
    if CLAUSES in targets:
        return targets | files
    return targets | {CLAUSES} if targets & files else targets
