"""What can be told of a signature: who signed, when, who vouches for the time, whether the certificate was revoked."""

from datetime import datetime
from typing import Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict

Level = Literal["B-B", "B-T", "B-LT"]
COMPROMISED = ("keyCompromise", "cACompromise", "aACompromise")


class _Facts(BaseModel):
    """Plain data: it crosses the pipe from the process that examines, and is answered as JSON."""

    model_config = ConfigDict(frozen=True)


class Holder(_Facts):
    """The certificate of whoever signed; the fingerprint is SHA-256 of its DER. Its names are only as true as its
    issuer, which is for `problems` to say."""

    name: str
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Self:
        subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return cls(
            name=str(names[0].value) if names else subject,
            subject=subject,
            issuer=issuer,
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        )


class RevocationStatus(_Facts):
    """Whether a certificate was revoked, by the newest word of its issuer: `as_of` is when that was said.

    `unknown`: neither the file nor this deployment has such a word.
    """

    state: Literal["good", "revoked", "unknown"] = "unknown"
    as_of: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None

    def spoils(self, at: datetime | None, *, proven: bool) -> bool:
        """Whether a signature of this time is worth nothing: made after the revocation, or at a time that nobody
        vouches for with a key that somebody else may hold."""
        if self.revoked_at is None:
            return False
        return at is None or self.revoked_at <= at or (not proven and self.reason in COMPROMISED)


class Timestamp(_Facts):
    """A timestamp beside a signature. Its time counts only when it is `trusted`.

    `unknown_authority`: it holds, but from nobody that is believed here; `revoked`: its authority had lost its
    certificate by then; `invalid`: it is of something else, or was altered.
    """

    state: Literal["trusted", "unknown_authority", "revoked", "invalid"]
    at: datetime | None
    authority: Holder | None
    standing: RevocationStatus = RevocationStatus()


class Signature(_Facts):
    """Of one file. `signed_at` is what the signer says. `level` is None unless the signature holds and is ours."""

    signed_at: datetime | None
    holder: Holder
    standing: RevocationStatus = RevocationStatus()
    stamp: Timestamp | None = None
    level: Level | None = None

    @property
    def stamped_at(self) -> datetime | None:
        """What a trusted authority says."""
        return self.stamp.at if self.stamp and self.stamp.state == "trusted" else None
