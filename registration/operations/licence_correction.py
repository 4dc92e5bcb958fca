"""Corrects a clerical error on a licence. Two persons act: one proposes with evidence, another decides.

The registration does not change by this: another representative, capital or address needs an application.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import outbox
from registration.errors import InvalidInput
from registration.models import Application, Licence, LicenceProposal
from registration.operations import editions, papers
from registration.rules.problems import Problem

# Facts that can be corrected. The name is not among them: a name must be reserved first.
CORRECTABLE = ("representative", "domicile", "capital", "general_items", "licensed_items")
PAPER, NOTICE = "licence_correction", "notify.licence_correction"


def changes_of(
    session: Session,
    case: Application,
    newest: list[Licence],
    *,
    corrected: Mapping[str, Any],
    evidence: str,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    """Each fact to be corrected, as {"before", "after"}.

    Raises InvalidInput if nothing differs, no evidence is named, a fact is not in CORRECTABLE, or it cannot be
    printed.
    """
    facts = newest[0].particulars
    problems = [Problem(f"changes.{name}", "choice.unknown") for name in corrected if name not in CORRECTABLE]
    if not evidence.strip():
        problems.append(Problem("evidence", "field.missing"))
    if not problems:
        sheet, *_ = editions.next_sheets(
            session, case, newest, serial=newest[0].serial, copies=None, changes=corrected, now=now
        )
        changed = {name: sheet.particulars.get(name) for name in corrected}
        found = {
            name: {"before": facts.get(name), "after": after}
            for name, after in changed.items()
            if after != facts.get(name)
        }
        if found:
            return found
        problems.append(Problem("changes", "field.missing"))
    raise InvalidInput(problems)


def carry_out(session: Session, case: Application, proposal: LicenceProposal, *, now: datetime) -> None:
    """Orders the corrected edition and the notice of it to the applicant, in the transaction of the decision."""
    corrected = {name: change["after"] for name, change in proposal.changes.items()}
    edition = editions.order(session, case, editions.newest_of(session, case), changes=corrected, now=now)
    papers.write(session, case, PAPER, revision=edition, due_at=None, now=now)
    data = {"action": "correct", "revision": edition, "due_at": None}
    outbox.put(session, f"paper.{PAPER}", application_id=case.id, now=now, **data)
    outbox.put(session, NOTICE, application_id=case.id, now=now, **data)
