"""Was a certificate revoked? By the lists (CRL) and answers (OCSP) of its issuer, in a file or at hand."""

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
    """What issuers have said of their certificates: lists and answers, DER."""

    crls: Sequence[bytes] = ()
    answers: Sequence[bytes] = ()

    def __add__(self, other: "RevocationData") -> "RevocationData":
        return RevocationData((*self.crls, *other.crls), (*self.answers, *other.answers))


def revocation_status_of(
    certificate: x509.Certificate, *, among: Sequence[x509.Certificate], words: RevocationData
) -> RevocationStatus:
    """By the newest word of its issuer, who must be `among` these; words of others say nothing.

    Whoever hands in a file may leave newer words out, but can make none; those at hand are asked as well.
    """
    issuer = ocsp.issuer_of(certificate, among)
    if issuer is None:
        return RevocationStatus()
    said = [*_listed(certificate, issuer, words.crls), *_answered(certificate, issuer, words.answers)]
    return max(said, key=_newest, default=RevocationStatus())


def _newest(said: RevocationStatus) -> tuple[datetime, bool]:
    """Of two words of the same second the worse one."""
    return said.as_of or datetime.min.replace(tzinfo=UTC), said.state == "revoked"


def _listed(
    certificate: x509.Certificate, issuer: x509.Certificate, crls: Sequence[bytes]
) -> Iterator[RevocationStatus]:
    for der in crls:
        try:
            listed = x509.load_der_x509_crl(der)
            # A key that cannot sign lists is a TypeError.
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
    """Whether it leaves certificates out on purpose: whoever is missing on it need not be good."""
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
