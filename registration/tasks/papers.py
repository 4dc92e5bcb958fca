"""Makes the papers of a case: render, sign, store, and only then record."""

from collections.abc import Sequence
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
from registration.operations import founding_documents, ordered_papers, papers
from registration.operations.english_summary import requested
from registration.operations.papers import MadePaper, PreparedPaper
from registration.outbox import Work
from registration.settings import settings
from registration.tasks.renderer import limits


def paper(work: Work) -> None:
    """Makes the paper of this message. A repeat makes the same paper with the same number."""
    papers_of_case([work])


def papers_of_case(works: Sequence[Work]) -> None:
    """Makes the papers of these messages, all of one case; records all of them or none."""
    prepared = ordered_papers.prepare(works, now=clock.now())
    papers.record([_made(work, one) for work, one in zip(works, prepared, strict=True)])


def _made(work: Work, prepared: PreparedPaper) -> MadePaper:
    own = settings().designs
    if work.effect == ordered_papers.DOCUMENT:
        document = FoundingDocument.model_validate(prepared.content)
        made = unwritten_document(document, design=document_design(), own=own, limits=limits())
        return _kept(work, prepared, made, reason=document.number, registrar=document.registrar)
    content = Paper.model_validate(prepared.content)
    made = unwritten_paper(content, design=settings().design, seal=prepared.seal, own=own, limits=limits())
    return _kept(work, prepared, made, reason=content.number, registrar=content.registrar)


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
    reason = f"Courtesy translation {facts.serial}"
    papers.record([_kept(work, prepared, made, reason=reason, registrar=facts.registrar)])


def _kept(
    work: Work, prepared: PreparedPaper, made: bytes | UnwrittenFile, *, reason: str, registrar: str
) -> MadePaper:
    """The paper, signed and stored, to be recorded."""
    signed = sign(made, now=clock.now(), reason=reason, location=registrar)
    digest = sha256(signed).hexdigest()
    key = f"papers/{digest[:2]}/{digest}.pdf"
    storage(settings()).put(key, signed)
    return MadePaper(work.id, prepared.paper_id, key, digest)
