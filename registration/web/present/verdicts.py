"""The verdict on a name in words: the parts, what is like it, why, by which article, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.edge import lang_here
from registration.rules.names import Finding, NameVerdict, Severity, finding_text
from registration.rules.reference import texts

# Provisions on the Administration of Enterprise Name Registration (2020), by rule.
ARTICLES = {
    **dict.fromkeys(("N01", "N02", "N02b"), "5"),
    **dict.fromkeys(("N09", "N10", "N11"), "7"),
    **dict.fromkeys(("N12", "N13", "N14"), "8"),
    "N15": "9",
    **dict.fromkeys(("N07", "N08"), "10"),
    **dict.fromkeys(("N03", "N04", "N05"), "11"),
    "N06": "12",
    **dict.fromkeys(("N22a", "N22b", "N23", "N24"), "16"),
    **dict.fromkeys(("N20", "N21"), "17"),
}
NUMERALS = {
    "5": _l("五"),
    "7": _l("七"),
    "8": _l("八"),
    "9": _l("九"),
    "10": _l("十"),
    "11": _l("十一"),
    "12": _l("十二"),
    "16": _l("十六"),
    "17": _l("十七"),
}
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
class Part:
    """One part of the name; `hit` when a finding concerns it, `text` empty when it is still missing."""

    text: str
    label: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """A name that stands in the way or near, with its state and the reason."""

    name: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page shows; `needs_consent` when a near name must be accepted in writing."""

    kind: str
    words: str
    tag: str
    full: str
    parts: tuple[Part, ...]
    faults: tuple[str, ...]
    likenesses: tuple[Likeness, ...]
    basis: str
    needs_consent: bool


def verdict_in_words(verdict: NameVerdict) -> Verdict:
    words, tag = (_("还没有写完整"), "") if _is_unfinished(verdict) else WORDS[verdict.verdict]
    return Verdict(
        kind=verdict.verdict,
        words=str(words),
        tag=tag,
        full=verdict.parts.full,
        parts=tuple(_parts(verdict)),
        faults=tuple(finding_text(one, lang_here()) for one in verdict.findings if not one.other),
        likenesses=tuple(_likeness(one) for one in verdict.findings if one.other),
        basis=_basis(one.rule for one in verdict.findings),
        needs_consent=verdict.verdict in ("warn", "manual"),
    )


def _is_unfinished(verdict: NameVerdict) -> bool:
    """Whether all that stands in the way is a part that nobody has typed yet."""
    grave = [one for one in verdict.findings if one.severity is Severity.REJECT]
    return bool(grave) and all(one.part != "whole" and not getattr(verdict.parts, one.part) for one in grave)


def _parts(verdict: NameVerdict) -> Iterable[Part]:
    hit = {one.part for one in verdict.findings if one.severity >= 2 or one.other}
    shown = [(str(label), getattr(verdict.parts, name), name) for name, label in PARTS]
    if verdict.parts.region_place == "bracket":
        shown[0], shown[1] = shown[1], (shown[0][0], f"（{shown[0][1]}）", "region")
    return (Part(text, label, name in hit or "whole" in hit) for label, text, name in shown)


def _likeness(finding: Finding) -> Likeness:
    status = texts("reference/messages.yaml")[f"status.{finding.status}"][lang_here()] if finding.status else ""
    return Likeness(finding.other or "", status, finding_text(finding, lang_here()))


def _basis(rules: Iterable[str]) -> str:
    """The articles behind the findings, each once, in their order."""
    articles = sorted({ARTICLES[rule] for rule in rules if rule in ARTICLES}, key=int)
    if not articles:
        return ""
    numerals = _("条、第").join(str(NUMERALS[article]) for article in articles)
    return _("依据《企业名称登记管理规定》第%(articles)s条。", articles=numerals)
