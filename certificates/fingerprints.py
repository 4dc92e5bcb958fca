"""What a licence was made of, as digests: the design's files and the fonts, each read once a process."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from certificates.glyphs import FIXED, FONTS, TEXT
from certificates.sheets import DESIGNS, templates


@cache
def design_hash(design: str) -> str:
    """SHA-256 (hex) over every file of the design's folder. Raises RenderError for a design that is not there."""
    templates(design)
    folder = DESIGNS / design
    return digest_of(folder, (path for path in folder.rglob("*") if _belongs(path)))


@cache
def fonts_hash() -> str:
    """SHA-256 (hex) over the fonts that licences are set in."""
    return digest_of(FONTS, (FONTS / name for name in (TEXT, FIXED)))


def digest_of(folder: Path, files: Iterable[Path]) -> str:
    """One digest of several files: a line for each, its own digest and its name below `folder`, sorted by name.

    `sha256sum` writes the same lines, so that anybody can make the digest with the tools of any system.
    """
    named = sorted((path.relative_to(folder).as_posix(), path) for path in files)
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in named)
    return sha256("".join(lines).encode()).hexdigest()


def _belongs(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts
