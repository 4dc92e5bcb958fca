"""The answers of a form in plain Chinese, for paper: each with its label, without what is personal."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from certificates import chinese
from certificates.paper.glyphs import missing
from certificates.paper.papers import TEXT_LENGTH
from registration.rules.choices import choice_text, choices_of
from registration.rules.currencies import labelled
from registration.rules.fields import fields, names_a_person
from registration.rules.languages import OF_PAPERS, said
from registration.rules.regions import address_text
from registration.rules.scope import items_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONTACTS = frozenset({"tax.officer", "social.handler"})
Texts = Iterator[tuple[str, str]]


def answer_texts(section: str, form: Mapping[str, Any], *, entity_type: str) -> Texts:
    """(label, text) of every answer of a section, in order; empty, sensitive and contact fields are left out."""
    content = form[section]
    if not isinstance(content, Mapping):
        return
    for name, value in content.items():
        path = f"{section}.{name}"
        about = fields().get(path)
        if about and not about.sensitive and path not in _CONTACTS and value not in (None, "", [], {}):
            yield labelled(path, form, OF_PAPERS, entity_type=entity_type), answer_text(path, value, form)


def answer_text(path: str, value: Any, form: Mapping[str, Any]) -> str:
    """One answer as text; `path` may have the position in a list or `*`."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        inner = ((f"{path}.{name}", item) for name, item in value.items() if name != "key")
        return "，".join(
            f"{labelled(at, form, OF_PAPERS)}：{answer_text(at, item, form)}" for at, item in inner if item
        )
    if isinstance(value, list | tuple):
        return "、".join(answer_text(f"{path}.*", item, form) for item in value)
    return _one(path, "" if value is None else str(value), form)


def printable(text: str) -> str:
    """The text as a paper can print it: in one line, shortened, a character without a glyph as 〓.

    A file name or a remark must not make a whole document fail.
    """
    seen = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    cut = seen if len(seen) <= TEXT_LENGTH else seen[: TEXT_LENGTH - 1] + "…"
    lacking = frozenset(missing(cut))
    return "".join("〓" if char in lacking else char for char in cut)


def _one(pattern: str, value: str, form: Mapping[str, Any]) -> str:
    if choices_of(pattern):
        return choice_text(pattern, value, OF_PAPERS)
    if names_a_person(pattern):
        people = form.get("people") or ()
        return next((str(one.get("name") or value) for one in people if one.get("key") == value), value)
    if pattern == "scope.items.*":
        return next((said(item, OF_PAPERS) for item in items_of([value])), value)
    if pattern == "domicile.region":
        return address_text(value, "") or value
    if _DAY.fullmatch(value):
        return chinese.day(date.fromisoformat(value))
    return value
