"""The automatic checks of a file: rule, verdict and article of each, in groups (reference/checks.yaml)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from registration.rules.city import city
from registration.rules.entity_types import EntityType
from registration.rules.folder_files import Closed
from registration.rules.languages import dated, said, values_in
from registration.rules.norms import cited
from registration.rules.problems import Problem, problem_text
from registration.rules.reference import Said, digest_of, texts

Verdict = Literal["bad", "warn", "info", "ok"]
# As they are listed: what stops the case comes first.
VERDICTS: tuple[Verdict, ...] = ("bad", "warn", "info", "ok")


class OfficeLimit(Closed):
    """Where law limits the offices that a person holds elsewhere; the file says what each key means."""

    named: tuple[str, ...]
    capacities: tuple[str, ...]
    law: tuple[str, ...]
    anywhere: bool = False
    same_type: bool = False


class CheckRule(Closed):
    """One row; the file says what each key means."""

    key: str
    group: str
    words: Mapping[Verdict, Said]
    sections: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    families: Mapping[str, tuple[str, ...]] = {}
    covers: tuple[str, ...] = ()
    may_be_overridden: bool = False
    overridden_by: tuple[str, ...] = ()
    limits: tuple[OfficeLimit, ...] = ()
    applicant: Said | None = None
    at_once: tuple[str, ...] = ()

    def articles(self, kind: EntityType) -> tuple[str, ...]:
        return (*self.law, *self.families.get(kind.family, ()))


@dataclass(frozen=True)
class Registered:
    """An entity of the register, as a check names it."""

    name: str
    code: str


@dataclass(frozen=True)
class Override:
    """That a person let a case go on in spite of a check; `by` is the tag of the history."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Check:
    """What the computer found. `subject` tells several of one rule from each other: the key of a person.

    `entities` are the first of those that the check is about. `law` are the citations it rests on. Words come from
    the rule, or from the `problem` that was found.
    """

    rule: CheckRule
    verdict: Verdict
    data: Mapping[str, Any] = field(default_factory=dict)
    problem: Problem | None = None
    subject: str = ""
    entities: tuple[Registered, ...] = ()
    law: tuple[str, ...] = ()
    room: bool = False
    override: Override | None = None

    @property
    def key(self) -> str:
        return f"{self.rule.key}.{self.subject}" if self.subject else self.rule.key

    @property
    def stops(self) -> bool:
        """Whether the case cannot be approved with it."""
        return self.verdict == "bad" and self.override is None

    @property
    def is_green(self) -> bool:
        """Whether the system may decide the case with it: passed, or what its row lets pass, and nothing overridden."""
        found = self.problem.code if self.problem is not None else self.verdict
        return self.verdict == "ok" or found in self.rule.at_once

    def text(self, lang: str) -> str:
        if self.problem is not None:
            return problem_text(self.problem, lang)
        days = {name: dated("day", lang, value) for name, value in self.data.items() if isinstance(value, date)}
        return self.template(lang).format_map(values_in(lang, self.data) | days)

    def template(self, lang: str) -> str:
        """The words of the rule for this verdict, with placeholders for the data."""
        return said(self.rule.words[self.verdict], lang)

    def articles(self, lang: str, *, on: date) -> list[str]:
        """Those in force on the day, in words."""
        return cited(self.law, on, lang)


@cache
def check_groups() -> Mapping[str, Mapping[str, str]]:
    """The groups with their names, in the order of the page."""
    found: Mapping[str, Mapping[str, str]] = texts("reference/checks.yaml")["groups"]
    return found


@cache
def check_rules() -> Mapping[str, CheckRule]:
    rows = texts("reference/checks.yaml")["checks"]
    return {key: CheckRule.model_validate(_row(key, row)) for key, row in rows.items()}


def _row(key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    found = _named(row) | {"key": key}
    return found | {"limits": [_named(one) for one in row.get("limits", ())]}


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """`for` is a word of Python."""
    return {("named" if name == "for" else name): value for name, value in row.items()}


def check(key: str, verdict: Verdict, *, kind: EntityType, **more: Any) -> Check:
    """A check by the rule with this key, for an entity type; `more` are other fields of it."""
    rule = check_rules()[key]
    of_rule: dict[str, Any] = {"law": rule.articles(kind), "room": rule.may_be_overridden}
    return Check(rule, verdict, **(of_rule | more))


def checks_of_form(
    problems: Iterable[Problem], flags: Iterable[Problem], *, kind: EntityType, sections: Iterable[str]
) -> list[Check]:
    """The checks of the rules on the form: each problem and each point to look at, and the rules that found none.

    `sections` are those that the form has.
    """
    there = frozenset(sections)
    asked = [one for one in check_rules().values() if one.covers and kind.answers_to(one.named)]
    found: list[tuple[Verdict, Problem]] = [*(("bad", one) for one in problems), *(("warn", one) for one in flags)]
    shown = [check(_rule_for(one.code, asked).key, verdict, kind=kind, problem=one) for verdict, one in found]
    touched = {one.rule.key for one in shown}
    quiet = [rule for rule in asked if rule.key not in touched and (not rule.sections or there & set(rule.sections))]
    return [*shown, *(check(rule.key, "ok", kind=kind) for rule in quiet)]


def _rule_for(code: str, rules: Iterable[CheckRule]) -> CheckRule:
    """The rule with the longest beginning of the code; the one that covers all has the empty one."""
    fitting = ((len(start), rule) for rule in rules for start in rule.covers if code.startswith(start))
    return max(fitting, key=lambda one: one[0])[1]


def rules_digest() -> str:
    """SHA-256 of the checks' rules as they are now, so that a decision of the system can be explained later."""
    return digest_of("reference/checks.yaml")


def words_for_applicant(stopping: Iterable[str], lang: str, *, registrar: Mapping[str, str]) -> list[str]:
    """What the applicant reads while these checks (their keys) stop the case: whom to ask, and no ground of anybody."""
    rules = dict.fromkeys(key.partition(".")[0] for key in stopping)
    data = values_in(lang, {"registrar": registrar, "hotline": city().about.hotline})
    return [said(words, lang).format_map(data) for key in rules if (words := check_rules()[key].applicant) is not None]


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The worst first, then by group."""
    groups = list(check_groups())
    return tuple(sorted(checks, key=lambda one: (VERDICTS.index(one.verdict), groups.index(one.rule.group))))
