"""Compares the ledger's facts of a sheet with those in its file: the public check shows the ledger's."""

import io
import json
from typing import Any

from pydantic import ValidationError

from certificates.errors import CertificateError
from certificates.particulars import Particulars


def differing_facts(recorded: Any, digest: str, content: bytes) -> list[str]:
    """The names of the particulars that differ from the file (`content`, known to be the issued one).

    `digest` for the ledger's digest of the facts; `licence.json` if either of the two cannot be read.
    """
    # Imported late: few requests of a web process need it, and it has 10 MB.
    import pikepdf

    try:
        kept, printed = Particulars.model_validate(recorded), _printed(content)
    except (ValidationError, CertificateError, pikepdf.PdfError, LookupError, ValueError):
        return ["licence.json"]
    names = [name for name in Particulars.model_fields if getattr(kept, name) != getattr(printed, name)]
    return names + ["digest"] * (kept.digest() != digest)


def _printed(content: bytes) -> Particulars:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        return Particulars.model_validate(json.loads(document.attachments["licence.json"].get_file().read_bytes()))
