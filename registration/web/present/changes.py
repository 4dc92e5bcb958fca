"""What a revision changed, in words: before and after of every field and document."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from markupsafe import Markup, escape

from registration.http.context import lang_here
from registration.queries.casefile import CaseFile
from registration.queries.changes import Change
from registration.rules.fields import label_of
from registration.rules.materials import material_label
from registration.web.present.answers import words_for


@dataclass(frozen=True)
class Pair:
    """Before and after of one field or document, with the differences marked in each."""

    key: str
    label: str
    before: Markup
    after: Markup
    inline: Markup


def pairs_of(file: CaseFile, changes: Iterable[Change]) -> list[Pair]:
    """The last revision against the one before it, in words."""
    return [_pair(file, change) for change in changes]


def _pair(file: CaseFile, change: Change) -> Pair:
    before, after = (words_for(change.path, value, file.form) for value in (change.before, change.after))
    return Pair(change.path, _label(file, change.path), *_marked(before, after))


def _marked(before: Markup, after: Markup) -> tuple[Markup, Markup, Markup]:
    """Before, after, and both in one line. Only differences are marked; a value with markup is marked as a whole."""
    struck, added = Markup("<del>{}</del>"), Markup("<ins>{}</ins>")
    if Markup("<") in before + after:
        old, new = struck.format(before), added.format(after)
        return old, new, old + " " + new
    was, now = before.unescape(), after.unescape()
    head = _alike(was, now)
    tail = _alike(was[head:][::-1], now[head:][::-1])
    gone, come = _middle(was, struck, head=head, tail=tail), _middle(now, added, head=head, tail=tail)
    first, last = escape(now[:head]), escape(now[len(now) - tail :])
    return first + gone + last, first + come + last, first + gone + come + last


def _alike(one: str, other: str) -> int:
    """How many characters the two have in common at their beginning."""
    return sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle(text: str, element: Markup, *, head: int, tail: int) -> Markup:
    end = len(text) - tail
    return element.format(text[head:end]) if head < end else Markup("")


def _label(file: CaseFile, path: str) -> str:
    """The field's label below that of its section or person."""
    chapter, _dot, rest = path.partition(".")
    if chapter == "materials":
        return material_label(rest, lang_here(), file.case.matter)
    lang, kind = lang_here(), file.case.entity_type
    label = f"{label_of(chapter, lang, entity_type=kind)} · {label_of(path, lang, entity_type=kind)}"
    person = next((one for one in file.form.get("people", ()) if chapter == "people" and one.get("key") in path), None)
    return f"{person['name']} · {label_of(path, lang)}" if person else label
