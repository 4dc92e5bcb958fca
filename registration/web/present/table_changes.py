"""The differences between two versions of a table in words, for everybody."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import lang_here, say
from registration.matters import definition_of, shipped
from registration.rules.duties import duty_rows
from registration.rules.kinds import Regime
from registration.rules.languages import joined
from registration.web.present.kinds import regime_words
from registration.web.present.lists import limit_words
from registration.web.present.papers import PAPERS
from workflows.definition import Definition
from workflows.definition.values import Limit
from workflows.versions.diff import Aspect, TableChange, diff

_ROW = re.compile(r"(?P<action>\w+): (?P<source>\w+) -> (?P<target>\w+)")
_LIMIT = re.compile(r"[0-9]{1,4}(wd|d)")
_PLACES = {
    "title": _l("名称"),
    "roles": _l("岗位"),
    "citations": _l("依据"),
    "states": _l("环节"),
    "actions": _l("办理事项"),
    "rows": _l("办理规则"),
    "clock": _l("办理期限"),
    "parts": _l("部门事项"),
    "parts.states": _l("部门事项的环节"),
    "parts.actions": _l("部门事项的办理"),
    "parts.rows": _l("部门事项的规则"),
    "parts.graph": _l("部门事项的顺序"),
}
_KINDS = {"added": _l("增加"), "removed": _l("取消"), "changed": _l("修改")}
_ASPECTS = {
    "by": _l("由谁办理"),
    "holder": _l("等谁办理"),
    "when": _l("条件"),
    "if": _l("适用情形"),
    "then": _l("结果"),
    "basis": _l("依据"),
    "within": _l("期限"),
    "limit": _l("期限"),
    "to": _l("下一环节"),
    "from": _l("从哪个环节"),
    "concerns": _l("通知谁"),
    "asks": _l("要填写的内容"),
    "not_same_person_as": _l("不得由同一人办理"),
    "runs_in": _l("计时的环节"),
    "excluded": _l("不计时的环节"),
    "escalates_to": _l("超期报告给谁"),
}
# The conditions by which tables choose among rows, and what effects do, by their chapter.
_CONDITIONS = {
    "five_numbers": _l("一照五号的申请"),
    "two_person": _l("两人办理的申请"),
    "misuse_reported": _l("有人报告冒用的申请"),
    "misuse_is_reported": _l("有人报告冒用"),
    "not_own_case": _l("办理的人与申请无关"),
    "is_in_jurisdiction": _l("在本登记机关辖区内"),
    "licence_is_parked": _l("执照多次制作失败"),
    "hold_paper_is_attached": _l("写明文书的名称和编号"),
}
_EFFECTS = {"paper": _l("出具"), "notify": _l("发出通知"), "issue": _l("制作执照"), "licence": _l("停止制作执照")}


@dataclass(frozen=True)
class ChangeLine:
    """One difference: what was done, to what, and in which respects."""

    kind: str
    name: str
    aspects: tuple[str, ...]


@dataclass(frozen=True)
class VersionStep:
    """A version and what it changed in the one before it, by section; `checksum` is that of its table."""

    key: str
    version: int
    checksum: str
    sections: Mapping[str, Sequence[ChangeLine]]


def versions_of(matter: str) -> list[VersionStep]:
    """The newest first; the first version has no differences."""
    tables = [definition_of(key) for key in shipped() if key.partition("@")[0] == matter]
    tables.sort(key=lambda table: table.version)
    before = [None, *tables[:-1]]
    steps = [_step(old, new) for old, new in zip(before, tables, strict=True)]
    return steps[::-1]


def _step(old: Definition | None, new: Definition) -> VersionStep:
    found: dict[str, list[ChangeLine]] = {}
    for change in diff(old, new) if old else ():
        lines = found.setdefault(str(_PLACES.get(change.place, change.place)), [])
        line = _line(change, _Words(old, new))
        if line not in lines:
            lines.append(line)
    return VersionStep(f"{new.matter}@{new.version}", new.version, new.content_hash, found)


class _Words:
    """The words of keys that either table has; a key without any stays as it is."""

    def __init__(self, old: Definition | None, new: Definition) -> None:
        self.known: dict[str, str] = {}
        for table in (old, new):
            for one in (table, table.parts if table else None):
                if one is not None:
                    self.known |= {key: say(state.label) for key, state in one.states.items()}
                    self.known |= {key: say(action.label) for key, action in one.actions.items()}
            if table is not None:
                self.known |= {key: say(words) for key, words in (*table.roles.items(), *table.citations.items())}
        self.known |= {key: say(words) for key, words in duty_rows().conditions.items()}

        self.known |= {regime: regime_words(regime) for regime in Regime}
        self.known |= {key: str(words) for key, words in _CONDITIONS.items()}

    def of(self, key: str) -> str:
        if _LIMIT.fullmatch(key):
            return limit_words(Limit.model_validate(key))
        chapter, _dot, name = key.partition(".")
        if name:
            effect = str(_EFFECTS.get(chapter, _("由系统处理")))
            return f"{effect}{joined('words', lang_here(), ('', ''))}{PAPERS[name]}" if name in PAPERS else effect
        if key.startswith("not "):
            return _("不是%(condition)s", condition=self.of(key.removeprefix("not ")))
        return self.known.get(key, key)


def _line(change: TableChange, words: _Words) -> ChangeLine:
    return ChangeLine(str(_KINDS[change.kind]), _named(change, words), tuple(_aspects(change.aspects, words)))


def _named(change: TableChange, words: _Words) -> str:
    found = _ROW.match(change.key)
    if found is None:
        return words.of(change.key)
    action, source, target = (words.of(found[name]) for name in ("action", "source", "target"))
    if source == target:
        return _("%(action)s（在“%(state)s”）", action=action, state=source)
    return _("%(action)s：从“%(source)s”到“%(target)s”", action=action, source=source, target=target)


def _aspects(aspects: Sequence[Aspect], words: _Words) -> Iterator[str]:
    comma = _("、")
    for one in aspects:
        name = str(_ASPECTS.get(one.name, _("文字")))
        gone, new = (comma.join(words.of(key) for key in keys) for keys in (one.gone, one.new))
        if gone:
            yield _("%(name)s：取消%(words)s", name=name, words=gone)
        if new:
            yield _("%(name)s：增加%(words)s", name=name, words=new)
        if not gone and not new:
            before, after = (_value(value, words) for value in (one.before, one.after))
            yield _("%(name)s：由%(before)s改为%(after)s", name=name, before=before, after=after)


def _value(value: str | tuple[str, ...] | None, words: _Words) -> str:
    if value is None:
        return _("没有")
    return _("、").join(words.of(one) for one in value) if isinstance(value, tuple) else words.of(value)
