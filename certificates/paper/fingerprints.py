"""What a paper was made of, as digests: of a design's files, and of the fonts."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from certificates.paper.glyphs import FONTS, files


@cache
def fonts_hash() -> str:
    """SHA-256 (hex) over the font files that licences are set in, read once a process."""
    return digest_of({name: (FONTS / name).read_bytes() for name in files()})


def digest_of(files: Mapping[str, bytes]) -> str:
    """One digest of several files: a line for each, its own digest and its name, sorted by name.

    `sha256sum` writes the same lines, so that anybody can make the digest with the tools of any system.
    """
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return sha256("".join(lines).encode()).hexdigest()
