"""Fixes the papers that messages order, of any cases and documents of their answers too, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from registration import database
from registration.models import Application
from registration.operations import founding_documents, papers
from registration.operations.case_store import locked_by_ids
from registration.operations.papers import OrderedPaper, PreparedPaper
from registration.outbox import Work
from registration.queries.application_document import FOUNDING_DOCUMENT
from registration.queries.papers import KINDS

DOCUMENT = f"paper.{FOUNDING_DOCUMENT}"
# The messages whose papers are fixed together.
EFFECTS = frozenset({*(f"paper.{kind}" for kind in KINDS), DOCUMENT})


def prepare(works: Sequence[Work], *, now: datetime) -> list[PreparedPaper]:
    """The paper of each message. A repeat returns the same ones with the same numbers."""
    with database.transaction() as session:
        cases = locked_by_ids(session, [work.application_id for work in works if work.application_id is not None])
        orders = {work.id: _order(cases, work) for work in works}
        own = {number: one for number, one in orders.items() if one.kind in KINDS}
        prepared = dict(zip(own, papers.prepared(session, list(own.values()), now=now), strict=True))
        for number, one in orders.items():
            if number not in own:
                prepared[number] = founding_documents.prepared(
                    session, one.case, one.kind, revision=one.revision, now=now
                )
        return [prepared[work.id] for work in works]


def _order(cases: dict[int, Application], work: Work) -> OrderedPaper:
    assert work.application_id is not None
    due_at, of_answers = work.payload.get("due_at"), work.effect == DOCUMENT
    return OrderedPaper(
        cases[work.application_id],
        str(work.payload["document"]) if of_answers else work.effect.partition(".")[2],
        int(work.payload["revision"]),
        datetime.fromisoformat(due_at) if due_at else None,
    )
