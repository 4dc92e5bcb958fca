"""Requests to a responder whether a certificate was revoked, and checks of its answers (OCSP, RFC 6960). No network."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from certificates.errors import InvalidAnswer

# Tolerance for two clocks that are both correct.
SKEW = timedelta(minutes=5)
# RFC 6960, 4.2.2.1: without nextUpdate newer information is available at any time, so the answer is soon old.
SHORT = timedelta(minutes=30)

Status = Literal["good", "revoked", "unknown"]


@dataclass(frozen=True)
class OcspAnswer:
    """The answer of an authorized responder about one certificate; `der` is the whole answer."""

    status: Status
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None
    reason: str | None
    der: bytes

    @property
    def until(self) -> datetime:
        """The end of its validity."""
        return self.next_update or self.this_update + SHORT

    def require_fresh(self, at: datetime) -> None:
        """Raises InvalidAnswer `ocsp.stale` or `ocsp.not_yet`."""
        if at > self.until + SKEW:
            raise InvalidAnswer("ocsp.stale", {"until": self.until.isoformat()})
        if at < self.this_update - SKEW:
            raise InvalidAnswer("ocsp.not_yet", {"from": self.this_update.isoformat()})


def responder_of(certificate: x509.Certificate) -> str | None:
    """The address of the responder in the certificate; None without one."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return None
    places = [
        one.access_location.value
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]
    return next((place for place in places if place.startswith(("http://", "https://"))), None)


def issuer_of(certificate: x509.Certificate, among: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The one of these certificates that signed it; None for a root, and where the issuer is not among them."""
    if certificate.issuer == certificate.subject:
        return None
    return next((one for one in among if _is_issued_by(certificate, one)), None)


def question(certificate: x509.Certificate, issuer: x509.Certificate, *, nonce: bytes) -> bytes:
    """A request, DER. RFC 8954: a nonce of 1 to 32 bytes."""
    asked = _named(certificate, issuer, hashes.SHA1())  # noqa: S303 (an identifier that all responders know)
    return asked.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(serialization.Encoding.DER)


def answer_of(
    der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes | None = None
) -> OcspAnswer:
    """The answer about this certificate from an authorized responder; `require_fresh` checks its age.

    Raises InvalidAnswer: `ocsp.unreadable`, `ocsp.refused` (status), `ocsp.other_certificate`, `ocsp.nonce`,
    `ocsp.responder` (neither the issuer nor a delegate of it), `ocsp.signature`.
    """
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise InvalidAnswer("ocsp.refused", {"status": response.response_status.name.lower()})
        single = _about(response, certificate, issuer)
        _require_nonce(response, nonce)
        _require_signature(response, _responder(response, issuer))
    except (ValueError, TypeError, NotImplementedError, UnsupportedAlgorithm) as error:
        raise InvalidAnswer("ocsp.unreadable", {"kind": type(error).__name__}) from error
    return OcspAnswer(
        status=_STATUS[single.certificate_status],
        this_update=single.this_update_utc,
        next_update=single.next_update_utc,
        revoked_at=single.revocation_time_utc,
        reason=single.revocation_reason.value if single.revocation_reason else None,
        der=der,
    )


_STATUS: dict[ocsp.OCSPCertStatus, Status] = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}


def _named(
    certificate: x509.Certificate, issuer: x509.Certificate, algorithm: hashes.HashAlgorithm
) -> ocsp.OCSPRequestBuilder:
    return ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm)


def _about(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> ocsp.OCSPSingleResponse:
    for single in response.responses:
        meant = _named(certificate, issuer, single.hash_algorithm).build()
        if (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
            meant.serial_number,
            meant.issuer_name_hash,
            meant.issuer_key_hash,
        ):
            return single
    raise InvalidAnswer("ocsp.other_certificate")


def _require_nonce(response: ocsp.OCSPResponse, nonce: bytes | None) -> None:
    """A responder may omit the nonce (answers made in advance); if present it must be ours."""
    try:
        given = response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return
    if nonce is not None and not hmac.compare_digest(given, nonce):
        raise InvalidAnswer("ocsp.nonce")


def _responder(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    """RFC 6960, 4.2.2.2: the issuer itself, or a responder that it certified for this at the time of the answer."""
    for one in (issuer, *response.certificates):
        if _is_named(response, one) and (one == issuer or _may_answer(one, issuer, response.produced_at_utc)):
            return one
    raise InvalidAnswer("ocsp.responder")


def _is_named(response: ocsp.OCSPResponse, one: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == one.subject
    return response.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(one.public_key()).digest


def _may_answer(one: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    in_time = one.not_valid_before_utc <= at <= one.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and in_time and _is_issued_by(one, issuer)


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _require_signature(response: ocsp.OCSPResponse, responder: x509.Certificate) -> None:
    key, algorithm = responder.public_key(), response.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, hashes.SHA1 | hashes.MD5):
        raise InvalidAnswer("ocsp.signature")
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            raise InvalidAnswer("ocsp.signature")
    except InvalidSignature:
        raise InvalidAnswer("ocsp.signature") from None
