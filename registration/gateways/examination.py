"""Looks into a PDF from a stranger, in a process of its own that may use little time and memory and knows no secret."""

import json
import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certificates.signatures import Signature
from registration.errors import Unavailable

if TYPE_CHECKING:
    from registration.believed import Believed

SECONDS = 20
CPU_SECONDS = 15
MEMORY = 1024 * 1024 * 1024
# A licence has one page, and few more where its scope goes on; what has many is none, and only costs time.
MOST_PAGES = 20
# At once in this process: each may take all the memory that it is allowed.
AT_ONCE = 2
MOST_ANSWER = 2 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
_room = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Examined:
    """What the file is: its digest, what is wrong with it (codes of certificates.verify), what can be told of its
    signature.

    `claimed` is the data attached to it, also where nothing vouches for that. `pdf.too_costly` means that the process
    had to be stopped.
    """

    sha256: str
    problems: tuple[str, ...]
    signature: Signature | None = None
    claimed: dict[str, Any] | None = None


def examine(pdf: bytes, *, sha256: str, believed: "Believed") -> Examined:
    """Judges the file; never raises on a bad one. Unavailable when the examining process itself is broken.

    Where others are being examined all the while, the answer is the same as for a file that takes too long.
    """
    if not _room.acquire(timeout=SECONDS):
        return Examined(sha256, ("pdf.too_costly",))
    try:
        return _examined(pdf, sha256, believed)
    finally:
        _room.release()


def _examined(pdf: bytes, sha256: str, believed: "Believed") -> Examined:
    # Whom to believe goes in front of the file on the same pipe; nothing of either is ever written to a disk.
    parts = {
        "trust_roots": believed.trust_roots,
        "timestamp_roots": believed.timestamp_roots,
        "crls": believed.words.crls,
        "answers": believed.words.answers,
    }
    head = json.dumps({name: [len(one) for one in those] for name, those in parts.items()}).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module, no shell, no argument from outside)
            [sys.executable, "-m", __name__],
            input=b"".join((head, *(one for those in parts.values() for one in those), pdf)),
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Examined(sha256, ("pdf.too_costly",))
    if done.returncode < 0 or done.returncode == _EXHAUSTED:
        return Examined(sha256, ("pdf.too_costly",))
    if done.returncode != 0 or len(done.stdout) > MOST_ANSWER:
        raise Unavailable("examination_failed", exit=done.returncode)
    return _told(json.loads(done.stdout), sha256)


_EXHAUSTED = 3


def _told(answer: dict[str, Any], sha256: str) -> Examined:
    signature = Signature.model_validate(answer["signature"]) if answer["signature"] else None
    return Examined(sha256, tuple(answer["problems"]), signature, answer["claimed"])


def _attached(pdf: bytes) -> dict[str, Any] | None:
    """The data of a licence as the file carries it, true or not."""
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            data = json.loads(document.attachments["licence.json"].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _has_many_pages(pdf: bytes) -> bool:
    """Counted before anything else looks inside; a file whose pages cannot be counted is judged like any other."""
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return len(document.pages) > MOST_PAGES
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RecursionError):
        return False


def _answer(pdf: bytes, parts: dict[str, list[bytes]]) -> dict[str, Any]:
    from certificates.standing import Words
    from certificates.verify import verify

    if _has_many_pages(pdf):
        return {"problems": ["pdf.too_many_pages"], "signature": None, "claimed": None}
    roots = {name: parts[name] for name in ("trust_roots", "timestamp_roots")}
    verdict = verify(pdf, **roots, words=Words(parts["crls"], parts["answers"]))
    claimed = verdict.particulars.model_dump(mode="json", exclude_none=True) if verdict.particulars else None
    return {
        "problems": verdict.problems,
        "signature": verdict.signature.model_dump(mode="json") if verdict.signature else None,
        "claimed": claimed or _attached(pdf),
    }


def _main() -> None:
    """The other end of the pipe."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pipe = sys.stdin.buffer
    sizes = json.loads(pipe.readline())
    parts = {name: [pipe.read(size) for size in those] for name, those in sizes.items()}
    pdf = pipe.read()
    try:
        answer = _answer(pdf, parts)
    except MemoryError:
        sys.exit(_EXHAUSTED)
    sys.stdout.write(json.dumps(answer, default=str))


if __name__ == "__main__":
    _main()
