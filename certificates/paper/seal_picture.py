"""The picture of an electronic seal: accepted only if it has the digest that a document names."""

from base64 import b64encode
from hashlib import sha256

from certificates.errors import InvalidParticulars

PNG = b"\x89PNG\r\n\x1a\n"


def seal_address(picture: bytes | None, *, digest: str | None) -> str | None:
    """A `data:` address of the picture (PNG) with this SHA-256; None for a document without a seal.

    Raises InvalidParticulars where picture or digest is missing, or they differ.
    """
    if picture is None and digest is None:
        return None
    if picture is None or not picture.startswith(PNG) or sha256(picture).hexdigest() != digest:
        raise InvalidParticulars("seal.differs", {"field": "seal"})
    return f"data:image/png;base64,{b64encode(picture).decode()}"
