"""Pictures of a document's pages, drawn in the sandbox: a harmful file does no damage, and is tried once."""

from importlib.metadata import version

from registration.documents.downloads import stored
from registration.errors import NotFound
from registration.gateways.sandbox import Limits, TooCostly, run
from registration.gateways.storage import Storage

LIMITS = Limits(cpu_seconds=6, seconds=8.0, memory=1024 * 1024 * 1024, answer=32 * 1024 * 1024)


def page_image(storage: Storage, *, storage_key: str, sha256: str, content_type: str, page: int) -> bytes:
    """Page `page` (from 1) as PNG, at most 1400 pixels wide. It is drawn once and then kept beside the file.

    Raises NotFound: for a page that is not there, and `preview_impossible` for one that cannot be drawn, which is kept
    in mind as well; Unavailable when there is no room to draw it now.
    """
    key = f"previews/{sha256[:2]}/{sha256}-{page}.png"
    if storage.exists(key):
        return storage.get(key)
    # A later version of the reader may be able to draw it.
    failed = f"previews/{sha256[:2]}/{sha256}-{page}.failed-{version('pypdfium2')}"
    if storage.exists(failed):
        raise NotFound("preview_impossible", page=page)
    try:
        drawn = draw(stored(storage, storage_key, digest=sha256), content_type=content_type, page=page)
    except NotFound as error:
        if error.reason == "preview_impossible":
            storage.put(failed, b"failed\n")
        raise
    storage.put(key, drawn)
    return drawn


def draw(data: bytes, *, content_type: str, page: int) -> bytes:
    """The picture, from a process of its own. The same errors as `page_image`."""
    try:
        answer = run("page", data, limits=LIMITS, parameters={"content_type": content_type, "page": page})
    except TooCostly:
        raise NotFound("preview_impossible", page=page) from None
    if answer.data["broken"]:
        raise NotFound("preview_impossible", page=page)
    if not answer.data["found"]:
        raise NotFound(page=page)
    return answer.content
