"""Compiled forms on disk, so that a process that starts reads what another has compiled.

A file is found by the digest of all that decides about a form; it has that digest and one of its content inside, and
any other file is ignored. Without a folder, and where a folder cannot be used, forms are compiled in each process.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from certificates.paper import glyphs
from certificates.paper.compiled.plain_format import packed, unpacked
from certificates.paper.compiled.shaping import NotShaped, library_versions
from certificates.paper.fingerprints import digest_of

Form = TypeVar("Form")

# Forms in the folder, each some 100 kB: those not used for longest are removed first.
MOST = 600
ENDING, UNFINISHED = ".form", ".part"
# Seconds after which an unfinished file was left by a process that ended while it wrote.
ABANDONED = 600
# Of a digest in hexadecimal.
DIGITS = 64


@dataclass
class _Place:
    folder: Path | None = None


_place = _Place()


def cache_forms_in(folder: Path | None) -> None:
    """Keeps the forms of this process in a folder, which is made when the first one is written; None: on no disk."""
    _place.folder = folder


class FormCache:
    """The forms of a design; `design` is its digest."""

    def __init__(self, design: str) -> None:
        self._design = design

    def read(self, kind: type[Form], key: tuple[Any, ...]) -> Form | None:
        """The form with this key, which has plain values only; None where there is none that can be trusted."""
        folder = _place.folder
        if folder is None or not _is_ours(folder):
            return None
        try:
            name = self._name(kind, key)
            path = folder / (name + ENDING)
            content = path.read_bytes()
            head, body = content[: 2 * DIGITS], content[2 * DIGITS :]
            if head != _head(name, body):
                return None
            form = unpacked(kind, body)
            os.utime(path)
        except (OSError, NotShaped, ValueError, TypeError, LookupError, RecursionError):
            return None
        return form

    def write(self, key: tuple[Any, ...], form: Any) -> None:
        """Keeps a form. A folder that cannot be written to is no fault: the form is only compiled again then."""
        folder = _place.folder
        if folder is None:
            return
        with suppress(OSError, NotShaped):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_ours(folder):
                name, body = self._name(type(form), key), packed(form)
                _write(folder / (name + ENDING), _head(name, body) + body)
                _remove_oldest(folder)

    def _name(self, kind: type[Any], key: tuple[Any, ...]) -> str:
        return hashlib.sha256(repr((_basis(), self._design, kind.__name__, key)).encode()).hexdigest()


def _head(name: str, body: bytes) -> bytes:
    return (name + hashlib.sha256(body).hexdigest()).encode()


@cache
def _basis() -> tuple[str, ...]:
    """What decides about every form: the code that lays out and compiles, its libraries, the fonts.

    Raises NotShaped.
    """
    package = Path(__file__).parents[1]
    code = {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*.py")}
    fonts = {file: glyphs.unpacked(file) for file in (glyphs.TEXT, glyphs.FIXED)}
    return (digest_of(code), digest_of(fonts), version("weasyprint"), version("pydyf"), *library_versions())


def _is_ours(folder: Path) -> bool:
    """Whether only the user of this process may write to the folder."""
    try:
        found = folder.stat()
    except OSError:
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _write(path: Path, content: bytes) -> None:
    """In one step, so that another process finds the whole file or none."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(content)
            file.flush()
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


def _remove_oldest(folder: Path) -> None:
    """Keeps the number of forms below the limit, and removes what a process left that ended while it wrote."""
    forms = sorted(folder.glob("*" + ENDING), key=_used_at)
    abandoned = [one for one in folder.glob("*" + UNFINISHED) if _used_at(one) < time.time() - ABANDONED]
    for one in (*forms[:-MOST], *abandoned):
        one.unlink(missing_ok=True)


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
