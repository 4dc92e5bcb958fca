"""Sample sheets for whoever looks before deciding: printed by a process of its own, once, and kept beside the files."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from registration.errors import Unavailable
from registration.gateways.storage import Storage
from registration.previews import page_image
from registration.settings import settings

ROOT = Path(__file__).resolve().parent.parent
# Loading fonts takes most of the time; whoever waits is told to come again rather than kept.
SECONDS = 20
# So many at a time and process: requests for samples must not take all of its threads.
AT_ONCE = BoundedSemaphore(2)
PDF = "application/pdf"


def sheet(storage: Storage, kind: str, content: Mapping[str, Any], *, design: str, seal: bytes | None = None) -> bytes:
    """The PDF of a `licence` or a `notice`. Unavailable when it cannot be printed in time.

    A request never renders itself: a renderer that hangs or breaks ends alone, and the web keeps its memory.
    """
    key, _ = _key(kind, content, design)
    if storage.exists(key):
        return storage.get(key)
    if not AT_ONCE.acquire(timeout=SECONDS):
        raise Unavailable("preview")
    try:
        printed = _print(kind, content, design=design, seal=seal)
    finally:
        AT_ONCE.release()
    storage.put(key, printed)
    return printed


def picture(
    storage: Storage, kind: str, content: Mapping[str, Any], *, design: str, seal: bytes | None = None
) -> bytes:
    """Its first page as PNG."""
    key, digest = _key(kind, content, design)
    sheet(storage, kind, content, design=design, seal=seal)
    return page_image(storage, storage_key=key, sha256=digest, content_type=PDF, page=1)


def _key(kind: str, content: Mapping[str, Any], design: str) -> tuple[str, str]:
    """Where it is kept: what it says and its design name it, so another word is another sheet."""
    told = json.dumps([kind, content, design], sort_keys=True, ensure_ascii=False)
    digest = sha256(told.encode()).hexdigest()
    return f"samples/{digest[:2]}/{digest}.pdf", digest


def _print(kind: str, content: Mapping[str, Any], *, design: str, seal: bytes | None) -> bytes:
    own = str(settings().designs) if settings().designs else None
    head = json.dumps({"kind": kind, "content": content, "design": design, "own": own}, ensure_ascii=False).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "registration.print_sample"],
            input=f"{len(head)}\n".encode() + head + (seal or b""),
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("preview") from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise Unavailable("preview", exit=done.returncode)
    return done.stdout
