"""Every text that another language translates, of pages and of data, each with its English as a comment."""

import ast
import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

import certificates
import workflows
from registration.locales import HERE, chapters_of, locale_of, merged, strings_of
from workflows.definition.values import CHINESE, ENGLISH

PROGRAM = HERE.parent
FORMATS = PROGRAM / "reference" / "formats.yaml"
_DATA = ("reference", "matters", "entity_types")
_ROOMS = (PROGRAM, Path(workflows.__path__[0]), Path(certificates.__path__[0]))
# Calls in code that hold a text in the default languages, Chinese first.
_CALLS = frozenset({"pair", "Text", "Words", "About", "ProfileField"})


def write_chapters(folder: Path, lang: str, *, data: Iterable[Path]) -> list[Path]:
    """Writes `<folder>/<lang>/<chapter>.po` with all texts; translations that are there are kept. Returns the files.

    `data` are the folders of the city and of the office's own matters. Raises CatalogueError for an unknown language.
    """
    translated = merged(folder, lang) if chapters_of(folder, lang) else Catalog(locale=locale_of(lang))
    found = []
    for name, english in _chapters([*(PROGRAM / room for room in _DATA), *data]).items():
        chapter = Catalog(locale=locale_of(lang), fuzzy=False)
        for message in english:
            if message.id:
                known = translated.get(message.id)
                comments = [words for words in strings_of(message.string) if words]
                string = known.string if known else None
                chapter.add(message.id, string, flags=message.flags, user_comments=comments)
        path = folder / lang / f"{name}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, chapter, width=120, sort_output=True)
        found.append(path)
    return found


def _chapters(folders: list[Path]) -> dict[str, Catalog]:
    """The English of each chapter. A text that pages and data have in common is in the first alone."""
    pages, formats = merged(), dict(_pairs_in_yaml(FORMATS))
    data = {zh: en for zh, en in chain(_pairs_of_data(folders), _pairs_in_code()) if zh not in pages}
    return {
        "pages": pages,
        "data": _catalogue({zh: en for zh, en in data.items() if zh not in formats}),
        "formats": _catalogue({zh: en for zh, en in formats.items() if zh not in pages}),
    }


def _catalogue(pairs: Mapping[str, str]) -> Catalog:
    found = Catalog(locale=ENGLISH)
    for zh, en in pairs.items():
        found.add(zh, en)
    return found


def _pairs_of_data(folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            yield from _pairs_in_yaml(path)
        for path in sorted(folder.rglob("*.csv")):
            yield from _pairs_in_table(path)


def _pairs_in_yaml(path: Path) -> Iterator[tuple[str, str]]:
    yield from _pairs(yaml.safe_load(path.read_text(encoding="utf-8")))


def _pairs(data: Any) -> Iterator[tuple[str, str]]:
    """Mappings with both languages, also those whose languages have several parts."""
    if isinstance(data, list):
        for one in data:
            yield from _pairs(one)
    if isinstance(data, dict):
        zh, en = data.get(CHINESE), data.get(ENGLISH)
        if isinstance(zh, str) and isinstance(en, str) and zh:
            yield zh, en
        elif isinstance(zh, dict) and isinstance(en, dict):
            yield from ((words, en[part]) for part, words in zh.items())
        for one in data.values():
            yield from _pairs(one)


def _pairs_in_table(path: Path) -> Iterator[tuple[str, str]]:
    """Columns such as `name_zh` with `name_en`."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    for row in csv.DictReader(lines):
        for column, zh in row.items():
            head = column.removesuffix(CHINESE) if column and column.endswith(CHINESE) else None
            if head is not None and zh and row.get(head + ENGLISH):
                yield zh, row[head + ENGLISH]


def _pairs_in_code() -> Iterator[tuple[str, str]]:
    for path in (path for room in _ROOMS for path in sorted(room.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS:
                named = {word.arg: word.value for word in node.keywords}
                words = (*node.args, *(named[lang] for lang in (CHINESE, ENGLISH) if lang in named))[:2]
                texts = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
                if len(texts) == 2 and texts[0]:
                    yield texts[0], texts[1]
