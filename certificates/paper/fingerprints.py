"""Digests of a document's inputs: the design's files and the fonts."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from certificates.paper.glyphs import FONTS, files


@cache
def fonts_hash() -> str:
    """SHA-256 (hex) over the fonts of licences, computed once per process."""
    return digest_of({name: (FONTS / name).read_bytes() for name in files()})


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) over one line per file, its digest and its name, sorted by name.

    `sha256sum` writes the same lines, so the digest can be checked with standard tools.
    """
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return sha256("".join(lines).encode()).hexdigest()
