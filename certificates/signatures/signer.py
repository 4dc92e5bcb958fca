"""The registrar's signature on a PDF (PAdES B-B): invisible, certifying, and no change allowed after it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import pdf_cms
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.errors import SigningError
from certificates.signatures.cms import SignatureEnvelope
from certificates.signatures.coroutines import complete
from certificates.signatures.first_revision import place_signature
from certificates.signatures.incremental_update import add_placeholder
from certificates.signatures.key_sources import KEY_FILE, Key, KeySource, from_pem
from certificates.signatures.sample_key import SAMPLE_MARK, make_sample_key
from certificates.signatures.unwritten_file import UnwrittenFile

__all__ = ["KEY_FILE", "CertificateFacts", "KeySigner", "Signer", "make_sample_key"]

# A dummy digest for building the envelope template: these bytes occur nowhere else in it.
PATTERN = bytes(range(0x60, 0x80))


@dataclass(frozen=True)
class CertificateFacts:
    """The public facts of a certificate; its times are in UTC, the fingerprint is SHA-256 of its DER."""

    common_name: str
    subject: str
    algorithm: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str
    sample: bool

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Self:
        """The facts of one certificate."""
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        subject = certificate.subject.rfc4514_string()
        name = str(names[0].value) if names else subject
        key = certificate.public_key()
        return cls(
            common_name=name,
            subject=subject,
            algorithm=f"RSA-{key.key_size}" if isinstance(key, rsa.RSAPublicKey) else "P-256",
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
            sample=SAMPLE_MARK in name,
        )


@dataclass(frozen=True)
class Signer:
    """A loaded key for many signatures. Load it once per process; it does not expose the key."""

    facts: CertificateFacts
    root: bytes = field(repr=False)
    keyed: "KeySigner" = field(repr=False)
    _envelope: SignatureEnvelope = field(repr=False)
    _room: int = field(repr=False)

    @classmethod
    def load(cls, directory: Path, *, passphrase: bytes | None = None) -> Self:
        """From the PEM files of a directory, see `key_sources.from_pem`."""
        return cls.holding(from_pem(directory, passphrase=passphrase))

    @classmethod
    def holding(cls, source: KeySource) -> Self:
        """From any source. Two signatures are discarded: one proves the key, one gives the envelope template."""
        keyed = KeySigner(source)
        _require_pair(source)
        envelope = SignatureEnvelope.like(complete(keyed.async_sign(PATTERN, "sha256", use_pades=True)), digest=PATTERN)
        # An ECDSA signature of P-256 is 72 bytes at most, mostly 70 or 71; one of RSA has the length of its key.
        room = len(envelope.around(bytes(_signature_size(source.certificate)), digest=PATTERN))
        root = source.root.public_bytes(serialization.Encoding.PEM)
        return cls(CertificateFacts.of(source.certificate), root, keyed, envelope, room)

    @property
    def common_name(self) -> str:
        return self.facts.common_name

    @property
    def sample(self) -> bool:
        return self.facts.sample

    def sign(self, pdf: bytes | UnwrittenFile, *, signed_at: datetime, reason: str, location: str) -> bytes:
        """The PDF with an invisible certifying signature that allows no change; `signed_at` has a time zone, UTC.

        A file that is not written yet gets the signature in its first revision.

        Raises SigningError: `sign.refused` (no unsigned paper), `key.expired`, `key.not_yet_valid`.
        """
        self.require_valid(signed_at)
        said: dict[str, Any] = {"signed_at": signed_at, "reason": reason, "location": location}
        if isinstance(pdf, bytes):
            room = add_placeholder(pdf, room=self._room, **said)
        else:
            room = place_signature(pdf, room=self._room, **said)
        digest = room.digest()
        signature = self.keyed.key.sign(self._envelope.to_sign(digest))
        return room.filled(self._envelope.around(signature, digest=digest))

    def require_valid(self, at: datetime) -> None:
        """Raises SigningError at a time when the certificate is not valid, since the signature would be worthless."""
        if at > self.facts.valid_until:
            raise SigningError("key.expired", {"valid_until": self.facts.valid_until.isoformat()})
        if at < self.facts.valid_from:
            raise SigningError("key.not_yet_valid", {"valid_from": self.facts.valid_from.isoformat()})


class KeySigner(pdf_cms.Signer):  # type: ignore[misc]  # pyHanko is read without its types
    """Our key in pyHanko's interface; pyHanko's own signer would parse and check the key for every signature."""

    key: Key

    def __init__(self, source: KeySource) -> None:
        chain = [_for_pyhanko(certificate) for certificate in source.chain]
        store = SimpleCertificateStore()
        store.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], cert_registry=store, embed_roots=False)
        self.key = source.key
        self.chain = source.chain

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature of the signed attributes; always SHA-256."""
        return bytes(_signature_size(self.certificate)) if dry_run else self.key.sign(data)

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.signing_cert.dump())


def _require_pair(source: KeySource) -> None:
    """A token may hold another key under the same label; only a test signature shows that key and certificate match."""
    public, signature = source.certificate.public_key(), source.key.sign(PATTERN)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, PATTERN, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, PATTERN, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise SigningError("key.mismatch") from None


def _signature_size(certificate: x509.Certificate) -> int:
    key = certificate.public_key()
    return key.key_size // 8 if isinstance(key, rsa.RSAPublicKey) else 72


def _for_pyhanko(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
