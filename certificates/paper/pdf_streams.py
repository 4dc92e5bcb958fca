"""How the streams of a file are compressed before WeasyPrint writes it."""

import zlib
from functools import lru_cache
from typing import Any

# Bytes of drawing commands; text is always shorter.
ORNAMENT = 100_000
# The best level takes half as long again and saves a thousandth.
LEVEL = 6


def finish_streams(pdf: Any) -> None:
    """Removes the second entry that WeasyPrint makes for the attachment, compresses, and reuses compressed ornament."""
    associated = pdf.catalog.get("AF")
    if associated:
        associated[:] = list(dict.fromkeys(associated))
    for stream in (one for one in pdf.objects if getattr(one, "compress", False)):
        content = b"\n".join(part if isinstance(part, bytes) else _bytes_of(part) for part in stream.stream)
        repeated = len(content) >= ORNAMENT and all(isinstance(part, bytes) for part in stream.stream)
        stream.stream, stream.compress = [_packed(content) if repeated else zlib.compress(content, LEVEL)], False
        stream.extra["Filter"] = "/FlateDecode"


def _bytes_of(part: Any) -> bytes:
    return bytes(part.data) if hasattr(part, "data") else str(part).encode("ascii")


@lru_cache(maxsize=8)
def _packed(content: bytes) -> bytes:
    """Compressed as well as possible. Cached, because streams this long are the same on every sheet."""
    return zlib.compress(content, 9)
