"""Limits that no licence exceeds, checked cheaply before a parser that could loop or fill the memory reads the file.

qpdf's limits apply to the whole process, since it has no others; a process that reads an untrusted PDF should be
one that may be killed (`registration.gateways.sandbox`). The limits here keep the library itself within seconds.
"""

import io
from collections.abc import Iterator
from itertools import islice

import pikepdf
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from pikepdf.settings import set_qpdf_limits
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)

MIB = 1024 * 1024
# A licence has some hundred objects, one field, and an envelope of a few kilobytes; with annexes a few times that.
MOST_OBJECTS = 5000
MOST_FIELDS = 20
MOST_ENVELOPE = 256 * 1024
MOST_CERTIFICATES = 40
MOST_KEY_BITS = 8192
MOST_EXPONENT_BITS = 33
MOST_DECODED = 8 * MIB
# Filters per stream. Two are usual: one that encodes bytes as text, and one that compresses.
MOST_FILTERS = 2

DECODED = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=MOST_DECODED),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_ratio=100, max_output_size=2 * MIB),
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=16 * MOST_OBJECTS),
    },
    document_budget=DocumentDecodeBudget(base_allowance=4 * MOST_DECODED, max_ratio=10),
)

set_qpdf_limits(
    flate_max_memory=MOST_DECODED,
    run_length_max_memory=MOST_DECODED,
    png_max_memory=MOST_DECODED,
    tiff_max_memory=MOST_DECODED,
    max_stream_filters=MOST_FILTERS,
    doc_max_warnings=50,
)

# The errors of pikepdf for a file that it cannot read; without MemoryError, which may have other causes.
UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError, RecursionError)


def fault_of(pdf: bytes) -> str | None:
    """The reason to refuse the file before verification; None where it can be verified.

    `pdf.encrypted`, `pdf.damaged`, `signature.missing`, `pdf.too_complex`: codes as `certificates.signatures.verify`
    gives them.
    """
    if b"/LZWDecode" in pdf:
        # qpdf has no limit on its decoded size, and it has been obsolete for decades.
        return "pdf.too_complex"
    try:
        # A file that needs repair is not one that was signed.
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            return _fault_of(document)
    except pikepdf.PasswordError:
        return "pdf.encrypted"
    except UNREADABLE:
        return "pdf.damaged"


def _fault_of(document: pikepdf.Pdf) -> str | None:
    if document.is_encrypted:
        return "pdf.encrypted"
    fields = list(islice(_fields(document), MOST_FIELDS + 1))
    if not fields:
        return "signature.missing"
    if len(fields) > MOST_FIELDS or int(document.trailer["/Size"]) > MOST_OBJECTS or any(map(_is_bulky, fields)):
        return "pdf.too_complex"
    return "pdf.damaged" if document.get_warnings() else None


def _fields(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """The fields of the form; of nested fields, which no licence has, the outer one."""
    form = document.Root.get("/AcroForm")
    listed = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    yield from listed if isinstance(listed, pikepdf.Array) else ()


def _is_bulky(field: pikepdf.Object) -> bool:
    """Whether its signature's envelope is too large; pyHanko reads it digit by digit."""
    value = field.get("/V") if isinstance(field, pikepdf.Dictionary) else None
    contents = value.get("/Contents") if isinstance(value, pikepdf.Dictionary) else None
    return isinstance(contents, pikepdf.String) and len(bytes(contents)) > MOST_ENVELOPE


def require_usual_keys(*signed: cms.SignedData | None, others: Iterator[asn1_x509.Certificate]) -> None:
    """Checks the keys of every certificate involved: an RSA key of a million bits would take very long to use.

    Raises ValueError.
    """
    found = [*(one for envelope in signed if envelope for one in _certificates(envelope)), *others]
    if len(found) > MOST_CERTIFICATES:
        raise ValueError("certificates")
    for certificate in found:
        _require_usual_key(certificate)


def _certificates(signed: cms.SignedData) -> Iterator[asn1_x509.Certificate]:
    return (one.chosen for one in signed["certificates"] if isinstance(one.chosen, asn1_x509.Certificate))


def _require_usual_key(certificate: asn1_x509.Certificate) -> None:
    key = certificate.public_key
    if key.algorithm not in ("rsa", "rsassa_pss", "ec", "ed25519", "ed448"):
        raise ValueError("algorithm")
    if key.algorithm.startswith("rsa"):
        numbers = key["public_key"].parsed
        modulus, exponent = (numbers[name].native.bit_length() for name in ("modulus", "public_exponent"))
        if modulus > MOST_KEY_BITS or exponent > MOST_EXPONENT_BITS:
            raise ValueError("key size")
