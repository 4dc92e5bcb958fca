"""The sources of the registrar's key: PEM files, a PKCS#12 file, or a PKCS#11 token, which never exports it.

Certificates are files beside it: `root.pem` always, and `signer.pem` (the signer's, then any intermediates) unless
the PKCS#12 file holds them. Error texts of the libraries are dropped, so that no part of a key can reach a log.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from certificates.errors import SigningError

KEY_FILE, CERTIFICATE_FILE, ROOT_FILE, BUNDLE_FILE = "signer.key", "signer.pem", "root.pem", "signer.p12"
KINDS = "P-256, RSA-3072"
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class Key(Protocol):
    """A key that signs the SHA-256 of data: ECDSA as DER, or RSA with PKCS#1 v1.5."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature."""


@dataclass(frozen=True)
class KeySource:
    """A key that can sign, its certificate with any intermediates, and their root."""

    key: Key = field(repr=False)
    chain: tuple[x509.Certificate, ...] = field(repr=False)
    root: x509.Certificate = field(repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


def from_pem(directory: Path, *, passphrase: bytes | None = None) -> KeySource:
    """Read `signer.key` (PKCS#8, readable by its owner only), `signer.pem` and `root.pem` of a directory.

    Raises SigningError: `key.missing`, `key.permissions` (others can read it), `key.passphrase`, `key.kind`,
    `key.mismatch` (the certificate is for another key), `key.certificate` (one that cannot be read).
    """
    path = directory / KEY_FILE
    content = _private(path)
    with _silence(path, "key.passphrase" if passphrase else "key.kind"):
        key: Any = serialization.load_pem_private_key(content, passphrase)
    return _source(_held(key), key.public_key(), certificates_in(directory / CERTIFICATE_FILE), directory, path)


def from_pkcs12(directory: Path, *, passphrase: bytes | None = None) -> KeySource:
    """Read `signer.p12` (key, certificate, intermediates; readable by its owner only) and `root.pem` of a directory."""
    path = directory / BUNDLE_FILE
    content = _private(path)
    with _silence(path, "key.passphrase"):
        bundle: Any = pkcs12.load_pkcs12(content, passphrase)
    if bundle.key is None or bundle.cert is None:
        raise SigningError("key.missing", {"path": str(path), "lacks": "key" if bundle.key is None else "certificate"})
    others = [one.certificate for one in bundle.additional_certs if not _is_root(one.certificate)]
    return _source(_held(bundle.key), bundle.key.public_key(), [bundle.cert.certificate, *others], directory, path)


def from_token(directory: Path, *, module: Path, token: str, label: str, pin: str) -> KeySource:
    """A key in a token, found by its label; `signer.pem` and `root.pem` are in the directory.

    Needs the package python-pkcs11. Raises SigningError `token.package`, `token.module`, `token.missing`, `token.pin`,
    `token.key` and those of `from_pem`.
    """
    from certificates.signatures.pkcs11 import TokenKey

    chain = certificates_in(directory / CERTIFICATE_FILE)
    public = chain[0].public_key()
    key = TokenKey.open(module, token=token, label=label, pin=pin, public=_accepted(public))
    return _source(key, public, chain, directory, module)


def certificates_in(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file; SigningError `key.missing` or `key.certificate`."""
    if not path.is_file():
        raise SigningError("key.missing", {"path": str(path)})
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise SigningError("key.certificate", {"path": str(path)}) from None


def root_of_bundle(content: bytes, *, passphrase: bytes | None) -> bytes:
    """The self-signed certificate in a PKCS#12 file, PEM; SigningError `key.root` where it has none."""
    with _silence(Path(BUNDLE_FILE), "key.passphrase"):
        bundle = pkcs12.load_pkcs12(content, passphrase)
    for one in bundle.additional_certs:
        if _is_root(one.certificate):
            return one.certificate.public_bytes(serialization.Encoding.PEM)
    raise SigningError("key.root", {"lacks": ROOT_FILE})


def _source(key: Key, public: Any, chain: Sequence[x509.Certificate], directory: Path, path: Path) -> KeySource:
    (root, *_) = certificates_in(directory / ROOT_FILE)
    _accepted(public)
    if chain[0].public_key() != public:
        raise SigningError("key.mismatch", {"path": str(path)})
    return KeySource(key, tuple(chain), root)


@dataclass(frozen=True)
class _CurveKey:
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class _RsaKey:
    key: rsa.RSAPrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _held(key: Any) -> Key:
    _accepted(key.public_key())
    return _RsaKey(key) if isinstance(key, rsa.RSAPrivateKey) else _CurveKey(key)


def _accepted(public: Any) -> PublicKey:
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return public
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 3072:
        return public
    raise SigningError("key.kind", {"expected": KINDS})


def _is_root(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject


def _private(path: Path) -> bytes:
    if not path.is_file():
        raise SigningError("key.missing", {"path": str(path)})
    if path.stat().st_mode & 0o077:
        raise SigningError("key.permissions", {"path": str(path), "expected": "0600"})
    return path.read_bytes()


@contextmanager
def _silence(path: Path, code: str) -> Iterator[None]:
    """Replaces errors by SigningError. TypeError: a passphrase is missing, or was given for a key that has none."""
    try:
        yield
    except TypeError:
        raise SigningError("key.passphrase", {"path": str(path)}) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError(code, {"path": str(path)}) from None
