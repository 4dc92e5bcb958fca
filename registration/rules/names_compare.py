"""The comparisons N20-N25 of a proposed name with present and former names."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from operator import ne

from registration.rules.names_keys import plain_readings_of
from registration.rules.names_parts import NameParts, group_of, normalise, parse, readings
from registration.rules.names_verdict import ComparedName, Finding, NamePart, Severity, status_words
from registration.rules.names_words import NO_INDUSTRY, UNKNOWN_INDUSTRY, is_of_industry_words
from registration.rules.readings import readings_of

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

    A trade name that many businesses bear is judged once.
    """

    def __init__(self, proposed: NameParts) -> None:
        self._proposed, self._body, self._whole = proposed, proposed.body, normalise(proposed.full)
        self._readings = readings(proposed)
        self._near_rule = cache(partial(near_rule, proposed.trade))

    def finding(self, taken: ComparedName) -> Finding | None:
        """The most serious similarity with the taken name, or None.

        Region and form make no difference (Name Regulation art. 17), nor the boundary of trade name and industry.
        """
        if normalise(taken.name) == self._whole:
            return _finding("N20", Severity.REJECT, taken)
        other = taken.parts or parse(taken.name)
        same = self.is_same(other)
        if same is not False:
            # A person decides whether two unlisted words mean the same industry.
            return _finding("N21", Severity.REJECT if same else Severity.MANUAL, taken)
        rule = self._near_rule(other.trade)
        # Last, because of the names that are compared fewer are near than of one industry.
        if rule is None or same_industry(self._proposed, other) is False:
            return None
        return _finding(rule, Severity.WARN, taken)

    def is_same(self, other: NameParts) -> bool | None:
        """Whether trade name and industry are the same, in any reading of the two; None if a person must decide."""
        body = other.body
        if body == self._body and body:
            return True
        for mine in self._readings:
            if mine.trade == other.trade or _may_be_read(mine.trade, body):
                return _same_in_readings(self._readings, readings(other))
        return False


def same_name(one: NameParts, other: NameParts) -> bool | None:
    """Whether trade name and industry are the same, in any reading of the two; None if a person must decide."""
    return Comparison(one).is_same(other)


def _may_be_read(trade: str, body: str) -> bool:
    """Whether a name with this body may have a reading with this trade name: cheaper than its readings."""
    return body.startswith(trade) and is_of_industry_words(body[len(trade) :])


def _same_in_readings(mine: tuple[NameParts, ...], theirs: tuple[NameParts, ...]) -> bool | None:
    found = {same_industry(one, other) for one in mine for other in theirs if one.trade == other.trade}
    return True if True in found else None if None in found else False


def same_industry(one: NameParts, other: NameParts) -> bool | None:
    """True for the same group or one without a group; None if a word is on no list and the two differ."""
    mine, theirs = group_of(one), group_of(other)
    if NO_INDUSTRY in (mine, theirs):
        return True
    if UNKNOWN_INDUSTRY in (mine, theirs):
        return True if one.industry == other.industry else None
    return mine == theirs


def near_rule(one: str, other: str) -> str | None:
    """The rule by which two trade names are similar: N22a, N22b, N23, N24, N25 or none, as for the same one."""
    if one == other or len(one) < 2 or len(other) < 2:
        return None
    if len(one) != len(other):
        shorter, longer = (one, other) if len(one) < len(other) else (other, one)
        if shorter in longer:
            return "N23"
        return "N24" if len(shorter) >= 3 and _is_one_less(shorter, longer) else None
    # What sounds alike with its tones does so without them.
    if _sound_alike(one, other, plain_readings_of):
        return "N22a" if _sound_alike(one, other, readings_of) else "N22b"
    if len(one) >= 3 and sum(map(ne, one, other)) == 1:
        return "N24"
    return "N25" if one[0] in other and sorted(one) == sorted(other) else None


def _sound_alike(one: str, other: str, readings_by: Callable[[str], frozenset[str]]) -> bool:
    # A loop: most pairs differ in their first characters, and this is asked for every name that is compared.
    for mine, theirs in zip(one, other, strict=True):
        if mine != theirs and readings_by(mine).isdisjoint(readings_by(theirs)):
            return False
    return True


def _is_one_less(shorter: str, longer: str) -> bool:
    """Whether one character less makes the longer name the shorter."""
    place = next((place for place, char in enumerate(shorter) if char != longer[place]), len(shorter))
    return longer[place + 1 :] == shorter[place:]


def _finding(rule: str, severity: Severity, taken: ComparedName) -> Finding:
    part: NamePart = "whole" if rule == "N20" else "trade"
    return Finding(rule, severity, part, taken.name, taken.status, {"status": status_words(taken.status)})
