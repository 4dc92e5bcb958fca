"""The sample key of a new deployment: anyone can make one, and every name in it says that it is a sample."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certificates.errors import SigningError
from certificates.signatures.key_sources import CERTIFICATE_FILE, KEY_FILE, ROOT_FILE

SAMPLE_MARK = "演示 SAMPLE"


def make_sample_key(
    directory: Path,
    *,
    common_name: str,
    valid_from: datetime,
    days: int = 3650,
    passphrase: bytes | None = None,
) -> None:
    """Write a P-256 key, its certificate and the self-signed root that issued it; the root's key is discarded.

    Every name says that this is a sample. The key file is created with mode 0600. Raises SigningError
    `key.exists` rather than replace a key: documents signed with it could no longer be distinguished from forgeries.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (directory / KEY_FILE).exists():
        raise SigningError("key.exists", {"path": str(directory / KEY_FILE)})
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name(f"{common_name} {SAMPLE_MARK} ROOT"), _name(f"{common_name} {SAMPLE_MARK}")
    until = valid_from + timedelta(days=days)
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, since=valid_from, until=until, ca=True)
    leaf = _certificate(name, key.public_key(), root_name, root_key, since=valid_from, until=until, ca=False)
    _write(directory / ROOT_FILE, root.public_bytes(serialization.Encoding.PEM), mode=0o644)
    _write(directory / CERTIFICATE_FILE, leaf.public_bytes(serialization.Encoding.PEM), mode=0o644)
    _write(directory / KEY_FILE, _pem(key, passphrase), mode=0o600)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> bytes:
    lock: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _certificate(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    since: datetime,
    until: datetime,
    ca: bool,
) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(authority, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    """A root signs only certificates; a signer signs documents with non-repudiation."""
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
