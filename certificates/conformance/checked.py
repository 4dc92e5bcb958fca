"""All checks of a file."""

import io
from collections.abc import Iterator

import pikepdf

from certificates.conformance.content import content_of, repeated
from certificates.conformance.fonts import font_faults
from certificates.conformance.rules import Fault
from certificates.conformance.tags import tag_faults
from certificates.conformance.whole_file import file_faults

# What a file of any form may lead to.
BROKEN = (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, SyntaxError, RecursionError)


def conformance_faults(pdf: bytes) -> list[Fault]:
    """What a file breaks of PDF/UA-1 and PDF/A-3a, each fault once; empty where it breaks no rule that is checked here.
    Never raises for a broken file."""
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            return list(dict.fromkeys(_faults(document)))
    except pikepdf.PasswordError:
        return [Fault("26-001")]
    except BROKEN as broken:
        return [Fault("P-broken", type(broken).__name__)]


def _faults(document: pikepdf.Pdf) -> Iterator[Fault]:
    if document.is_encrypted:
        yield Fault("26-001")
    yield from file_faults(document)
    content = content_of(document)
    yield from content.faults
    yield from repeated(content)
    for font, codes in content.fonts.values():
        yield from font_faults(font, codes)
    yield from tag_faults(document, content)
