"""Sends stored files: only a file with the recorded digest, under a name that every browser can read."""

from hashlib import sha256
from urllib.parse import quote

import structlog
from flask import Response

from registration.errors import FileAltered
from registration.gateways.storage import Storage

log = structlog.get_logger(__name__)


def stored(storage: Storage, key: str, *, digest: str | None) -> bytes:
    """The file under this key, if it has the digest (SHA-256, hex) that was recorded when it was kept.

    Raises NotFound, Unavailable; FileAltered, which is logged as well: the stored file was changed.
    """
    content = storage.get(key)
    found = sha256(content).hexdigest()
    if found != digest:
        log.error("file.altered", key=key, recorded=digest, found=found)
        raise FileAltered
    return content


def attachment(content: bytes | str, *, filename: str, mimetype: str, digest: str | None = None) -> Response:
    """An answer that a browser saves and never shows in place; `digest` becomes its entity tag."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = disposition(filename)
    if digest is not None:
        answer.set_etag(digest)
    return answer


def disposition(filename: str) -> str:
    """RFC 6266: a plain name for old programs, and the true one as RFC 8187 writes it where it is not plain."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in filename)
    if plain == filename:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
