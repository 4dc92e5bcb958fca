"""Makes the papers of a case: render, sign, store, and only then record."""

from datetime import datetime
from hashlib import sha256

from certificates.paper.english_summary import EnglishSummary, unwritten_summary
from certificates.paper.founding_document import FoundingDocument, unwritten_document
from certificates.paper.papers import Paper, unwritten_paper
from certificates.signatures.unwritten_file import UnwrittenFile
from registration import clock, database, outbox
from registration.documents import sample_sheets
from registration.documents.sample_sheets import document_design
from registration.documents.signing import sign
from registration.gateways.storage import storage
from registration.operations import founding_documents, papers
from registration.operations.english_summary import requested
from registration.outbox import Work
from registration.queries.papers import KINDS
from registration.settings import settings
from registration.tasks.renderer import limits

__all__ = ["KINDS", "english_summary", "founding_document", "founding_draft", "paper"]


def paper(work: Work) -> None:
    """Makes the paper of this message. A repeat makes the same paper with the same number."""
    assert work.application_id is not None
    kind, revision = work.effect.partition(".")[2], int(work.payload["revision"])
    due_at = datetime.fromisoformat(work.payload["due_at"]) if work.payload["due_at"] else None
    prepared = papers.prepare(work.application_id, kind, revision=revision, due_at=due_at, now=clock.now())
    content = Paper.model_validate(prepared.content)
    chosen = settings()
    made = unwritten_paper(content, design=chosen.design, seal=prepared.seal, own=chosen.designs, limits=limits())
    _keep(work, prepared.paper_id, made, reason=content.number, registrar=content.registrar)


def founding_document(work: Work) -> None:
    """Makes a document of the answers as it was signed. A repeat makes the same one."""
    assert work.application_id is not None
    kind, revision = str(work.payload["document"]), int(work.payload["revision"])
    prepared = founding_documents.prepare(work.application_id, kind, revision=revision, now=clock.now())
    content = FoundingDocument.model_validate(prepared.content)
    made = unwritten_document(content, design=document_design(), own=settings().designs, limits=limits())
    _keep(work, prepared.paper_id, made, reason=content.number, registrar=content.registrar)


def founding_draft(work: Work) -> None:
    """Makes an ordered draft, unless the document is not made any more."""
    assert work.application_id is not None
    content = founding_documents.drafted(work.application_id, str(work.payload["document"]))
    if content is not None:
        sample_sheets.make(storage(settings()), "document", content, design=document_design(), seal=None)
    with database.transaction() as session:
        outbox.finish(session, work.id)


def english_summary(work: Work) -> None:
    """Makes an ordered English summary; its text was fixed with the order."""
    prepared = requested(int(work.payload["paper"]))
    content = EnglishSummary.model_validate(prepared.content)
    facts = content.particulars
    made = unwritten_summary(content, design=settings().design, own=settings().designs, limits=limits())
    _keep(work, prepared.paper_id, made, reason=f"Courtesy translation {facts.serial}", registrar=facts.registrar)


def _keep(work: Work, paper_id: int, made: bytes | UnwrittenFile, *, reason: str, registrar: str) -> None:
    """Signs and stores the paper, and only then records it."""
    signed = sign(made, now=clock.now(), reason=reason, location=registrar)
    digest = sha256(signed).hexdigest()
    key = f"papers/{digest[:2]}/{digest}.pdf"
    storage(settings()).put(key, signed)
    papers.record(work.id, paper_id, storage_key=key, sha256=digest)
