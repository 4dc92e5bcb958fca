"""Tables and changes of tables in words: what differs, what the checker finds, what a plan says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from registration.http.context import lang_here, say
from registration.models import DefinitionChange
from registration.rules.blockers import blocker_text
from registration.web.wording import role_words
from workflows.definition import Definition, Table
from workflows.diagram.svg import draw
from workflows.errors import Blocker
from workflows.versions.diff import Aspect, Plain, TableChange, diff

ZOOMS = (50, 75, 100, 150, 200)
_ROW = re.compile(r"(?P<action>\S+): (?P<source>\S+) -> (?P<target>\S+)(?: if (?P<when>.*))?")
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')


@dataclass(frozen=True)
class TableDifference:
    """One entry that differs: where, which in words and as in the file, and each of its values before and after."""

    kind: str
    place: str
    name: str
    key: str
    values: tuple[tuple[str, str, str], ...]


def drawing(table: Definition, *, zoom: int = 100) -> str:
    """The diagram as SVG, `zoom` per cent of its size."""

    def sized(found: re.Match[str]) -> str:
        width, height = (float(one) * zoom / 100 for one in found.groups())
        return f'width="{width:g}" height="{height:g}"'

    return _SIZE.sub(sized, draw(table, lang=lang_here(), name="flow", say=say), count=1)


def table_differences(old: Definition, new: Definition) -> list[TableDifference]:
    return [_difference(one, old, new) for one in diff(old, new)]


def figures(found: Iterable[TableDifference]) -> list[tuple[str, int]]:
    """How many entries were added, removed and changed, in words."""
    kinds = [one.kind for one in found]
    return [(words, kinds.count(kind)) for kind, words in _kinds().items()]


def kind_tag(kind: str) -> tuple[str, str]:
    """The words and the kind of the tag."""
    return _kinds()[kind], {"added": "ok", "removed": "bad", "changed": "warn"}[kind]


def _kinds() -> dict[str, str]:
    return {"added": _("新增"), "removed": _("删去"), "changed": _("改动")}


def _difference(one: TableChange, old: Definition, new: Definition) -> TableDifference:
    table, part = (old if one.kind == "removed" else new), one.place.partition(".")
    inner: Table | Definition | None = table.parts if part[0] == "parts" else table
    section = part[2] or part[0]
    name = _name(section, one.key, inner) if inner is not None else one.key
    values = tuple((_aspect(value.name), *_sides(value)) for value in one.aspects)
    return TableDifference(one.kind, _place(one.place), name, one.key, values)


def _place(place: str) -> str:
    words = {
        "title": _("事项"),
        "roles": _("角色"),
        "citations": _("依据"),
        "states": _("状态"),
        "actions": _("操作"),
        "rows": _("规则"),
        "clock": _("时限"),
        "parts": _("并联办理"),
        "graph": _("依赖"),
    }
    first, _dot, second = place.partition(".")
    parts = [words.get(one, one) for one in (first, second) if one]
    return " · ".join(parts)


def _name(section: str, key: str, table: Table) -> str:
    if section == "states" and key in table.states:
        return say(table.states[key].label)
    if section == "actions" and key in table.actions:
        return say(table.actions[key].label)
    found = _ROW.fullmatch(key) if section == "rows" else None
    if found is None:
        return key
    action, source, target = (found[name] for name in ("action", "source", "target"))
    label = say(table.actions[action].label) if action in table.actions else action
    return _(
        "%(action)s：%(source)s → %(target)s",
        action=label,
        source=_state(source, table),
        target=_state(target, table),
    )


def _state(key: str, table: Table) -> str:
    return say(table.states[key].label) if key in table.states else key


def _aspect(name: str) -> str:
    words = {
        "by": _("由谁办理"),
        "when": _("必须满足"),
        "if": _("适用于"),
        "then": _("随后进行"),
        "within": _("时限"),
        "limit": _("时限"),
        "asks": _("要填写"),
        "to": _("到哪一状态"),
        "basis": _("依据"),
        "not_same_person_as": _("不能是同一人"),
        "held_by": _("由谁承办"),
        "kind": _("性质"),
        "needs": _("须先办结"),
    }
    return words.get(name, name)


def _sides(one: Aspect) -> tuple[str, str]:
    """Before and after; of two lists only what differs."""
    if one.gone or one.new:
        return _value(one.name, one.gone), _value(one.name, one.new)
    return _value(one.name, one.before), _value(one.name, one.after)


def _value(name: str, value: Plain) -> str:
    if not value:
        return "—"
    if name == "by" and isinstance(value, tuple):
        return role_words(value)
    return ", ".join(value) if isinstance(value, tuple) else value


def obstacle_words(obstacles: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(blocker_text(Blocker(**one), lang_here()) for one in obstacles)


def status_words(change: DefinitionChange) -> tuple[str, str]:
    """The words and the kind of the tag."""
    words = {
        "planning": (_("正在核对"), "warn"),
        "open": (_("等待决定"), "go"),
        "running": (_("正在迁移"), "warn"),
        "done": (_("已经完成"), "ok"),
        "refused": (_("已经退回"), "bad"),
        "withdrawn": (_("已经撤回"), ""),
        "reverting": (_("正在撤回迁移"), "warn"),
        "reverted": (_("迁移已经撤回"), "hold"),
    }
    return words[change.status]


def outcome_words(outcome: str) -> tuple[str, str]:
    words = {
        "planned": (_("可以迁移"), "go"),
        "stays": (_("不能迁移"), "bad"),
        "moved": (_("已经迁移"), "ok"),
        "ended": (_("已经办结，不用迁移"), ""),
        "returned": (_("已经回到原版本"), "hold"),
        "acted": (_("已经继续办理，留在新版本"), "warn"),
    }
    return words[outcome]
