"""Verifies that a PDF is ours and unchanged. The verdict has a code for each problem; no file raises an error."""

import hashlib
import io
import json
import logging
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, parser
from asn1crypto import x509 as asn1_x509
from pydantic import ValidationError
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.errors import ValidationError as InvalidPath

from certificates.errors import CertificateError
from certificates.particulars import Particulars
from certificates.signatures import file_limits
from certificates.signatures.coroutines import complete
from certificates.signatures.describe import Roots, describe
from certificates.signatures.facts import Level, Signature
from certificates.signatures.pades_levels import claimed_by, held_at, loaded, security_store_of, token_of
from certificates.signatures.revocation import RevocationData

MOST_BYTES = 20 * 1024 * 1024
MOST_DATA = 1024 * 1024
DATA_FILE = "licence.json"
NOTHING = RevocationData()
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()

# The verdict has what these would log, and names from an untrusted file must not reach a log.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

# The errors that hostile files are known to raise; any other error is a fault of ours and must be reported.
HOSTILE = (
    PdfError,
    PyHankoSigningError,
    SignatureValidationError,
    UnacceptableSignerError,
    PathError,
    InvalidPath,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OSError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Verdict:
    """The result for one PDF.

    `problems` is empty only for a document that is intact, trusted and covered to its last byte. Codes:
    `pdf.too_large`, `pdf.not_pdf`, `pdf.damaged`, `pdf.encrypted`, `pdf.too_complex` (unlike any licence, and not
    examined any further), `signature.missing`,
    `signature.altered` (signed bytes changed), `signature.appended` (bytes after the signature),
    `signature.untrusted` (not from one of our roots), `signature.revoked` (made after its certificate was revoked, or
    by a stolen key at an unconfirmed time), `signature.unreadable`, `timestamp.invalid`.
    A timestamp of an untrusted authority is no problem: it is ignored.
    `signature.signed_at` is the signer's claim. `timestamped_at` is the time of a trusted timestamp authority, and
    then `level` is at least B-T; B-LT when the file proves by itself that no certificate was revoked. `particulars`
    come from the attached data, only when the signature covers them; the register knows whether they are still valid.
    """

    intact: bool
    trusted: bool
    covers_whole_file: bool
    sha256: str
    particulars: Particulars | None
    problems: tuple[str, ...]
    signature: Signature | None = None

    @property
    def signer(self) -> str | None:
        return self.signature.holder.name if self.signature else None

    @property
    def signed_at(self) -> datetime | None:
        return self.signature.signed_at if self.signature else None

    @property
    def level(self) -> Level | None:
        return self.signature.level if self.signature else None

    @property
    def timestamped_at(self) -> datetime | None:
        return self.signature.stamped_at if self.signature else None

    @property
    def genuine(self) -> bool:
        """Whether there are no problems."""
        return not self.problems


def verify(
    pdf: bytes, *, trust_roots: Sequence[bytes], timestamp_roots: Sequence[bytes] = (), words: RevocationData = NOTHING
) -> Verdict:
    """Verify one PDF. `trust_roots` are the root certificates of this deployment, PEM, `timestamp_roots` those of the
    timestamp authorities that it trusts; `words` is the revocation data of their issuers that it has.

    A certificate is checked at the time of the timestamp, or else at the signature's own time, so that a document
    stays valid after its signer's certificate; the register, which has every issued document, protects against a stolen
    key. Never raises on bad input.
    """
    if len(pdf) > MOST_BYTES:
        # The file may not have been read to its end, so it has no digest.
        return _hopeless("", "pdf.too_large")
    sha256 = hashlib.sha256(pdf).hexdigest()
    if b"%PDF-" not in pdf[:1024]:
        return _hopeless(sha256, "pdf.not_pdf")
    if fault := file_limits.fault_of(pdf):
        return _hopeless(sha256, fault)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), decode_limits=file_limits.DECODED)
        signatures = list(reader.embedded_signatures)
    except HOSTILE:
        return _hopeless(sha256, "pdf.damaged")
    if not signatures:
        return _hopeless(sha256, "signature.missing")
    return _judge(pdf, reader, signatures[0], sha256, Roots(loaded(trust_roots), loaded(timestamp_roots), words))


def _judge(pdf: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature, sha256: str, roots: Roots) -> Verdict:
    try:
        kept = security_store_of(reader)
        stored = iter(kept.load_certs() if kept else ())
        file_limits.require_usual_keys(signature.signed_data, token_of(signature), others=stored)
        status = _status(signature, roots)
        intact = bool(status.intact and status.valid and _tight(signature, pdf))
        about = describe(status, signature, kept, roots, intact=intact)
    except HOSTILE:
        return _hopeless(sha256, "signature.unreadable")
    trusted = bool(status.trusted and held_at(status.signing_cert, about.stamped_at))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    revoked = about.standing.spoils(about.stamped_at or about.signed_at, proven=about.stamped_at is not None)
    problems = [
        code
        for code, found in (
            ("signature.altered", not intact),
            ("signature.appended", not whole),
            # The signer does not matter once the signature does not match.
            ("signature.untrusted", intact and not trusted),
            ("signature.revoked", intact and trusted and revoked),
            ("timestamp.invalid", bool(intact and about.stamp and about.stamp.state == "invalid")),
        )
        if found
    ]
    particulars = _particulars(reader) if intact and whole else None
    return Verdict(intact, trusted, whole, sha256, particulars, tuple(problems), about)


def _status(signature: EmbeddedPdfSignature, roots: Roots) -> PdfSignatureStatus:
    """`skip_diff`: any appended data, harmless or not, makes it a different document."""
    context = _context(roots.signers, signature.self_reported_timestamp)
    stamps = _context(roots.stamps, claimed_by(token_of(signature)))
    return complete(async_validate_pdf_signature(signature, context, ts_validation_context=stamps, skip_diff=True))


def _context(roots: list[asn1_x509.Certificate], moment: datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")


def _tight(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """The signature does not cover its own place in the file, so nothing else may be there."""
    contents = bytes(signature.pkcs7_content)
    start, end = int(signature.byte_range[1]), int(signature.byte_range[2])
    used = sum(len(part) for part in parser.parse(contents)[3:])
    plain = pdf[start:end] == b"<" + contents.hex().upper().encode() + b">" and not any(contents[used:])
    return plain and _as_we_write(signature)


def _as_we_write(signature: EmbeddedPdfSignature) -> bool:
    """Checks the unsigned bytes of the envelope, which most readers ignore."""
    data, signer = signature.signed_data, signature.signer_info
    versions = {data["version"].native, signer["version"].native}
    return versions == {"v1"} and data["digest_algorithms"].contents == signer["digest_algorithm"].dump() == SHA256


def _particulars(reader: PdfFileReader) -> Particulars | None:
    try:
        content = _data_file(reader)
        return Particulars.model_validate_json(content) if content and len(content) <= MOST_DATA else None
    except (*HOSTILE, ValidationError, CertificateError, json.JSONDecodeError):
        return None


def _data_file(reader: PdfFileReader) -> bytes | None:
    names: Any = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for position in range(1, len(names), 2):
        specification = names[position]
        if specification.get("/UF", specification.get("/F")) == DATA_FILE:
            data: bytes = specification["/EF"]["/F"].data
            return data
    return None


def _hopeless(sha256: str, problem: str) -> Verdict:
    return Verdict(False, False, False, sha256, None, (problem,))
