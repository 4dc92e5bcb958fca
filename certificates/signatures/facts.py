"""The facts of a signature: who signed, when, who confirms the time, whether the certificate was revoked."""

from datetime import datetime
from typing import Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict

Level = Literal["B-B", "B-T", "B-LT"]
COMPROMISED = ("keyCompromise", "cACompromise", "aACompromise")


class _Facts(BaseModel):
    """Plain data: it is sent through a pipe from the process that verifies, and returned as JSON."""

    model_config = ConfigDict(frozen=True)


class Holder(_Facts):
    """The certificate of the signer; the fingerprint is SHA-256 of its DER. Its names are only as reliable as its
    issuer: see `problems`."""

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
    """Whether a certificate was revoked, by the newest statement of its issuer; `as_of` is the statement's time.

    `unknown`: neither the file nor this deployment has such a statement.
    """

    state: Literal["good", "revoked", "unknown"] = "unknown"
    as_of: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None

    def spoils(self, at: datetime | None, *, proven: bool) -> bool:
        """Whether a signature of this time is invalid: made after the revocation, or at a time that no authority
        confirms with a key that another person may have."""
        if self.revoked_at is None:
            return False
        return at is None or self.revoked_at <= at or (not proven and self.reason in COMPROMISED)


class Timestamp(_Facts):
    """A timestamp beside a signature. Its time counts only when it is `trusted`.

    `unknown_authority`: valid, but its authority is not trusted here; `revoked`: its authority's certificate was
    revoked by then; `invalid`: it is for other data, or was altered.
    """

    state: Literal["trusted", "unknown_authority", "revoked", "invalid"]
    at: datetime | None
    authority: Holder | None
    standing: RevocationStatus = RevocationStatus()


class Signature(_Facts):
    """The signature of one file. `signed_at` is the signer's claim. `level` is None unless it is valid and ours."""

    signed_at: datetime | None
    holder: Holder
    standing: RevocationStatus = RevocationStatus()
    stamp: Timestamp | None = None
    level: Level | None = None

    @property
    def stamped_at(self) -> datetime | None:
        """The time of a trusted timestamp; None without one."""
        return self.stamp.at if self.stamp and self.stamp.state == "trusted" else None
