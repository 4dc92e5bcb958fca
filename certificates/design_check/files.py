"""Checks a design's files: hashes, references, scripts, fonts. Faults visible only in print are found by
`check_printed_sheets`."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from certificates.design_check.findings import DesignFinding
from certificates.design_check.printed_sheets import check_printed_sheets
from certificates.errors import DesignError
from certificates.paper import glyphs
from certificates.paper.design import Design, folder_of, read, sha256
from certificates.paper.founding_document import PAPER as FOUNDING_DOCUMENT
from certificates.paper.papers import HEADINGS

LARGEST_DATA = 8192
BASE = "https://design.invalid/designs/x/"
_REFERENCES = {
    ".html": re.compile(r"""\b(?:src|href|data|poster|srcset|action|background)\s*=\s*["']?([^"'\s>]+)"""),
    ".css": re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')\s]+)"""),
    ".svg": re.compile(r"""(?:\bhref\s*=\s*["']?|url\(\s*["']?)([^"')\s>]+)"""),
}
_SCRIPTS = re.compile(r"<script\b|\bon[a-z]{3,}\s*=|javascript:|<(?:iframe|object|embed|form)\b", re.IGNORECASE)
_UNRECORDED = re.compile(r"<(text|image|linearGradient|radialGradient|filter|mask|foreignObject|style)\b|\b(opacity)\b")
_FONT = re.compile(r"font(?:-family)?\s*:\s*([^;}]+)")
_QUOTED = re.compile(r"""["']([^"']+)["']""")
_GENERIC = re.compile(r"\b(serif|sans-serif|monospace|cursive|fantasy|system-ui)\b")


def check_files(name: str, *, own: Path | None = None) -> list[DesignFinding]:
    """Every fault of a design; RenderError when no design has this name."""
    try:
        design = read(folder_of(name, own=own))
    except DesignError as broken:
        return [DesignFinding("manifest.broken", "design.yaml", broken.data)]
    return [*by_files(design), *check_printed_sheets(design)]


def by_files(design: Design) -> list[DesignFinding]:
    """The faults that are found without printing."""
    return [*_manifest(design), *_hashes(design), *_contents(design)]


def _manifest(design: Design) -> Iterator[DesignFinding]:
    known = (*HEADINGS, FOUNDING_DOCUMENT, "courtesy")
    for paper in design.manifest.papers:
        if paper not in known:
            yield DesignFinding("manifest.paper", "design.yaml", {"paper": paper, "known": "、".join(known)})
    for font in design.manifest.fonts:
        if font not in (glyphs.TEXT, glyphs.FIXED):
            yield DesignFinding("font.not_packaged", "design.yaml", {"font": font})


def _hashes(design: Design) -> Iterator[DesignFinding]:
    for file, expected in design.manifest.files.items():
        if file not in design.contents:
            yield DesignFinding("file.missing", file, {"design": design.name})
        elif sha256(design.contents[file]) != expected:
            yield DesignFinding("file.changed", file, {"design": design.name})
    for file in design.contents.keys() - design.manifest.files.keys():
        yield DesignFinding("file.unlisted", file, {"design": design.name})


def _contents(design: Design) -> Iterator[DesignFinding]:
    for file, content in sorted(design.contents.items()):
        kind = Path(file).suffix.lower()
        if kind in _REFERENCES:
            text = content.decode("utf-8", errors="replace")
            yield from _references(design, file, text)
            if script := _SCRIPTS.search(text):
                yield DesignFinding("script.inline", file, {"found": script[0]})
            yield from _pictures(file, text) if kind == ".svg" else _fonts(design, file, text)


def _references(design: Design, file: str, text: str) -> Iterator[DesignFinding]:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for address in dict.fromkeys(_REFERENCES[Path(file).suffix.lower()].findall(text)):
        if not _is_inside(design, address):
            yield DesignFinding("reference.external", file, {"address": address[:120], "maximum": LARGEST_DATA})


def _is_inside(design: Design, address: str) -> bool:
    """An address that the template fills in is checked when it is printed."""
    if address.startswith(("#", "{{")):
        return True
    if address.startswith("data:"):
        return len(address) <= LARGEST_DATA
    whole = urljoin(BASE, address)
    known = {urljoin(BASE, f"../../fonts/{font}") for font in design.fonts()}
    return whole in known or whole.removeprefix(BASE) in design.contents


def _pictures(file: str, text: str) -> Iterator[DesignFinding]:
    for found in dict.fromkeys(match[1] or match[2] for match in _UNRECORDED.finditer(text)):
        yield DesignFinding("picture.recorded", file, {"found": found})


def _fonts(design: Design, file: str, text: str) -> Iterator[DesignFinding]:
    asked = [value for match in _FONT.finditer(text) for value in (*_QUOTED.findall(match[1]), *_generic(match[1]))]
    for font in dict.fromkeys(asked):
        if font not in design.families():
            yield DesignFinding("font.not_packaged", file, {"font": font})


def _generic(value: str) -> list[str]:
    """Generic families (named without quotes), whose font depends on the machine."""
    return [str(name) for name in _GENERIC.findall(_QUOTED.sub("", value))]
