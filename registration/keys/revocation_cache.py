"""The latest revocation data of certificate issuers, as files: workers write them, checks of papers read them."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import structlog

from certificates.signatures.revocation import RevocationData
from registration.settings import Settings

log = structlog.get_logger(__name__)


def cache_list(settings: Settings, url: str, der: bytes) -> None:
    """The list of this address, in place of the one before."""
    _write(_folder(settings) / f"{sha256(url.encode()).hexdigest()[:32]}.crl", der)


def cache_answer(settings: Settings, fingerprint: str, der: bytes) -> None:
    """The answer about the certificate with this fingerprint, in place of the one before."""
    _write(_folder(settings) / f"{fingerprint}.ocsp", der)


def cached_revocations(settings: Settings) -> RevocationData:
    """All that is in the folder, also files that an operator copied there.

    `certificates.signatures.revocation` judges whether they are the issuer's.
    """
    found = {kind: sorted(_folder(settings).glob(f"*.{kind}")) for kind in ("crl", "ocsp")}
    return RevocationData(*(tuple(path.read_bytes() for path in paths) for paths in found.values()))


def _folder(settings: Settings) -> Path:
    return settings.home / "revocation"


def _write(path: Path, der: bytes) -> None:
    """Writes atomically, so that no reader gets a partial file. A full disk must not prevent a signature."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(der)
        os.replace(file.name, path)
    except OSError as full:
        log.warning("revocation.not_kept", kind=type(full).__name__)
