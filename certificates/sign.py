"""The registrar's signature on a PDF (PAdES B-B), and the sample key that a deployment starts with."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.coroutines import complete
from certificates.errors import SigningError

KEY_FILE, CERTIFICATE_FILE, ROOT_FILE = "signer.key", "signer.pem", "root.pem"
SAMPLE_MARK = "演示 SAMPLE"
FIELD = "RegistrarSignature"
# Room in the file for what is not a certificate: the signature itself, the signed attributes, the envelope.
ENVELOPE = 2048


def make_sample_key(
    directory: Path,
    *,
    common_name: str,
    valid_from: datetime,
    days: int = 3650,
    passphrase: bytes | None = None,
) -> None:
    """Write a P-256 key, its certificate and the self-made root that issued it; the root's key is thrown away.

    Every name says that this is a sample. The key file has mode 0600 from its first byte. Raises SigningError
    `key.exists` rather than replace a key: papers signed with it could no longer be told from forgeries.
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


@dataclass(frozen=True)
class Signer:
    """A loaded key, ready to sign many papers. Load it once per process; it never shows the key."""

    common_name: str
    root: bytes = field(repr=False)
    sample: bool
    _simple: SimpleSigner = field(repr=False)
    _reserved: int = field(repr=False)

    @classmethod
    def load(cls, directory: Path, *, passphrase: bytes | None = None) -> Self:
        """Read `signer.key`, `signer.pem` (the leaf, then any intermediates) and `root.pem` of a directory.

        Raises SigningError: `key.missing`, `key.permissions` (others can read it), `key.passphrase`, `key.kind`,
        `key.mismatch` (the certificate is for another key).
        """
        path = directory / KEY_FILE
        _refuse_open_file(path)
        key = _load_key(path.read_bytes(), passphrase)
        chain = x509.load_pem_x509_certificates(_read(directory / CERTIFICATE_FILE))
        root = _read(directory / ROOT_FILE)
        if chain[0].public_key() != key.public_key():
            raise SigningError("key.mismatch", {"path": str(path)})
        chain += x509.load_pem_x509_certificates(root)
        size = sum(len(certificate.public_bytes(serialization.Encoding.DER)) for certificate in chain)
        name = str(chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        return cls(name, root, SAMPLE_MARK in name, _held_key(key, chain), 2 * (size + ENVELOPE))

    def sign(self, pdf: bytes, *, signed_at: datetime, reason: str, location: str) -> bytes:
        """The PDF with an invisible certifying signature that allows no change; `signed_at` is aware, in UTC."""
        settings = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            location=location,
        )
        with _pdf_errors():
            signer = PdfSigner(settings, signer=self._simple, new_field_spec=SigFieldSpec(FIELD))
            return complete(self._sign(signer, _PlainWriter(io.BytesIO(pdf)), signed_at))

    async def _sign(self, signer: PdfSigner, writer: IncrementalPdfFileWriter, signed_at: datetime) -> bytes:
        """The steps of pyHanko's own `sign_pdf`, which would take the time from the clock."""
        session = signer.init_signing_session(writer)
        session.system_time = signed_at
        prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=self._reserved)
        digest, output = prepared.digest_tbs_document()
        await prepared.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
        )
        signed: bytes = output.getvalue()
        return signed


class _PlainWriter(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Adds the signature and nothing else. pyHanko would write the clock's time and its own name into the metadata
    and call the file PDF 2.0, which PDF/A-3 does not know."""

    output_version = (1, 7)

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Whatever pyHanko asks for, the paper stays PDF 1.7."""

    def _update_meta(self) -> None:
        """The metadata of the unsigned paper stand."""


class _HeldKeySigner(SimpleSigner):  # type: ignore[misc]
    """pyHanko parses and checks the key again for every signature, which for RSA costs more than all the rest."""

    held_key: ec.EllipticCurvePrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """ECDSA over the signed attributes, DER."""
        return self.held_key.sign(data, ec.ECDSA(hashes.SHA256()))


def _held_key(key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> SimpleSigner:
    der = [certificate.public_bytes(serialization.Encoding.DER) for certificate in chain]
    certificates = [asn1_x509.Certificate.load(data) for data in der]
    store = SimpleCertificateStore()
    store.register_multiple(certificates[1:])
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = _HeldKeySigner(certificates[0], asn1_keys.PrivateKeyInfo.load(private), store, embed_roots=False)
    signer.held_key = key
    return signer


def _load_key(pem: bytes, passphrase: bytes | None) -> ec.EllipticCurvePrivateKey:
    """The errors of the library are dropped on purpose: none of them may carry a piece of the key into a log."""
    try:
        key: Any = serialization.load_pem_private_key(pem, passphrase)
    except TypeError:
        raise SigningError("key.passphrase") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError("key.passphrase" if passphrase else "key.kind") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SigningError("key.kind", {"expected": "P-256"})
    return key


def _refuse_open_file(path: Path) -> None:
    if not path.is_file():
        raise SigningError("key.missing", {"path": str(path)})
    if path.stat().st_mode & 0o077:
        raise SigningError("key.permissions", {"path": str(path), "expected": "0600"})


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise SigningError("key.missing", {"path": str(path)})
    return path.read_bytes()


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
    """A root signs certificates and nothing else; a signer signs papers and commits itself to them."""
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


@contextmanager
def _pdf_errors() -> Iterator[None]:
    try:
        yield
    except (PdfError, ValueError) as error:
        raise SigningError("sign.refused", {"kind": type(error).__name__}) from error
