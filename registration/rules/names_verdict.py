"""The result of a name check: findings, each with its rule, and the verdict by the most severe one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Any, Literal, NamedTuple

from registration.rules.languages import said
from registration.rules.names_parts import NameParts
from registration.rules.problems import message
from registration.rules.reference import texts

Status = Literal["registered", "reserved", "deregistered", "renamed", "annulled"]
NamePart = Literal["whole", "region", "trade", "industry", "form"]


class Severity(IntEnum):
    """The severity of a finding; the verdict is the most severe."""

    PASS = 0
    WARN = 1
    MANUAL = 2
    REJECT = 3


class ComparedName(NamedTuple):
    """A name that is or was taken. `since_on` is the day of deregistration, renaming or annulment.

    `region6` is its region; without it the name counts as one of the same prefecture. `parts` are parsed from the name
    if they are not known.
    """

    name: str
    status: Status = "registered"
    since_on: date | None = None
    region6: str | None = None
    parts: NameParts | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding of one rule: the part of the name, and the other name, if any."""

    rule: str
    severity: Severity
    part: NamePart = "whole"
    other: str | None = None
    status: Status | None = None
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        plain = {"rule": self.rule, "severity": self.severity.name.lower(), "part": self.part}
        return {**plain, "other": self.other, "status": self.status, "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class NameVerdict:
    """The result: `verdict` is pass, warn (accept in writing), manual (a person decides) or reject."""

    verdict: Literal["pass", "warn", "manual", "reject"]
    findings: tuple[Finding, ...]
    parts: NameParts

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings)


def verdict_of(findings: tuple[Finding, ...], parts: NameParts) -> NameVerdict:
    gravest = max((finding.severity for finding in findings), default=Severity.PASS)
    words: dict[Severity, Literal["pass", "warn", "manual", "reject"]] = {
        Severity.PASS: "pass",
        Severity.WARN: "warn",
        Severity.MANUAL: "manual",
        Severity.REJECT: "reject",
    }
    ordered = tuple(sorted(findings, key=lambda finding: -finding.severity))
    return NameVerdict(words[gravest], ordered, parts)


def finding_text(finding: Finding, lang: str) -> str:
    """The message of a finding, from the catalogue of messages."""
    return message(finding.rule, lang, {"other": finding.other or "", **finding.data})


def basis_text(rule: str, lang: str) -> str:
    """The legal provision of a rule."""
    return said(texts("reference/name_bases.yaml")[rule], lang)


@cache
def status_words(status: Status) -> Mapping[str, str]:
    """The label of a status, by language."""
    words: Mapping[str, str] = texts("reference/messages.yaml")[f"status.{status}"]
    return words
