"""A YAML text as plain data with the place of every value, so that an error can name line and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from workflows.errors import DefinitionError, Problem

Path = tuple[str | int, ...]

# The loader in C reads a table some eight times faster; not every platform has it, and both give the same nodes.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """``data`` holds str, list and dict only: every scalar is text, so that `no`, `on` and `=` are not converted."""

    file: str
    data: object
    places: Mapping[Path, tuple[int, int]]

    def problem(self, path: Path, message: str, *, code: str = "malformed", **data: str) -> Problem:
        """A problem at the deepest value on the path that the file contains."""
        line, column = self._at(path)
        text = f"{_dotted(path)}: {message}" if path else message
        return Problem(self.file, line, column, text, _dotted(path), code, {"reason": message, **data})

    def locate(self, place: str) -> tuple[int, int]:
        """Line and column of a place such as ``rows.3``; of its nearest parent where the file has no such place."""
        return self._at(tuple(int(step) if step.isdecimal() else step for step in place.split(".")))

    def _at(self, path: Path) -> tuple[int, int]:
        known = next(path[:length] for length in range(len(path), -1, -1) if path[:length] in self.places)
        return self.places[known]


def read(text: str, *, file: str) -> Source:
    """Read one YAML document; raises DefinitionError for invalid YAML and for duplicate keys."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise DefinitionError([_broken(file, error)]) from error
    reader = _Reader(file)
    data = reader.value(node, ()) if node is not None else {}
    if reader.problems:
        raise DefinitionError(reader.problems)
    return Source(file, data, {(): (1, 1), **reader.places})


def _broken(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    reason = getattr(error, "problem", None) or "not YAML"
    return Problem(file, line + 1, column + 1, reason, code="not_yaml", data={"reason": reason})


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


@dataclass(slots=True)
class _Reader:
    file: str
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, path: Path) -> object:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.places.setdefault(path, (line, column))
        if id(node) in self.seen:
            # An alias may contain itself, and a reader of the row does not see what it holds.
            message = f"{_dotted(path)}: write it out, without an alias"
            self.problems.append(Problem(self.file, line, column, message, _dotted(path), "alias"))
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        return node.value

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, child in node.value:
            key = str(key_node.value)
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if key in seen:
                place = _dotted((*path, key))
                self.problems.append(Problem(self.file, line, column, f"{place}: stands here twice", place, "twice"))
            seen.add(key)
            self.places[(*path, key)] = (line, column)
            yield key, self.value(child, (*path, key))
