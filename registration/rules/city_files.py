"""Reads the files of a city's folder and collects every fault with its file and key."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from registration.errors import RegistrationError
from registration.rules.reference import data_lines, texts

Kind = TypeVar("Kind", bound=BaseModel)
COLUMNS = ("code", "name_zh", "short_zh", "name_en", "level")
LEVELS = ("province", "prefecture", "district", "county", "county-city", "placeholder")
LARGEST_DRAWING = 20_000
# Elements of a drawing that is part of every page: shapes and colours, no scripts and no external content.
_ELEMENTS = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_TAG = re.compile(r"<\s*/?\s*([A-Za-z][\w:-]*)([^<>]*)>")
_ACTIVE = re.compile(r"\b(on\w+|href|style|src)\s*=|url\s*\(|&", re.IGNORECASE)
# By the type of Pydantic's error; any other is `malformed`, with Pydantic's message.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "text_missing": "text_missing",
    "string_too_short": "empty",
    "string_type": "text",
    "string_pattern_mismatch": "pattern",
    "literal_error": "choice",
    "enum": "choice",
    "too_short": "no_rows",
    "tuple_type": "not_a_list",
    "model_type": "not_a_mapping",
    "mapping_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
}


@dataclass(frozen=True, slots=True)
class CityFault:
    """One fault in the folder: its file, its key (empty for the whole file), a code and data."""

    file: str
    key: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def sentence(self, lang: str) -> str:
        """The message of the fault; KeyError for a code without one."""
        text: str = texts("reference/city_faults.yaml")[self.code][lang]
        return text.format_map(self.data)


class CityError(RegistrationError):
    """The folder is not valid; `faults` has every fault."""

    code = "city_is_faulty"

    def __init__(self, folder: Path, faults: tuple[CityFault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        super().__init__(folder=str(folder), file=first.file, key=first.key, faults=len(faults))


class FolderReader:
    """Reads the files; an unreadable one gives None, and the reason is in `faults`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[CityFault] = []

    def model(self, kind: type[Kind], file: str) -> Any:
        """A YAML file as one object."""
        raw = self._yaml(file)
        return None if raw is None else self._made(kind, raw, file=file, at="")

    def rows(self, kind: type[Kind], file: str, *, key: str) -> tuple[Any, ...]:
        """A YAML mapping from key to row as a tuple of rows, each with its key in the field named `key`."""
        raw = self._yaml(file) or {}
        made = (self._row(kind, name, row, file=file, key=key) for name, row in raw.items())
        return tuple(row for row in made if row is not None)

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

    def text(self, file: str) -> str | None:
        try:
            return (self.folder / file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            self.fault(file, "", "no_file")
            return None

    def fault(self, file: str, key: str, code: str, **data: Any) -> None:
        self.faults.append(CityFault(file, key, code, data))

    def _yaml(self, file: str) -> dict[Any, Any] | None:
        text = self.text(file)
        if text is None:
            return None
        try:
            raw = yaml.safe_load(text)
        except yaml.YAMLError as broken:
            self.fault(file, "", "not_yaml", reason=" ".join(str(broken).split()))
            return None
        if not isinstance(raw, dict):
            self.fault(file, "", "not_a_mapping")
            return None
        for key in _keys_twice(yaml.compose(text)):
            self.fault(file, key, "twice")
        return raw

    def _row(self, kind: type[Kind], name: Any, row: Any, *, file: str, key: str) -> Kind | None:
        if not isinstance(row, dict):
            self.fault(file, str(name), "not_a_mapping")
            return None
        if key in row:
            self.fault(file, f"{name}.{key}", "unknown")
            return None
        return self._made(kind, {**row, key: name}, file=file, at=str(name))

    def _made(self, kind: type[Kind], raw: Any, *, file: str, at: str) -> Kind | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            self.faults.extend(_faults_of(error, file=file, at=at))
            return None


def _keys_twice(node: Any) -> Iterator[str]:
    """Duplicate keys of a mapping, such as `tax.sees`: YAML would silently use the last."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _keys_twice(child)
    if isinstance(node, yaml.MappingNode):
        keys = [str(key.value) for key, _ in node.value]
        yield from sorted({key for key in keys if keys.count(key) > 1})
        for key, child in node.value:
            yield from (f"{key.value}.{inner}" for inner in _keys_twice(child))


def _faults_of(error: ValidationError, *, file: str, at: str) -> Iterator[CityFault]:
    for one in error.errors(include_url=False, include_input=False):
        # Pydantic marks a fault of a key, such as the tag of a language, with another part of the path.
        key = ".".join(part for part in (at, *map(str, one["loc"])) if part not in ("", "[key]"))
        yield CityFault(file, key, _CODES.get(one["type"], "malformed"), {"reason": one["msg"], **one.get("ctx", {})})
