"""Makes the papers of a case: render, sign, store, and only then record."""

from datetime import datetime
from hashlib import sha256

from certificates.papers import Paper, render_paper
from registration import clock
from registration.gateways.storage import storage
from registration.operations import papers
from registration.outbox import Work
from registration.queries.papers import KINDS
from registration.settings import settings
from registration.signing import sign

__all__ = ["KINDS", "paper"]


def paper(work: Work) -> None:
    """The paper that this message asks for. Repeated, it makes the same paper under the same number."""
    assert work.application_id is not None
    kind, revision = work.effect.partition(".")[2], int(work.payload["revision"])
    due_at = datetime.fromisoformat(work.payload["due_at"]) if work.payload["due_at"] else None
    prepared = papers.prepare(work.application_id, kind, revision=revision, due_at=due_at, now=clock.now())
    content = Paper.model_validate(prepared.content)
    pdf = render_paper(content, design=settings().design)
    signed = sign(pdf, now=clock.now(), reason=content.number, location=content.registrar)
    digest = sha256(signed).hexdigest()
    key = f"papers/{digest[:2]}/{digest}.pdf"
    storage(settings()).put(key, signed)
    papers.record(work.id, prepared.paper_id, storage_key=key, sha256=digest)
