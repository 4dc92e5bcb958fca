"""Pictures of a document's pages: drawn by a short-lived process of little memory, so that a bad file harms only it."""

import subprocess
import sys
from pathlib import Path

from registration.errors import NotFound, Unavailable
from registration.gateways.storage import Storage

CHILD = Path(__file__).with_name("draw_page.py")
SECONDS = 30


def page_image(storage: Storage, *, storage_key: str, sha256: str, content_type: str, page: int) -> bytes:
    """Page `page` (from 1) as PNG, at most 1400 pixels wide. It is drawn once and then kept beside the file.

    Raises NotFound for a page that is not there, Unavailable when it cannot be drawn in time.
    """
    key = f"previews/{sha256[:2]}/{sha256}-{page}.png"
    if storage.exists(key):
        return storage.get(key)
    drawn = draw(storage.get(storage_key), content_type=content_type, page=page)
    storage.put(key, drawn)
    return drawn


def draw(data: bytes, *, content_type: str, page: int) -> bytes:
    """The picture, from a process of its own. The same errors as `page_image`."""
    command = [sys.executable, "-I", str(CHILD), content_type, str(page)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unavailable("preview") from None
    if done.returncode == 0:
        return done.stdout
    raise NotFound(page=page) if done.returncode == 3 else Unavailable("preview")
