"""Sample sheets for a preview before a decision: a worker prints them, pages only read the stored files.

The storage key depends on the content, so a changed text is another sheet, and none is out of date.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from certificates.paper.design import find
from certificates.paper.founding_document import PACKAGED
from certificates.paper.founding_document import PAPER as FOUNDING_DOCUMENT
from registration.documents.previews import draw
from registration.errors import Unavailable
from registration.gateways.storage import Storage
from registration.settings import settings

PDF = "application/pdf"


def make(storage: Storage, kind: str, content: Mapping[str, Any], *, design: str, seal: bytes | None) -> None:
    """Prints a `licence`, a `notice` or a `document` and its picture, unless they are there."""
    if is_there(storage, kind, content, design=design):
        return
    pdf = _printed(kind, content, design=design, seal=seal)
    storage.put(_key(kind, content, design, "pdf"), pdf)
    # Last, so that the sheet exists if the picture does.
    storage.put(_key(kind, content, design, "png"), draw(pdf, content_type=PDF, page=1))


def _printed(kind: str, content: Mapping[str, Any], *, design: str, seal: bytes | None) -> bytes:
    # Imported late: pages only read stored files; only a worker prints.
    from certificates.paper.founding_document import FoundingDocument, render_founding_document
    from certificates.paper.papers import Paper, render_paper
    from certificates.paper.pdf import render
    from certificates.particulars import Particulars

    own = settings().designs
    if kind == "licence":
        return render(Particulars.model_validate(content), design=design, seal=seal, own=own)
    if kind == "document":
        return render_founding_document(FoundingDocument.model_validate(content), design=design, own=own)
    return render_paper(Paper.model_validate(content), design=design, seal=seal, own=own)


def document_design() -> str:
    """The design of founding documents: the office's own if it has one for them, else the one of the package."""
    chosen = find(settings().design, own=settings().designs)
    return chosen.name if FOUNDING_DOCUMENT in chosen.manifest.papers else PACKAGED


def is_there(storage: Storage, kind: str, content: Mapping[str, Any], *, design: str) -> bool:
    return storage.exists(_key(kind, content, design, "png"))


def read(storage: Storage, kind: str, content: Mapping[str, Any], *, design: str, form: str) -> bytes:
    """The sheet as `pdf`, or its first page as `png`. Unavailable while no worker has made it."""
    if not is_there(storage, kind, content, design=design):
        raise Unavailable("sample_not_ready")
    return storage.get(_key(kind, content, design, form))


def _key(kind: str, content: Mapping[str, Any], design: str, form: str) -> str:
    text = json.dumps([kind, content, design], sort_keys=True, ensure_ascii=False)
    digest = sha256(text.encode()).hexdigest()
    return f"samples/{digest[:2]}/{digest}.{form}"
