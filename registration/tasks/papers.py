"""Makes the papers of a case: render, sign, store, and only then record."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import inf
from time import monotonic

from certificates.paper.english_summary import EnglishSummary, unwritten_summary
from certificates.paper.founding_document import FoundingDocument, unwritten_document
from certificates.paper.papers import Paper, unwritten_paper
from certificates.signatures.unwritten_file import UnwrittenFile
from registration import clock, database, outbox
from registration.documents import sample_sheets
from registration.documents.sample_sheets import document_design
from registration.documents.signing import sign
from registration.gateways.storage import put_all, storage
from registration.operations import founding_documents, ordered_papers, papers
from registration.operations.english_summary import requested
from registration.operations.papers import MadePaper, PreparedPaper
from registration.outbox import Work
from registration.settings import settings
from registration.tasks.renderer import limits


def paper(work: Work) -> None:
    """Makes the paper of this message. A repeat makes the same paper with the same number."""
    papers_together([work], end=inf)


def papers_together(works: Sequence[Work], *, end: float) -> int:
    """Makes the papers of several messages and records all of them or none. Returns of how many, the first of them:
    after `end` (monotonic seconds) no further paper is begun."""
    prepared = ordered_papers.prepare(works, now=clock.now())
    files: dict[str, bytes] = {}
    made = []
    for work, one in zip(works, prepared, strict=True):
        made.append(_made(work, one, files))
        if monotonic() > end:
            break
    _record(made, files)
    return len(made)


def _record(made: Sequence[MadePaper], files: Mapping[str, bytes]) -> None:
    put_all(storage(settings()), files)
    papers.record(made)


def _made(work: Work, prepared: PreparedPaper, files: dict[str, bytes]) -> MadePaper:
    own = settings().designs
    if work.effect == ordered_papers.DOCUMENT:
        document = FoundingDocument.model_validate(prepared.content)
        made = unwritten_document(document, design=document_design(), own=own, limits=limits())
        return _signed(work, prepared, made, files, reason=document.number, registrar=document.registrar)
    content = Paper.model_validate(prepared.content)
    made = unwritten_paper(content, design=settings().design, seal=prepared.seal, own=own, limits=limits())
    return _signed(work, prepared, made, files, reason=content.number, registrar=content.registrar)


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
    files: dict[str, bytes] = {}
    _record([_signed(work, prepared, made, files, reason=reason, registrar=facts.registrar)], files)


def _signed(
    work: Work,
    prepared: PreparedPaper,
    made: bytes | UnwrittenFile,
    files: dict[str, bytes],
    *,
    reason: str,
    registrar: str,
) -> MadePaper:
    """The paper, signed. Its file is added to `files`, to be stored before it is recorded."""
    signed = sign(made, now=clock.now(), reason=reason, location=registrar)
    digest = sha256(signed).hexdigest()
    key = f"papers/{digest[:2]}/{digest}.pdf"
    files[key] = signed
    return MadePaper(work.id, prepared.paper_id, key, digest)
