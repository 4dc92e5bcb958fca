"""PAdES levels: B-B the signer's time only, B-T an authority's timestamp, B-LT with revocation data in the file."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, ValidationError

from certificates.signatures.coroutines import complete
from certificates.signatures.facts import Level
from certificates.signatures.ocsp import SKEW
from certificates.signatures.revocation import RevocationData

Certificates = Sequence[asn1_x509.Certificate]
TIMESTAMP = "signature_time_stamp_token"


def loaded(texts: Sequence[bytes]) -> list[asn1_x509.Certificate]:
    """The certificates in PEM texts, for pyHanko."""
    return [asn1_x509.Certificate.load(der) for text in texts for _, _, der in pem.unarmor(text, multiple=True)]


def token_of(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    """The timestamp among the unsigned attributes. Raises ValueError for anything else there: we never write it."""
    beside = signature.signer_info["unsigned_attrs"]
    if not beside:
        return None
    if len(beside) != 1 or beside[0]["type"].native != TIMESTAMP or len(beside[0]["values"]) != 1:
        raise ValueError("unknown attributes")
    return beside[0]["values"][0]["content"]


def claimed_by(token: cms.SignedData | None) -> datetime | None:
    """The time in a token, unchecked."""
    claimed: datetime | None = token["encap_content_info"]["content"].parsed["gen_time"].native if token else None
    return claimed


def held_at(certificate: asn1_x509.Certificate, at: datetime | None) -> bool:
    """Whether the certificate was valid at the timestamp's time; True without a timestamp."""
    return at is None or bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def security_store_of(reader: PdfFileReader) -> DocumentSecurityStore | None:
    """The certificates, lists and answers in the file (DSS); None without them."""
    try:
        return DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None


def revocation_data_in(kept: DocumentSecurityStore | None) -> RevocationData:
    """The lists (CRL) and answers (OCSP) in the file, DER."""
    if kept is None:
        return RevocationData()
    crls = (one.get_object().read_data(DecodePurpose.CRL) for one in kept.crls)
    answers = (one.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for one in kept.ocsps)
    return RevocationData(tuple(crls), tuple(answers))


def level_of(
    kept: DocumentSecurityStore | None,
    signature: EmbeddedPdfSignature,
    *,
    stamped_at: datetime | None,
    roots: Certificates,
    stamp_roots: Certificates,
) -> Level:
    """The level of a valid signature; `stamped_at` is None unless its timestamp is valid too."""
    if stamped_at is None:
        return "B-B"
    if kept is None:
        return "B-T"
    try:
        _require_not_revoked(kept, signature.signed_data, roots, stamped_at)
        _require_not_revoked(kept, token_of(signature), stamp_roots, stamped_at)
    except (PathError, ValidationError):
        return "B-T"
    return "B-LT"


def _require_not_revoked(
    kept: DocumentSecurityStore, signed: cms.SignedData | None, roots: Certificates, at: datetime
) -> None:
    """Raises pyHanko's errors unless the file's own lists and answers show that the certificate was not revoked."""
    found = extract_certs_for_validation(signed)
    asked = {
        "trust_roots": list(roots),
        "moment": at,
        "allow_fetching": False,
        "revocation_mode": "require",
        "time_tolerance": SKEW,
    }
    context = kept.as_validation_context(asked)
    validator = CertificateValidator(found.signer_cert, found.other_certs, validation_context=context)
    complete(validator.async_validate_usage(set()))
