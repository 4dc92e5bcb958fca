"""Reads the YAML files of a folder of data into typed rows and collects every fault with its file, key and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from registration.rules.reference import LOADER, texts
from workflows.errors import Problem

Kind = TypeVar("Kind", bound=BaseModel)
# The part of a row that gathers its text by language; see matter_shapes.py.
WORDS = "(words)"
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
    "model_attributes_type": "not_a_mapping",
    "mapping_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "placeholder": "placeholder",
}
# What a table names, in Chinese.
_KINDS = {
    "role": "角色",
    "state": "状态",
    "stage": "阶段",
    "action": "事项",
    "citation": "依据",
    "part": "部门事项",
    "guard": "守卫",
}
# Codes of mistakes in a table that have the same name here.
_OF_TABLES = frozenset({"not_yaml", "twice", "alias", "dangling", "version"})


class Closed(BaseModel):
    """Base of the rows: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class FolderFault:
    """One fault in a folder: its file, its key (empty for the whole file), a code and data."""

    file: str
    key: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        """File and key in one text, as a person looks for them."""
        return f"{self.file}: {self.key}" if self.key else self.file

    def sentence(self, lang: str) -> str:
        """What is wrong and what to do; KeyError for a code without a text."""
        text: str = texts("reference/folder_faults.yaml")[self.code][lang]
        return text.format_map(self.data)


def fault_of(problem: Problem) -> FolderFault:
    """A mistake in a table's file as a fault."""
    code = problem.code if problem.code in _OF_TABLES else _CODES.get(problem.code, "malformed")
    kind = problem.data.get("kind", "")
    return FolderFault(problem.file, problem.place, code, {**problem.data, "kind_zh": _KINDS.get(kind, kind)})


class FolderReader:
    """Reads the files; an unreadable one gives None, and the reason is in `faults`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[FolderFault] = []

    def model(self, kind: type[Kind], file: str) -> Any:
        """A YAML file as one object."""
        raw = self._yaml(file)
        return None if raw is None else self._made(kind, raw, file=file, at="")

    def rows(self, kind: type[Kind], file: str, *, key: str | None = None) -> tuple[Any, ...]:
        """A YAML mapping from key to row as a tuple of rows, each with its key in the field named `key`."""
        return tuple(self.mapping(kind, file, key=key).values())

    def optional_rows(self, kind: type[Kind], file: str, *, key: str) -> tuple[Any, ...]:
        """The same of a file that need not exist."""
        return self.rows(kind, file, key=key) if (self.folder / file).exists() else ()

    def mapping(self, kind: type[Kind], file: str, *, key: str | None = None) -> dict[str, Any]:
        """The same by key. Without `key` a row does not know its own."""
        raw = self._yaml(file) or {}
        made = {str(name): self._row(kind, name, row, file=file, key=key) for name, row in raw.items()}
        return {name: row for name, row in made.items() if row is not None}

    def text(self, file: str) -> str | None:
        try:
            return (self.folder / file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            self.fault(file, "", "no_file")
            return None

    def fault(self, file: str, key: str, code: str, **data: Any) -> None:
        self.faults.append(FolderFault(file, key, code, data))

    def _yaml(self, file: str) -> dict[Any, Any] | None:
        text = self.text(file)
        if text is None:
            return None
        try:
            raw, twice = _parsed(text)
        except (yaml.YAMLError, ValueError) as broken:
            self.fault(file, "", "not_yaml", reason=" ".join(str(broken).split()))
            return None
        if not isinstance(raw, dict):
            self.fault(file, "", "not_a_mapping")
            return None
        for key in twice:
            self.fault(file, key, "twice")
        return raw

    def _row(self, kind: type[Kind], name: Any, row: Any, *, file: str, key: str | None) -> Kind | None:
        if not isinstance(row, dict):
            self.fault(file, str(name), "not_a_mapping")
            return None
        if key is not None and key in row:
            self.fault(file, f"{name}.{key}", "unknown")
            return None
        return self._made(kind, row if key is None else {**row, key: name}, file=file, at=str(name))

    def _made(self, kind: type[Kind], raw: Any, *, file: str, at: str) -> Kind | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            self.faults.extend(_faults_of(error, file=file, at=at))
            return None


def _parsed(text: str) -> tuple[Any, list[str]]:
    """The content and its duplicate keys, which `yaml.load` does not give out: only the nodes have both of two keys."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        twice = list(_keys_twice(node))
        return (None if node is None else loader.construct_document(node)), twice
    finally:
        loader.dispose()


def line_of(path: Path, key: str) -> int:
    """The line, from one, of a key such as `sections.0.label`, or of the nearest one around it that the file has."""
    try:
        node, line = yaml.compose(path.read_text(encoding="utf-8")), 1
    except (OSError, ValueError, yaml.YAMLError):
        return 1
    for step in key.split("."):
        below = dict(_children(node))
        if step not in below:
            break
        line, node = below[step]
    return line


def _children(node: yaml.Node | None) -> Iterator[tuple[str, tuple[int, yaml.Node]]]:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield str(key.value), (key.start_mark.line + 1, child)
    elif isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            yield str(number), (child.start_mark.line + 1, child)


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


def _faults_of(error: ValidationError, *, file: str, at: str) -> Iterator[FolderFault]:
    for one in error.errors(include_url=False, include_input=False):
        # Pydantic marks a fault of a key, such as the tag of a language, with another part of the path.
        key = ".".join(part for part in (at, *map(str, one["loc"])) if part not in ("", WORDS, "[key]"))
        yield FolderFault(file, key, _CODES.get(one["type"], "malformed"), {"reason": one["msg"], **one.get("ctx", {})})
