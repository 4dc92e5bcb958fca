"""Reads out of a signature what can be told of it: its holder, its timestamp, their standing, its level."""

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
    """Whom to believe about who signed, and about when, and what is at hand of their issuers' words."""

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
    """All of it, whether or not anything vouches for it. `intact` as the whole file's judge found it; the level is
    left out of a signature that does not hold. Raises whatever reading a hostile file may raise."""
    issuers, words = _issuers(signature, kept, roots), revocation_data_in(kept) + roots.words
    stamp = _timestamp(status.timestamp_validity, issuers, words)
    holder = _plain(status.signing_cert)
    told = Signature(
        signed_at=status.signer_reported_dt,
        holder=Holder.of(holder),
        standing=revocation_status_of(holder, among=issuers, words=words),
        stamp=stamp,
    )
    if not (intact and status.trusted and held_at(status.signing_cert, told.stamped_at)):
        return told
    level = level_of(kept, signature, stamped_at=told.stamped_at, roots=roots.signers, stamp_roots=roots.stamps)
    return told.model_copy(update={"level": level})


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
    """All certificates that are at hand; that one issued another is checked by its signature."""
    token = token_of(signature)
    beside = extract_certs_for_validation(token).other_certs if token else ()
    found = (*roots.signers, *roots.stamps, *signature.other_embedded_certs, *beside)
    return [_plain(one) for one in (*found, *(kept.load_certs() if kept else ()))]


def _plain(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())
