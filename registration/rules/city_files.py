"""Reads the other files of a city's folder: its table of regions, its words, its drawings."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from registration.errors import RegistrationError
from registration.rules.folder_files import FolderFault, FolderReader
from registration.rules.reference import data_lines

COLUMNS = ("code", "name_zh", "short_zh", "name_en", "level")
WORDS_AND_ITEMS = ("words", "items")
LEVELS = ("province", "prefecture", "district", "county", "county-city", "placeholder")
LARGEST_DRAWING = 20_000
# Elements of a drawing that is part of every page: shapes and colours, no scripts and no external content.
_ELEMENTS = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_TAG = re.compile(r"<\s*/?\s*([A-Za-z][\w:-]*)([^<>]*)>")
_ACTIVE = re.compile(r"\b(on\w+|href|style|src)\s*=|url\s*\(|&", re.IGNORECASE)


class CityError(RegistrationError):
    """The folder is not valid; `faults` has every fault."""

    code = "city_is_faulty"

    def __init__(self, folder: Path, faults: tuple[FolderFault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        super().__init__(folder=str(folder), file=first.file, key=first.key, faults=len(faults))


class CityReader(FolderReader):
    """Reads a city's folder."""

    def table(self, file: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a CSV file of regions."""
        text = self.text(file)
        if text is None:
            return ()
        rows = list(csv.DictReader(data_lines(text)))
        for row in rows:
            if set(row) != set(COLUMNS) or None in row.values():
                self.fault(file, str(row.get("code")), "columns", columns=", ".join(COLUMNS))
            elif not re.fullmatch("[0-9]{6}", row["code"]) or row["level"] not in LEVELS:
                self.fault(file, row["code"], "region", levels=", ".join(LEVELS))
        return tuple(MappingProxyType(row) for row in rows)

    def scope_words(self, file: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a file like reference/scope_words.csv; it is optional."""
        if not (self.folder / file).exists():
            return ()
        rows = list(csv.DictReader(data_lines(self.text(file) or "")))
        for row in rows:
            if set(row) != set(WORDS_AND_ITEMS) or not all(row.values()):
                self.fault(file, str(row.get("words")), "columns", columns=", ".join(WORDS_AND_ITEMS))
        return tuple(MappingProxyType(row) for row in rows)

    def words(self, file: str) -> frozenset[str]:
        """The content of a text file."""
        return frozenset(word for line in data_lines(self.text(file) or "") for word in line.split())

    def drawing(self, file: str) -> str:
        """An SVG that may be part of a page."""
        text = (self.text(file) or "<svg/>").strip()
        known = all(tag in _ELEMENTS and not _ACTIVE.search(rest) for tag, rest in _TAG.findall(text))
        left = _TAG.sub("", text).strip()
        if len(text) > LARGEST_DRAWING or not text.startswith("<svg") or left or not known:
            self.fault(file, "", "drawing", elements=", ".join(sorted(_ELEMENTS)))
        return text
