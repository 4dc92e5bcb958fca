"""Fixes the papers that messages of one case order, its documents of the answers too, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from registration import database
from registration.operations import founding_documents, papers
from registration.operations.case_store import locked_by_id
from registration.operations.papers import PreparedPaper
from registration.outbox import Work
from registration.queries.application_document import FOUNDING_DOCUMENT
from registration.queries.papers import KINDS

DOCUMENT = f"paper.{FOUNDING_DOCUMENT}"
# The messages whose papers are fixed together.
EFFECTS = frozenset({*(f"paper.{kind}" for kind in KINDS), DOCUMENT})


def prepare(works: Sequence[Work], *, now: datetime) -> list[PreparedPaper]:
    """The paper of each message, all of one case. A repeat returns the same ones with the same numbers."""
    application_id = works[0].application_id
    assert application_id is not None
    with database.transaction() as session:
        case, prepared = locked_by_id(session, application_id), []
        for work in works:
            revision = int(work.payload["revision"])
            if work.effect == DOCUMENT:
                kind = str(work.payload["document"])
                prepared.append(founding_documents.prepared(session, case, kind, revision=revision, now=now))
            else:
                due_at = datetime.fromisoformat(work.payload["due_at"]) if work.payload["due_at"] else None
                kind = work.effect.partition(".")[2]
                prepared.append(papers.prepared(session, case, kind, revision=revision, due_at=due_at, now=now))
        return prepared
