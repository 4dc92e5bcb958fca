"""A design: a folder of HTML, CSS and pictures with a manifest of what it prints and each file's hash."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from certificates.errors import DesignError, RenderError
from certificates.paper.fingerprints import digest_of
from certificates.paper.glyphs import FIXED, TEXT
from certificates.particulars import EntityType, Style

DESIGNS = Path(__file__).parents[1] / "designs"
MANIFEST = "design.yaml"
# The files of a design; others in its folder (the script that drew the ornament) are never read.
KINDS = frozenset({".html", ".css", ".svg", ".png", ".jpg", ".jpeg"})
LARGEST = 2 * 1024 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_FACE = re.compile(r"""@font-face\s*\{[^}]*font-family:\s*["']?([^"';}]+)""")


class Title(BaseModel):
    """The design's name for people, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class Manifest(BaseModel):
    """`design.yaml`. `serves` names the entity types of each style, `papers` the other papers; with `en` among its
    languages it has an English summary. A `sample` design prints only samples. `files` gives each SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=f"^{_NAME.pattern}$")
    title: Title
    version: str
    languages: tuple[Literal["zh", "en"], ...] = ("zh",)
    serves: Mapping[Style, tuple[EntityType, ...]] = {}
    papers: tuple[str, ...] = ()
    fonts: tuple[str, ...] = (TEXT, FIXED)
    sample: bool = False
    files: Mapping[str, str] = {}


@dataclass(frozen=True, eq=False)
class Design:
    """A design in memory: prints the bytes that were checked against the hashes, even if the folder changes later."""

    folder: Path
    manifest: Manifest
    contents: Mapping[str, bytes]

    @property
    def name(self) -> str:
        return self.manifest.name

    def text(self, file: str) -> str:
        """A file of the design as text."""
        return self.contents[file].decode("utf-8")

    def fonts(self) -> tuple[str, ...]:
        """The fonts of this package that it uses; it has no others."""
        return tuple(font for font in self.manifest.fonts if font in (TEXT, FIXED))

    def families(self) -> frozenset[str]:
        """The families that its style sheets define."""
        sheets = "".join(self.text(file) for file in self.contents if file.endswith(".css"))
        return frozenset(match[1] for match in _FACE.finditer(sheets))

    def digest(self) -> str:
        """One digest of all its files; it identifies the design of a printed document."""
        return digest_of(self.contents)

    def require(self, *, style: Style, entity_type: EntityType, sample: bool) -> None:
        """Raises DesignError for a licence that this design does not print."""
        if entity_type not in self.manifest.serves.get(style, ()):
            raise DesignError("design.not_served", {"design": self.name, "style": style, "entity_type": entity_type})
        self.refuse_unmarked(sample=sample)

    def require_paper(self, kind: str, *, sample: bool) -> None:
        """The same for another document, or the English summary."""
        if kind not in self.manifest.papers:
            raise DesignError("design.not_served", {"design": self.name, "paper": kind})
        self.refuse_unmarked(sample=sample)

    def refuse_unmarked(self, *, sample: bool) -> None:
        """Raises DesignError when a sample design is asked for a document that is no sample."""
        if self.manifest.sample and not sample:
            raise DesignError("design.only_samples", {"design": self.name})


def design_folders(own: Path | None) -> tuple[Path, ...]:
    """Folders of designs: those of this package, then the office's own, which cannot replace one of the package."""
    return (DESIGNS,) if own is None else (DESIGNS, own)


def names(*, own: Path | None = None) -> list[str]:
    """The names of all designs."""
    found = {path.parent.name for shelf in design_folders(own) for path in shelf.glob(f"*/{MANIFEST}")}
    return sorted(name for name in found if _NAME.fullmatch(name))


def folder_of(name: str, *, own: Path | None = None) -> Path:
    """The folder of a design; RenderError when no design has this name."""
    if _NAME.fullmatch(name):
        for shelf in design_folders(own):
            if (shelf / name / MANIFEST).is_file():
                return shelf / name
    raise RenderError("render.unknown_design", {"design": name[:40]})


@cache
def find(name: str, *, own: Path | None = None) -> Design:
    """A design whose files match its manifest; DesignError when a file is changed or missing."""
    design = read(folder_of(name, own=own))
    for file, expected in design.manifest.files.items():
        if file not in design.contents:
            raise DesignError("design.file_missing", {"design": name, "file": file})
        if sha256(design.contents[file]) != expected:
            raise DesignError("design.file_changed", {"design": name, "file": file})
    listed = {file: design.contents[file] for file in design.manifest.files}
    return Design(design.folder, design.manifest, listed)


def read(folder: Path) -> Design:
    """A design as it is in its folder, unchecked."""
    try:
        raw = yaml.safe_load((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest.model_validate(raw)
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as broken:
        raise DesignError("design.manifest", {"design": folder.name, "reason": _first_line(broken)}) from None
    if manifest.name != folder.name:
        raise DesignError("design.manifest", {"design": folder.name, "reason": f"name: {manifest.name}"})
    return Design(folder, manifest, {str(path.relative_to(folder)): path.read_bytes() for path in _files(folder)})


def record(design: Design) -> list[str]:
    """Writes the hashes of the folder's files into its manifest, whose other lines stay; returns the changed names."""
    path = design.folder / MANIFEST
    found = {name: sha256(content) for name, content in sorted(design.contents.items())}
    head = path.read_text(encoding="utf-8").partition("\nfiles:")[0].rstrip()
    path.write_text(head + "\nfiles:\n" + "".join(f"  {name}: {digest}\n" for name, digest in found.items()), "utf-8")
    known = design.manifest.files
    return sorted(name for name in found.keys() | known.keys() if found.get(name) != known.get(name))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _files(folder: Path) -> list[Path]:
    """The files of the folder, without links to files elsewhere."""
    inside = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in KINDS and path.is_file())
    root = folder.resolve()
    return [path for path in inside if path.resolve().is_relative_to(root) and path.stat().st_size <= LARGEST]


def _first_line(broken: Exception) -> str:
    if isinstance(broken, ValidationError):
        first = broken.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(broken).splitlines()[0]
