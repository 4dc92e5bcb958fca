"""What a revision changed, in words: before and after of every field and document."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from registration.edge import lang_here
from registration.queries.casefile import CaseFile
from registration.queries.changes import Change
from registration.rules.fields import label_of
from registration.rules.materials import material_kinds, material_label
from registration.web.present.answers import words_for


@dataclass(frozen=True)
class Pair:
    """Before and after of one field or document."""

    key: str
    label: str
    before: Markup
    after: Markup


def pairs_of(file: CaseFile, changes: Iterable[Change]) -> list[Pair]:
    """The last revision against the one before it, in words."""
    return [_pair(file, change) for change in changes]


def _pair(file: CaseFile, change: Change) -> Pair:
    before, after = (words_for(change.path, value, file.form) for value in (change.before, change.after))
    return Pair(change.path, _label(file, change.path), before, after)


def _label(file: CaseFile, path: str) -> str:
    """The field's label below that of its section or person."""
    chapter, _dot, rest = path.partition(".")
    if chapter == "materials":
        return material_label(rest, lang_here()) if rest in material_kinds() else rest
    label = label_of(path, lang_here())
    person = next((one for one in file.form.get("people", ()) if chapter == "people" and one.get("key") in path), None)
    return f"{person['name']} · {label}" if person else label
