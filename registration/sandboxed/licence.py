"""Examines a PDF for the check as a licence."""

import io
import json
from typing import Any

import pikepdf

from certificates.signatures.file_limits import UNREADABLE
from certificates.signatures.revocation import RevocationData
from certificates.signatures.verify import Verdict, verify

# A licence has one page, and few more where its scope goes on. A file of many pages is none, and only costs time.
MOST_PAGES = 20
MOST_DATA = 1024 * 1024
# Such a file is not opened again. One that is damaged may still show which licence it was.
HOPELESS = frozenset({"pdf.too_large", "pdf.not_pdf", "pdf.encrypted", "pdf.too_complex"})


def examine(parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """`parts`: the file, then trust roots, timestamp roots, CRLs and OCSP answers: `parameters["counts"]` of each.

    Problems, signature and the data that the file claims.
    """
    pdf, *others = parts
    given = iter(others)
    roots, stamps, crls, answers = ([next(given) for _ in range(count)] for count in parameters["counts"])
    verdict = verify(pdf, trust_roots=roots, timestamp_roots=stamps, words=RevocationData(crls, answers))
    if not HOPELESS.isdisjoint(verdict.problems):
        return _answer(verdict, None), b""
    many, attached = _look(pdf)
    return _answer(verdict, attached, "pdf.too_many_pages" if many else None), b""


def _answer(verdict: Verdict, attached: dict[str, Any] | None, *more: str | None) -> dict[str, Any]:
    facts = verdict.particulars
    return {
        "sha256": verdict.sha256,
        "problems": [*verdict.problems, *(one for one in more if one)],
        "signature": verdict.signature.model_dump(mode="json") if verdict.signature else None,
        "particulars": facts.model_dump(mode="json") if facts else None,
        "claimed": facts.model_dump(mode="json", exclude_none=True) if facts else attached,
    }


def _look(pdf: bytes) -> tuple[bool, dict[str, Any] | None]:
    """Whether it has too many pages, and the data of a licence as the file carries it, true or not."""
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            return len(document.pages) > MOST_PAGES, _attached(document)
    except UNREADABLE:
        return False, None


def _attached(document: pikepdf.Pdf) -> dict[str, Any] | None:
    try:
        content = document.attachments["licence.json"].get_file().read_bytes()
        data = json.loads(content) if len(content) <= MOST_DATA else None
    except UNREADABLE:
        return None
    return data if isinstance(data, dict) else None
