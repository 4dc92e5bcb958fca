"""Describes a signature: its holder, its timestamp, their revocation status, its level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus

from certificates.signatures.facts import Holder, Signature, Timestamp
from certificates.signatures.pades_levels import held_at, level_of, revocation_data_in, token_of
from certificates.signatures.revocation import RevocationData, revocation_status_of


@dataclass(frozen=True)
class Roots:
    """Trusted roots of signers and of timestamp authorities, and the revocation data available here."""

    signers: list[asn1_x509.Certificate]
    stamps: list[asn1_x509.Certificate]
    words: RevocationData


def describe(
    status: PdfSignatureStatus,
    signature: EmbeddedPdfSignature,
    kept: DocumentSecurityStore | None,
    roots: Roots,
    *,
    intact: bool,
) -> Signature:
    """The description, trusted or not. `intact` is the result of the integrity check of the whole file; the level is
    left out for an invalid signature. Raises any error that reading a hostile file may raise."""
    issuers, words = _issuers(signature, kept, roots), revocation_data_in(kept) + roots.words
    stamp = _timestamp(status.timestamp_validity, issuers, words)
    holder = _plain(status.signing_cert)
    found = Signature(
        signed_at=status.signer_reported_dt,
        holder=Holder.of(holder),
        standing=revocation_status_of(holder, among=issuers, words=words),
        stamp=stamp,
    )
    if not (intact and status.trusted and held_at(status.signing_cert, found.stamped_at)):
        return found
    level = level_of(kept, signature, stamped_at=found.stamped_at, roots=roots.signers, stamp_roots=roots.stamps)
    return found.model_copy(update={"level": level})


def _timestamp(
    found: TimestampSignatureStatus | None, issuers: Sequence[x509.Certificate], words: RevocationData
) -> Timestamp | None:
    if found is None:
        return None
    authority = _plain(found.signing_cert)
    standing = revocation_status_of(authority, among=issuers, words=words)
    state: Literal["trusted", "unknown_authority", "revoked", "invalid"] = "trusted"
    if not (found.intact and found.valid):
        state = "invalid"
    elif not found.trusted:
        state = "unknown_authority"
    elif standing.spoils(found.timestamp, proven=False):
        state = "revoked"
    return Timestamp(state=state, at=found.timestamp, authority=Holder.of(authority), standing=standing)


def _issuers(
    signature: EmbeddedPdfSignature, kept: DocumentSecurityStore | None, roots: Roots
) -> list[x509.Certificate]:
    """All certificates available; that one issued another is checked by its signature."""
    token = token_of(signature)
    beside = extract_certs_for_validation(token).other_certs if token else ()
    found = (*roots.signers, *roots.stamps, *signature.other_embedded_certs, *beside)
    return [_plain(one) for one in (*found, *(kept.load_certs() if kept else ()))]


def _plain(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())
