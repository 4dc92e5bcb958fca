"""The application's own secrets: one file each below `settings().keys`, outside the database and its backups."""

import os
import secrets
from functools import cache
from pathlib import Path

from registration.errors import Unavailable
from registration.settings import Settings, settings

NAMES = ("field", "index", "secret")
BYTES = 32


def field_key() -> bytes:
    """Seals sensitive values (AES-256). Lost, they are unreadable for ever: back it up apart from the database."""
    return _read(settings().keys / "field.key")


def index_key() -> bytes:
    """Keys the hashes by which an identity number is found again (HMAC-SHA-256)."""
    return _read(settings().keys / "index.key")


def secret_key(settings: Settings) -> bytes:
    """Signs forms' anti-forgery tokens. A new one makes people reload an open form, nothing more."""
    return _read(settings.keys / "secret.key")


def make(folder: Path) -> list[Path]:
    """Makes the keys that are missing and returns their files; one that exists is never touched."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = [path for path in (folder / f"{name}.key" for name in NAMES) if _write_once(path)]
    _read.cache_clear()
    return made


def missing(folder: Path) -> list[Path]:
    """The files that are not there or do not hold a key."""
    paths = [folder / f"{name}.key" for name in NAMES]
    return [path for path in paths if not path.is_file() or path.stat().st_size != BYTES]


def exposed(folder: Path) -> list[Path]:
    """The files that somebody else on this machine may read."""
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


@cache
def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise Unavailable("key_missing", path=str(path)) from None
    if len(key) != BYTES:
        raise Unavailable("key_malformed", path=str(path))
    return key
