"""Which agency objects to what, in few words: for a line of an inbox."""

from collections.abc import Sequence

from flask_babel import gettext as _

from registration.http.context import lang_here, say
from registration.matters import definition_of
from registration.models import Application
from registration.rules.fields import label_of
from registration.rules.marks import part_of, whole_of
from registration.web.present.targets import target_label


def part_label(case: Application, key: str) -> str:
    parts = definition_of(case.definition).parts
    return say(parts.graph[key].label) if parts and key in parts.graph else key


def label_of_target(target: str, *, case: Application, lang: str) -> str:
    """`住所 · 详细地址`, in any language: also for the paper and for the office."""
    whole, part = target_label(whole_of(target), case=case), part_of(target)
    if not part or target.startswith("material."):
        return whole
    key = whole_of(target).partition(".")[2]
    label = label_of(f"{key}.{part}", lang, entity_type=case.entity_type)
    return _("%(whole)s · %(part)s", whole=whole, part=label)


def points_words(case: Application, points: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """`国税登记有异议：住所 · 详细地址` for each open objection, for the line of an inbox."""
    comma, found = _("、"), []
    for key, targets in points:
        part = part_label(case, key)
        where = comma.join(dict.fromkeys(label_of_target(one, case=case, lang=lang_here()) for one in targets))
        found.append(
            _("%(part)s有异议：%(where)s", part=part, where=where) if where else _("%(part)s有异议", part=part)
        )
    return found
