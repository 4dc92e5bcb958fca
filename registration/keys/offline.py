"""The keys for offline checks: one signs the statements in QR codes, one credentials and status lists.

Each has a folder below `settings().keys`: `signer.key`, and in `public/` a JWK for each key that ever signed, with the
time since when. The workers alone need the first private key; the pages need the second.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials import jose
from registration.errors import Unavailable
from registration.settings import Settings, settings

Purpose = Literal["qr", "credential"]
PURPOSES: tuple[Purpose, ...] = ("qr", "credential")
KEY_FILE, PUBLIC = "signer.key", "public"


@dataclass(frozen=True)
class Published:
    """A public key as others get it; `until` is when the next one took over, None for the one in use."""

    kid: str
    purpose: Purpose
    since: datetime
    until: datetime | None
    jwk: dict[str, str]

    def row(self) -> dict[str, Any]:
        """The JWK with its name, its use and its dates."""
        until = {"until": self.until.isoformat()} if self.until else {}
        named = {"kid": self.kid, "use": "sig", "alg": "ES256", "purpose": self.purpose}
        return self.jwk | named | {"since": self.since.isoformat()} | until


def make(keys: Path, *, now: datetime) -> list[Path]:
    """Makes the keys that are missing and returns their files; one that exists is never touched."""
    folders = [(purpose, keys / purpose) for purpose in PURPOSES]
    return [_make_one(folder, purpose, now=now) for purpose, folder in folders if not (folder / KEY_FILE).exists()]


def rotate(keys: Path, purpose: Purpose, *, now: datetime) -> tuple[str | None, str]:
    """A new key takes over; the names (kid) of the former one and of the new one.

    The old private key is deleted, its public key stays, so that its signatures still verify.
    """
    before = _published(keys / purpose / PUBLIC, purpose)
    path = _make_one(keys / purpose, purpose, now=now)
    private_key.cache_clear()
    return before[-1].kid if before else None, jose.kid(private_key(path).public_key())


def purpose_of(name: str) -> Purpose:
    """The purpose of this name. KeyError for another one."""
    known: dict[str, Purpose] = {purpose: purpose for purpose in PURPOSES}
    return known[name]


def files(keys: Path) -> list[Path]:
    """Where the private keys lie."""
    return [keys / purpose / KEY_FILE for purpose in PURPOSES]


def missing(keys: Path) -> list[Path]:
    """The private keys that are not there."""
    return [path for path in files(keys) if not path.is_file()]


def exposed(keys: Path) -> list[Path]:
    """The private keys that other accounts of this machine can read."""
    return [path for path in files(keys) if path.is_file() and path.stat().st_mode & 0o077]


def signing_key(purpose: Purpose) -> jose.PrivateKey:
    """The key in use. Raises Unavailable when there is none, or none that can be used."""
    return private_key(settings().keys / purpose / KEY_FILE)


@cache
def private_key(path: Path) -> jose.PrivateKey:
    """Read once a process."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        raise Unavailable("key_missing", path=str(path), command="heyi keys init") from None
    except (ValueError, TypeError):
        raise Unavailable("key_malformed", path=str(path), command="heyi keys init") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Unavailable("key_malformed", path=str(path), command="heyi keys init")
    return key


def published(settings: Settings) -> list[Published]:
    """Every key that ever signed, the oldest first."""
    return [one for purpose in PURPOSES for one in _published(settings.keys / purpose / PUBLIC, purpose)]


def public_keys(settings: Settings, purpose: Purpose) -> dict[str, jose.PublicKey]:
    """The same of one purpose, by kid, ready to verify with."""
    return jose.public_keys({"keys": [one.row() for one in published(settings)]}, purpose=purpose)


def _published(folder: Path, purpose: Purpose) -> list[Published]:
    rows = sorted((json.loads(path.read_bytes()) for path in folder.glob("*.json")), key=lambda row: row["since"])
    times = [datetime.fromisoformat(row.pop("since")) for row in rows]
    ends: list[datetime | None] = [later for _, later in pairwise(times)] + [None]
    return [
        Published(row.pop("kid"), purpose, since, until, row)
        for row, since, until in zip(rows, times, ends, strict=False)
    ]


def _make_one(folder: Path, purpose: Purpose, *, now: datetime) -> Path:
    """The public half is on the disk before the private one can sign: nothing is signed that cannot be checked."""
    key = ec.generate_private_key(ec.SECP256R1())
    kid = jose.kid(key.public_key())
    (folder / PUBLIC).mkdir(parents=True, exist_ok=True, mode=0o700)
    row = {"kid": kid, "since": now.astimezone(UTC).isoformat(), **jose.jwk(key.public_key())}
    _write(folder / PUBLIC / f"{kid}.json", json.dumps(row, indent=1).encode(), mode=0o644)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    fresh = folder / f"{KEY_FILE}.{kid}"
    _write(fresh, pem, mode=0o600)
    fresh.replace(folder / KEY_FILE)
    return folder / KEY_FILE


def _write(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
