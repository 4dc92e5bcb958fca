"""Loads the reference data that ships with the package: tables (CSV), lists of words (TXT), texts (YAML)."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from workflows.definition.values import DEFAULTS, Text


def _in_both(text: Text) -> Text:
    if not all(text[lang].strip() for lang in DEFAULTS):
        raise PydanticCustomError("text_missing", "a text in both languages is needed")
    return text


# A text of a row of data, which has both default languages.
Said = Annotated[Text, AfterValidator(_in_both)]


def _text(path: str) -> str:
    return files("registration").joinpath(*path.split("/")).read_text(encoding="utf-8")


@cache
def texts_of_matter(matter: str, name: str) -> Mapping[str, Any]:
    """`matters/<matter>/<name>.yaml`; an empty mapping where the matter has no such file."""
    path = f"matters/{matter}/{name}.yaml"
    return texts(path) if files("registration").joinpath(*path.split("/")).is_file() else MappingProxyType({})


@cache
def texts_of_matters(name: str) -> Mapping[str, Any]:
    """`matters/*/<name>.yaml` as one mapping, for texts whose keys no two matters share."""
    folders = sorted(folder.name for folder in files("registration").joinpath("matters").iterdir() if folder.is_dir())
    return MappingProxyType({key: value for folder in folders for key, value in texts_of_matter(folder, name).items()})


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
    loaded = yaml.safe_load(_text(path))
    if not isinstance(loaded, dict):
        raise TypeError(f"{path} is not a mapping")
    return MappingProxyType(loaded)
