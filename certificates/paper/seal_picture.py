"""The picture of an electronic seal: taken only where it is exactly the one that a paper names."""

from base64 import b64encode
from hashlib import sha256

from certificates.errors import InvalidParticulars

PNG = b"\x89PNG\r\n\x1a\n"


def seal_address(picture: bytes | None, *, digest: str | None) -> str | None:
    """A `data:` address of the picture (PNG) whose SHA-256 the paper names; None for a paper without a seal.

    Raises InvalidParticulars where the one stands without the other, or they differ.
    """
    if picture is None and digest is None:
        return None
    if picture is None or not picture.startswith(PNG) or sha256(picture).hexdigest() != digest:
        raise InvalidParticulars("seal.differs", {"field": "seal"})
    return f"data:image/png;base64,{b64encode(picture).decode()}"
