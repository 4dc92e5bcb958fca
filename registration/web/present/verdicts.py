"""The verdict on a name as text: the parts, similar names, the reason, the article, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import lang_here, say
from registration.rules.names import Finding, NameVerdict, Severity, basis_text, finding_text
from registration.rules.names_verdict import status_words

WORDS = {
    "pass": (_l("可以使用"), "ok"),
    "warn": (_l("可以使用，有近似名称"), "warn"),
    "manual": (_l("需要人工审查"), "warn"),
    "reject": (_l("不能使用"), "bad"),
}
PARTS = (
    ("region", _l("区划")),
    ("trade", _l("字号")),
    ("industry", _l("行业")),
    ("form", _l("形式")),
)


@dataclass(frozen=True, slots=True)
class NamePartLine:
    """One part of the name; `hit` when a finding concerns it, `text` empty when it is still missing."""

    text: str
    label: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """A conflicting or similar name, with its status and the reason."""

    name: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class NameVerdictText:
    """What a page shows; `needs_consent` when a near name must be accepted in writing, `needs_decision` when a person
    decides on the name."""

    kind: str
    words: str
    tag: str
    full: str
    parts: tuple[NamePartLine, ...]
    faults: tuple[str, ...]
    likenesses: tuple[Likeness, ...]
    basis: str
    needs_consent: bool
    needs_decision: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not simply free."""
        return (*self.faults, *(one.why for one in self.likenesses))


def verdict_in_words(verdict: NameVerdict) -> NameVerdictText:
    words, tag = (_("还没有写完整"), "") if _is_unfinished(verdict) else WORDS[verdict.verdict]
    return NameVerdictText(
        kind=verdict.verdict,
        words=str(words),
        tag=tag,
        full=verdict.parts.full,
        parts=tuple(_parts(verdict)),
        faults=tuple(finding_text(one, lang_here()) for one in verdict.findings if not one.other),
        likenesses=tuple(_likeness(one) for one in verdict.findings if one.other),
        basis=_basis(one.rule for one in verdict.findings),
        needs_consent=verdict.verdict in ("warn", "manual") and _is_near(verdict),
        needs_decision=verdict.verdict == "manual",
    )


def _is_near(verdict: NameVerdict) -> bool:
    return any(one.severity is Severity.WARN for one in verdict.findings)


def _is_unfinished(verdict: NameVerdict) -> bool:
    """Whether the only obstacle is a part that is not typed yet."""
    grave = [one for one in verdict.findings if one.severity is Severity.REJECT]
    return bool(grave) and all(one.part != "whole" and not getattr(verdict.parts, one.part) for one in grave)


def _parts(verdict: NameVerdict) -> Iterable[NamePartLine]:
    hit = {one.part for one in verdict.findings if one.severity >= 2 or one.other}
    shown = [(str(label), getattr(verdict.parts, name), name) for name, label in PARTS]
    place = {"bracket": 1, "before_form": 2}.get(verdict.parts.region_place, 0)
    if place:
        label, text, name = shown.pop(0)
        shown.insert(place, (label, f"（{text}）", name))
    return (NamePartLine(text, label, name in hit or "whole" in hit) for label, text, name in shown)


def _likeness(finding: Finding) -> Likeness:
    status = say(status_words(finding.status)) if finding.status else ""
    return Likeness(finding.other or "", status, finding_text(finding, lang_here()))


def _basis(rules: Iterable[str]) -> str:
    """The provisions behind the findings, each once."""
    found = dict.fromkeys(basis_text(rule, lang_here()) for rule in rules)
    return _("依据：%(provisions)s。", provisions=_("；").join(found)) if found else ""
