"""The application's own secrets and the registrar's: below `settings().keys`, outside the database and its backups."""

import os
import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from registration import clock
from registration.errors import Unavailable
from registration.keys import offline
from registration.settings import Settings, keys_in, settings

if TYPE_CHECKING:
    from certificates.signatures.key_sources import KeySource
    from certificates.signatures.signer import Signer

NAMES = ("field", "index", "secret", "log", "push")
BYTES = 32
SIGNING = "signing"
ROOTS = "roots"
TIMESTAMP_ROOTS = "timestamp-roots"
SAMPLE_NAME = "合一演示登记机关"
SAMPLE_SINCE = timedelta(days=60)


def field_key() -> bytes:
    """Seals sensitive values (AES-256). Lost, they are unreadable for ever: back it up apart from the database."""
    return _read(settings(), "field.key")


def index_key() -> bytes:
    """Keys the hashes by which an identity number is found again (HMAC-SHA-256)."""
    return _read(settings(), "index.key")


def secret_key(settings: Settings) -> bytes:
    """Signs forms' anti-forgery tokens and derives signers' links; a new one voids both."""
    return _read(settings, "secret.key")


def log_key(settings: Settings) -> bytes:
    """Signs the heads of the public log (the secret of a P-256 key). A new one is a new name to those who check."""
    return _read(settings, "log.key")


def push_key(settings: Settings) -> bytes:
    """Names this deployment to push services (the secret of a P-256 key). With a new one devices switch on again."""
    return _read(settings, "push.key")


def signing_key(settings: Settings, *, folder: Path | None = None) -> "Signer":
    """The registrar's key, from the source that the settings choose; `folder` looks at files not yet installed.

    Outside a demonstration the sample key is refused: it proves nothing. Raises SigningError, Unavailable.
    """
    # Imported late: only the worker signs, and the signing library takes its time to load.
    from certificates.signatures.signer import Signer

    signer = Signer.holding(_source(settings, folder or settings.keys / SIGNING))
    if signer.sample and not settings.demo:
        raise Unavailable("signing_key_is_sample", path=str(settings.keys / SIGNING))
    return signer


def sample_certificates(settings: Settings) -> list[Path]:
    """The certificate files, of the key or of a trusted root, that belong to a sample key."""
    from certificates.signatures.key_sources import CERTIFICATE_FILE, ROOT_FILE, certificates_in
    from certificates.signatures.sample_key import SAMPLE_MARK

    folder = settings.keys / SIGNING
    paths = [folder / CERTIFICATE_FILE, folder / ROOT_FILE, *sorted((settings.keys / ROOTS).glob("*.pem"))]
    return [
        path
        for path in paths
        if path.is_file() and any(SAMPLE_MARK in one.subject.rfc4514_string() for one in certificates_in(path))
    ]


def passphrase(settings: Settings) -> bytes | None:
    """What opens the file with the registrar's key."""
    return settings.signing_passphrase.get_secret_value().encode() or None


def _source(settings: Settings, folder: Path) -> "KeySource":
    from certificates.signatures import key_sources

    if settings.signing_source == "pem":
        return key_sources.from_pem(folder, passphrase=passphrase(settings))
    if settings.signing_source == "pkcs12":
        return key_sources.from_pkcs12(folder, passphrase=passphrase(settings))
    secret = settings.signing_passphrase.get_secret_value()
    wanted = {name: getattr(settings, f"signing_pkcs11_{name}") for name in ("module", "token", "label")}
    for name, value in {**{f"pkcs11_{name}": value for name, value in wanted.items()}, "passphrase": secret}.items():
        if not value:
            raise Unavailable("setting_missing", setting=f"HEYI_SIGNING_{name.upper()}")
    return key_sources.from_token(folder, **wanted, pin=secret)


def trust_roots(settings: Settings) -> list[bytes]:
    """The roots, PEM, whose signatures count as ours: of the present key, and in `roots/` of those before it."""
    paths = [settings.keys / SIGNING / "root.pem", *sorted((settings.keys / ROOTS).glob("*.pem"))]
    return [path.read_bytes() for path in paths if path.is_file()]


def timestamp_roots(settings: Settings) -> list[bytes]:
    """The roots, PEM, of the timestamp authorities that this deployment believes, present and former ones."""
    return [path.read_bytes() for path in sorted((settings.keys / TIMESTAMP_ROOTS).glob("*.pem"))]


def make_sample_signing_key(settings: Settings, *, now: datetime) -> Path | None:
    """A key and certificate for demonstrations; None when one is there already."""
    folder = settings.keys / SIGNING
    if folder.is_dir():
        return None
    from certificates.signatures.signer import make_sample_key

    # The example office issued licences in the weeks before.
    make_sample_key(folder, common_name=SAMPLE_NAME, valid_from=now - SAMPLE_SINCE)
    return folder


def make(folder: Path) -> list[Path]:
    """Makes the keys that are missing and returns their files; one that exists is never touched."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = [path for path in (folder / f"{name}.key" for name in NAMES) if _write_once(path)]
    _key_in.cache_clear()
    return made + offline.make(folder, now=clock.now())


def missing(folder: Path) -> list[Path]:
    """The files that are not there or do not hold a key."""
    paths = [folder / f"{name}.key" for name in NAMES]
    return [path for path in paths if not path.is_file() or path.stat().st_size != BYTES]


def exposed(folder: Path) -> list[Path]:
    """The files that other accounts of this machine can read."""
    return [path for path in folder.glob("*") if path.is_file() and path.stat().st_mode & 0o077]


def _write_once(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(BYTES))
        file.flush()
        os.fsync(file.fileno())
    return True


def _read(settings: Settings, name: str) -> bytes:
    return _key_in(settings.home, name)


@cache
def _key_in(home: Path, name: str) -> bytes:
    # The path is put together once, and not for each value that is opened.
    path = keys_in(home) / name
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise Unavailable("key_missing", path=str(path), command="heyi keys init") from None
    if len(key) != BYTES:
        raise Unavailable("key_malformed", path=str(path), command="heyi keys show")
    return key
