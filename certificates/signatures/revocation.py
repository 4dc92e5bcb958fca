"""Revocation status of a certificate, by its issuer's lists (CRL) and answers (OCSP) in a file or available here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from certificates.errors import InvalidAnswer
from certificates.signatures import ocsp
from certificates.signatures.facts import RevocationStatus


@dataclass(frozen=True)
class RevocationData:
    """Revocation data of issuers: lists (CRL) and answers (OCSP), DER."""

    crls: Sequence[bytes] = ()
    answers: Sequence[bytes] = ()

    def __add__(self, other: "RevocationData") -> "RevocationData":
        return RevocationData((*self.crls, *other.crls), (*self.answers, *other.answers))


def revocation_status_of(
    certificate: x509.Certificate, *, among: Sequence[x509.Certificate], words: RevocationData
) -> RevocationStatus:
    """The status by the newest statement of its issuer, which must be in `among`; other statements are ignored.

    The author of a file may omit newer statements but cannot forge one; those available here are used as well.
    """
    issuer = ocsp.issuer_of(certificate, among)
    if issuer is None:
        return RevocationStatus()
    said = [*_listed(certificate, issuer, words.crls), *_answered(certificate, issuer, words.answers)]
    return max(said, key=_newest, default=RevocationStatus())


def _newest(said: RevocationStatus) -> tuple[datetime, bool]:
    """Sort key: of two statements of the same second the worse one."""
    return said.as_of or datetime.min.replace(tzinfo=UTC), said.state == "revoked"


def _listed(
    certificate: x509.Certificate, issuer: x509.Certificate, crls: Sequence[bytes]
) -> Iterator[RevocationStatus]:
    for der in crls:
        try:
            listed = x509.load_der_x509_crl(der)
            # A key that cannot sign lists raises TypeError.
            if listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                yield from _entry(listed, certificate)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue


def _entry(listed: x509.CertificateRevocationList, certificate: x509.Certificate) -> Iterator[RevocationStatus]:
    entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        yield RevocationStatus(
            state="revoked", as_of=listed.last_update_utc, revoked_at=entry.revocation_date_utc, reason=_reason(entry)
        )
    elif not _is_partial(listed):
        yield RevocationStatus(state="good", as_of=listed.last_update_utc)


def _is_partial(listed: x509.CertificateRevocationList) -> bool:
    """Whether the list covers only part of the certificates: one that is not in it may still be revoked."""
    return any(
        isinstance(one.value, x509.DeltaCRLIndicator | x509.IssuingDistributionPoint) for one in listed.extensions
    )


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except x509.ExtensionNotFound:
        return None


def _answered(
    certificate: x509.Certificate, issuer: x509.Certificate, answers: Sequence[bytes]
) -> Iterator[RevocationStatus]:
    for der in answers:
        try:
            answer = ocsp.answer_of(der, certificate=certificate, issuer=issuer)
        except InvalidAnswer:
            continue
        if answer.status != "unknown":
            yield RevocationStatus(
                state=answer.status, as_of=answer.this_update, revoked_at=answer.revoked_at, reason=answer.reason
            )
