"""The signing key in its succession: which one signs, which ones signed before, and how one follows the other."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from certificates.errors import CertificateError
from registration.errors import Conflict
from registration.keys.files import ROOTS, SAMPLE_NAME, SIGNING, passphrase, signing_key
from registration.settings import Settings

if TYPE_CHECKING:
    from certificates.signatures.signer import CertificateFacts, Signer

SOON = timedelta(days=60)
FORMER, NEW = "former", "signing.new"
HERE, EXCHANGE = -100, 2


@dataclass(frozen=True)
class Rotation:
    """`former_root` stays among the trusted ones; the former key itself is in `put_aside`, to be destroyed."""

    present: "CertificateFacts"
    former_root: "CertificateFacts | None" = None
    put_aside: Path | None = None


State = Literal["good", "expires_soon", "expired", "not_yet_valid"]


def state_of(facts: "CertificateFacts", *, now: datetime) -> State:
    """Whether the certificate may sign now, and for how long to come."""
    if now > facts.valid_until:
        return "expired"
    if now < facts.valid_from:
        return "not_yet_valid"
    return "expires_soon" if facts.valid_until - now < SOON else "good"


def days_left(facts: "CertificateFacts", *, now: datetime) -> int:
    """Whole days; less than none for one that has expired."""
    return (facts.valid_until - now).days


def former_roots(settings: Settings) -> list[tuple[Path, "CertificateFacts"]]:
    """The roots put aside, whose papers still verify."""
    return [(path, _facts(path)) for path in sorted((settings.keys / ROOTS).glob("*.pem"))]


def rotate(settings: Settings, *, given: Path | None, now: datetime) -> Rotation:
    """Let a new key take the place of the present one, whose root goes on vouching for its papers.

    `given` is a folder with the files of a key, or a PKCS#12 file; without it a demonstration makes a sample key. The
    new key is tried before anything changes. Raises SigningError, Unavailable, Conflict.
    """
    place = settings.keys / SIGNING
    with _staged(settings.keys / NEW) as folder:
        signer = _tried(folder, settings, given, now)
        if not place.is_dir():
            folder.rename(place)
            return Rotation(signer.facts)
        if _same(place, folder):
            raise Conflict("key_is_installed", path=str(place))
        former_root = _keep_root(place / "root.pem", settings.keys / ROOTS)
        _swap(folder, place)
        aside = settings.keys / FORMER / f"{now:%Y%m%dT%H%M%S%f}"
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        folder.rename(aside)
        return Rotation(signer.facts, former_root, aside)


def _tried(folder: Path, settings: Settings, given: Path | None, now: datetime) -> "Signer":
    """The new key in its staging folder; a refusal names the file that was given, not our copy."""
    try:
        _fill(folder, settings, given, now)
        signer = signing_key(settings, folder=folder)
        signer.require_valid(now)
    except CertificateError as refused:
        if given is not None and "path" in refused.data:
            refused.data["path"] = str(given / Path(refused.data["path"]).name if given.is_dir() else given)
        raise
    return signer


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A private folder beside the present key's, so that renaming is enough; it is deleted after an error."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, settings: Settings, given: Path | None, now: datetime) -> None:
    from certificates.signatures import key_sources
    from certificates.signatures.signer import make_sample_key

    if given is None:
        if not settings.demo:
            raise Conflict("key_not_given", command="heyi keys rotate --from DIR")
        make_sample_key(folder, common_name=SAMPLE_NAME, valid_from=now, passphrase=passphrase(settings))
    elif given.is_dir():
        names = (key_sources.KEY_FILE, key_sources.BUNDLE_FILE, key_sources.CERTIFICATE_FILE, key_sources.ROOT_FILE)
        for name in names:
            if (given / name).is_file():
                _write(folder / name, (given / name).read_bytes())
    else:
        content = given.read_bytes()
        _write(folder / key_sources.BUNDLE_FILE, content)
        _write(folder / key_sources.ROOT_FILE, key_sources.root_of_bundle(content, passphrase=passphrase(settings)))


def _same(place: Path, folder: Path) -> bool:
    names = [path.name for path in folder.iterdir() if path.name.startswith("signer.")]
    return all(
        (place / name).is_file() and (place / name).read_bytes() == (folder / name).read_bytes() for name in names
    )


def _keep_root(root: Path, roots: Path) -> "CertificateFacts":
    facts = _facts(root)
    roots.mkdir(mode=0o755, exist_ok=True)
    kept = roots / f"{facts.fingerprint[:16]}.pem"
    if not kept.exists():
        _write(kept, root.read_bytes())
    return facts


def _swap(new: Path, old: Path) -> None:
    """Atomic if the kernel supports it; otherwise there is a moment without a key, and signatures wait."""
    libc = ctypes.CDLL(None, use_errno=True)
    exchange = getattr(libc, "renameat2", None) if sys.platform == "linux" else None
    if exchange and exchange(HERE, os.fsencode(new), HERE, os.fsencode(old), EXCHANGE) == 0:
        return
    between = old.with_name(f"{old.name}.old")
    old.rename(between)
    new.rename(old)
    between.rename(new)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _facts(path: Path) -> "CertificateFacts":
    from certificates.signatures.key_sources import certificates_in
    from certificates.signatures.signer import CertificateFacts

    return CertificateFacts.of(certificates_in(path)[0])
