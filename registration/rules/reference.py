"""Loads the reference data that ships with the package: tables (CSV), lists of words (TXT), texts (YAML)."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from workflows.definition.values import DEFAULTS, Text

# The loader in C is ten times faster; not every platform has it, and both give the same.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _in_both(text: Text) -> Text:
    """The text; refused where a language is missing."""
    if not all(text[lang].strip() for lang in DEFAULTS):
        raise PydanticCustomError("text_missing", "a text in both languages is needed")
    return text


# A text of a row of data, which is missing in no language.
Said = Annotated[Text, AfterValidator(_in_both)]


def _text(path: str) -> str:
    return files("registration").joinpath(*path.split("/")).read_text(encoding="utf-8")


@cache
def digest_of(path: str) -> str:
    """SHA-256 of a file below the package, 64 hex digits, as `sha256sum` prints it."""
    return sha256(_text(path).encode()).hexdigest()


def data_lines(text: str) -> Iterator[str]:
    """The lines that carry data; a line that begins with # names the source of the file."""
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of `reference/<name>.csv`, each a read-only mapping from column to text."""
    return tuple(MappingProxyType(row) for row in csv.DictReader(data_lines(_text(f"reference/{name}.csv"))))


@cache
def words(name: str) -> frozenset[str]:
    """Words of `reference/<name>.txt`, several on a line being separated by spaces."""
    return frozenset(word for line in data_lines(_text(f"reference/{name}.txt")) for word in line.split())


@cache
def texts(path: str) -> Mapping[str, Any]:
    """A YAML mapping below the package, such as `reference/messages.yaml`. Not to be changed by callers."""
    loaded = yaml.load(_text(path), Loader=LOADER)  # noqa: S506 - a safe one
    if not isinstance(loaded, dict):
        raise TypeError(f"{path} is not a mapping")
    return MappingProxyType(loaded)
