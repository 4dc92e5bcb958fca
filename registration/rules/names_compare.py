"""The comparisons N20-N25 of a proposed name with a present or former name."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from operator import ne

from registration.rules.names_keys import plain_readings_of
from registration.rules.names_parts import NameParts, group_of, normalise, parse, readings
from registration.rules.names_verdict import ComparedName, Finding, NamePart, Severity, status_words
from registration.rules.names_words import NO_INDUSTRY, UNKNOWN_INDUSTRY
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


def compare(proposed: NameParts, taken: ComparedName) -> Finding | None:
    """The most serious similarity of the two names, or None. The parts of both are normalized (`tidy`).

    Region and form make no difference (Name Regulation art. 17), nor the boundary of trade name and industry.
    """
    other = taken.parts or parse(taken.name)
    if proposed.full == taken.name or normalise(proposed.full) == normalise(taken.name):
        return _finding("N20", Severity.REJECT, taken)
    same = same_name(proposed, other)
    if same is not False:
        # A person decides whether two unlisted words mean the same industry.
        return _finding("N21", Severity.REJECT if same else Severity.MANUAL, taken)
    if proposed.trade == other.trade or same_industry(proposed, other) is False:
        return None
    rule = near_rule(proposed.trade, other.trade)
    return _finding(rule, Severity.WARN, taken) if rule else None


def same_name(one: NameParts, other: NameParts) -> bool | None:
    """Whether trade name and industry are the same, in any reading of the two; None if a person must decide."""
    my_body, their_body = one.body, other.body
    if my_body == their_body and my_body:
        return True
    if not (my_body.startswith(other.trade[:2]) or their_body.startswith(one.trade[:2])):
        return False
    found = {
        same_industry(mine, theirs)
        for mine in readings(one)
        for theirs in readings(other)
        if mine.trade == theirs.trade
    }
    return True if True in found else None if None in found else False


def same_industry(one: NameParts, other: NameParts) -> bool | None:
    """True for the same group or one without a group; None if a word is on no list and the two differ."""
    groups = {group_of(one), group_of(other)}
    if NO_INDUSTRY in groups:
        return True
    if UNKNOWN_INDUSTRY in groups:
        return True if one.industry == other.industry else None
    return len(groups) == 1


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
    if _sound_alike(one, other, readings_of):
        return "N22a"
    if _sound_alike(one, other, plain_readings_of):
        return "N22b"
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
