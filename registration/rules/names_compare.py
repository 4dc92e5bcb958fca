"""The comparisons N20-N25 of a proposed name with present and former names."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from operator import ne

from registration.rules.names_keys import plain_readings_of
from registration.rules.names_parts import NameParts, group_of, normalise, parse, readings
from registration.rules.names_verdict import ComparedName, Finding, NamePart, Severity, status_words
from registration.rules.names_words import NO_INDUSTRY, UNKNOWN_INDUSTRY, is_of_industry_words
from registration.rules.readings import readings_of

# The rule by which two names are alike, and how serious that is; None for unlike ones.
Judgement = tuple[str, Severity] | None
_FREED_AFTER_A_YEAR = frozenset({"deregistered", "renamed", "annulled"})


def blocks(taken: ComparedName, *, today: date, region6: str) -> bool:
    """Whether a taken name can conflict: same prefecture, and in use or ended less than a year ago."""
    if taken.region6 is not None and taken.region6[:4] != region6[:4]:
        return False
    if taken.status not in _FREED_AFTER_A_YEAR:
        return True
    return taken.since_on is None or today < a_year_after(taken.since_on)


def a_year_after(day: date) -> date:
    """The same day of the next year; after 29 February it is 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


class Comparison:
    """A proposed name, compared with one taken name after another. The parts of both are normalized (`tidy`).

    What many taken names share is worked out once: what there is to know of the proposed one, and the judgement on
    a trade name with its industry, of which there may be one name for each region and form.
    """

    def __init__(self, proposed: NameParts) -> None:
        self._proposed, self._body, self._whole = proposed, proposed.body, normalise(proposed.full)
        self._readings = readings(proposed)
        self._judged: dict[tuple[str, str, str], Judgement] = {}

    def finding(self, taken: ComparedName) -> Finding | None:
        """The most serious similarity with the taken name, or None.

        Region and form make no difference (Name Regulation art. 17), nor the boundary of trade name and industry.
        """
        if normalise(taken.name) == self._whole:
            return _finding("N20", Severity.REJECT, taken)
        other = taken.parts or parse(taken.name)
        borne = other.trade, other.industry, other.form
        if borne not in self._judged:
            self._judged[borne] = self._judgement(other)
        judged = self._judged[borne]
        return _finding(*judged, taken) if judged else None

    def _judgement(self, other: NameParts) -> Judgement:
        same = self.is_same(other)
        if same is not False:
            # A person decides whether two unlisted words mean the same industry.
            return "N21", Severity.REJECT if same else Severity.MANUAL
        if self._proposed.trade == other.trade or same_industry(self._proposed, other) is False:
            return None
        rule = near_rule(self._proposed.trade, other.trade)
        return (rule, Severity.WARN) if rule else None

    def is_same(self, other: NameParts) -> bool | None:
        """Whether trade name and industry are the same, in any reading of the two; None if a person must decide."""
        body = other.body
        if body == self._body and body:
            return True
        if not any(_may_be_read(mine.trade, other, body) for mine in self._readings):
            return False
        found = {
            same_industry(mine, theirs)
            for mine in self._readings
            for theirs in readings(other)
            if mine.trade == theirs.trade
        }
        return True if True in found else None if None in found else False


def same_name(one: NameParts, other: NameParts) -> bool | None:
    """Whether trade name and industry are the same, in any reading of the two; None if a person must decide."""
    return Comparison(one).is_same(other)


def _may_be_read(trade: str, parts: NameParts, body: str) -> bool:
    """Whether a reading of the parts may have this trade name: cheaper than the readings of every name."""
    if trade == parts.trade:
        return True
    return body.startswith(trade) and is_of_industry_words(body[len(trade) :])


def same_industry(one: NameParts, other: NameParts) -> bool | None:
    """True for the same group or one without a group; None if a word is on no list and the two differ."""
    mine, theirs = group_of(one), group_of(other)
    if NO_INDUSTRY in (mine, theirs):
        return True
    if UNKNOWN_INDUSTRY in (mine, theirs):
        return True if one.industry == other.industry else None
    return mine == theirs


@lru_cache(maxsize=65536)
def near_rule(one: str, other: str) -> str | None:
    """The rule by which two different trade names are similar: N22a, N22b, N23, N24, N25 or none."""
    if len(one) < 2 or len(other) < 2:
        return None
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        if shorter in longer:
            return "N23"
        return "N24" if len(shorter) >= 3 and _is_one_less(shorter, longer) else None
    # What sounds alike with its tones does so without them.
    if _sound_alike(one, other, plain_readings_of):
        return "N22a" if _sound_alike(one, other, readings_of) else "N22b"
    if len(one) >= 3 and sum(map(ne, one, other)) == 1:
        return "N24"
    return "N25" if sorted(one) == sorted(other) else None


def _sound_alike(one: str, other: str, readings_by: Callable[[str], frozenset[str]]) -> bool:
    # A loop: most pairs differ in their first characters, and this is asked for every name that is compared.
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs and readings_by(mine).isdisjoint(readings_by(theirs)):
            return False
    return True


def _is_one_less(shorter: str, longer: str) -> bool:
    """Whether one character less makes the longer name the shorter."""
    if len(longer) != len(shorter) + 1:
        return False
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _finding(rule: str, severity: Severity, taken: ComparedName) -> Finding:
    part: NamePart = "whole" if rule == "N20" else "trade"
    return Finding(rule, severity, part, taken.name, taken.status, {"status": status_words(taken.status)})
