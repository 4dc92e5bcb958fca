"""The comparison of names is quick; here it is once more as the rules say it, and both must say the same of any two."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.names import ComparedName, NameParts, keys_for, normalise
from registration.rules.names_compare import Comparison
from registration.rules.names_parts import group_of, readings
from registration.rules.names_words import NO_INDUSTRY, UNKNOWN_INDUSTRY
from registration.rules.readings import readings_of

# Polyphones, homophones with and without the tone, and characters with which words of industry begin and end.
CHARACTERS = "红鸿宏洪轰行航形重虫众乐月山头酒业机械"
TRADES = st.text(alphabet=CHARACTERS, min_size=1, max_size=7)
INDUSTRIES = st.sampled_from(["酒业", "酒类", "机械", "械酒业", "实业", "科技", "机械科技", "", "觅影", "觅影科技"])
FORMS = st.sampled_from(["有限公司", "有限责任公司", "食堂", "商店", "工作室", ""])
REGIONS = st.sampled_from(["金华市", "金华", "义乌市", ""])
PLACES = st.sampled_from(["front", "bracket", "before_form"])
NAMES = st.builds(NameParts, region=REGIONS, trade=TRADES, industry=INDUSTRIES, form=FORMS, region_place=PLACES)

Said = tuple[str, str] | None


def as_the_rules_say(one: NameParts, other: NameParts) -> Said:
    """Rule and severity of the likeness of two names, without a thought of speed."""
    if normalise(one.full) == normalise(other.full):
        return "N20", "REJECT"
    pairs = [(mine, theirs) for mine in readings(one) for theirs in readings(other) if mine.trade == theirs.trade]
    same = [of_one_industry(mine, theirs) for mine, theirs in pairs]
    if one.trade + one.industry == other.trade + other.industry != "" or True in same:
        return "N21", "REJECT"
    if None in same:
        return "N21", "MANUAL"
    if one.trade == other.trade or of_one_industry(one, other) is False:
        return None
    rule = near(one.trade, other.trade)
    return (rule, "WARN") if rule else None


def of_one_industry(one: NameParts, other: NameParts) -> bool | None:
    groups = [group_of(one), group_of(other)]
    if NO_INDUSTRY in groups:
        return True
    if UNKNOWN_INDUSTRY in groups:
        return one.industry == other.industry or None
    return groups[0] == groups[1]


def near(one: str, other: str) -> str | None:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 2:
        return None
    if len(one) == len(other):
        toned = [readings_of(mine) & readings_of(theirs) for mine, theirs in zip(one, other, strict=True)]
        if all(toned):
            return "N22a"
        if all(without_tones(mine) & without_tones(theirs) for mine, theirs in zip(one, other, strict=True)):
            return "N22b"
        if len(one) > 2 and sum(mine != theirs for mine, theirs in zip(one, other, strict=True)) == 1:
            return "N24"
        return "N25" if sorted(one) == sorted(other) else None
    if shorter in longer:
        return "N23"
    one_less = [longer[:place] + longer[place + 1 :] for place in range(len(longer))]
    return "N24" if len(shorter) > 2 and shorter in one_less else None


def without_tones(char: str) -> set[str]:
    return {reading.rstrip("12345") for reading in readings_of(char)}


def as_compared(one: NameParts, *others: NameParts) -> list[Said]:
    compared = Comparison(one)
    found = [compared.finding(ComparedName(other.full, parts=other)) for other in others]
    return [(one.rule, one.severity.name) if one else None for one in found]


REGISTERS = st.lists(NAMES, min_size=1, max_size=40)
# Names that share one part or more with others, so that no judgement on one may be taken for another's.
NEIGHBOURS = st.builds(
    lambda trades, one, industries, forms: [
        one._replace(trade=trade, industry=industry, form=form)
        for trade in trades
        for industry in industries
        for form in forms
    ],
    st.lists(st.text(alphabet="红鸿行", min_size=2, max_size=3), min_size=2, max_size=4),
    NAMES,
    st.lists(INDUSTRIES, min_size=1, max_size=4),
    st.lists(FORMS, min_size=1, max_size=3),
)


@given(NAMES, REGISTERS)
def test_any_two_names_are_compared_as_the_rules_say(one: NameParts, others: list[NameParts]) -> None:
    assert as_compared(one, *others) == [as_the_rules_say(one, other) for other in others]
    assert_found(one, *others)


@given(NEIGHBOURS)
def test_names_with_the_same_parts_are_told_apart(names: list[NameParts]) -> None:
    one, *others = names
    assert as_compared(one, *others) == [as_the_rules_say(one, other) for other in others]
    assert_found(one, *others)


def assert_found(one: NameParts, *others: NameParts) -> None:
    """The keys of the one find all of them that are like it."""
    keys = keys_for(one)
    for other in others:
        if as_the_rules_say(one, other):
            assert keys.find(keys_for(other).stored), other


def with_another_joint(one: NameParts, at: int, _char: str) -> NameParts:
    body, end = one.trade, one.industry.replace("酒业", "酒类")
    return one._replace(trade=(body + end)[: at + 1], industry=(body + end)[at + 1 :])


def sounding_alike(one: NameParts, _at: int, _char: str) -> NameParts:
    return one._replace(trade=one.trade.translate(str.maketrans("红宏洪轰行形", "鸿鸿红虹航星")))


def within_a_longer(one: NameParts, at: int, char: str) -> NameParts:
    return one._replace(trade=char * at + one.trade + char * (len(one.trade) - at))


def with_another(one: NameParts, at: int, char: str) -> NameParts:
    return one._replace(trade=one.trade[:at] + char + one.trade[at + 1 :])


def with_one_more(one: NameParts, at: int, char: str) -> NameParts:
    return one._replace(trade=one.trade[:at] + char + one.trade[at:])


def turned(one: NameParts, at: int, _char: str) -> NameParts:
    back = one.trade[::-1]
    return one._replace(trade=back[at:] + back[:at])


CHANGES = (with_another_joint, sounding_alike, within_a_longer, with_another, with_one_more, turned)
# Longer than most, and of characters that seldom are alike by themselves.
LONGER = st.text(alphabet="红宏洪轰行形永康晨曦霁月兰亭牛栏山酒业科技", min_size=2, max_size=14)


@pytest.mark.parametrize("change", CHANGES)
@given(NAMES, LONGER, st.sampled_from("红晨虫众"))
def test_names_made_alike_are_found_and_compared_as_the_rules_say(
    change: Callable[[NameParts, int, str], NameParts], parts: NameParts, trade: str, char: str
) -> None:
    """At every place of the trade name, and each of the two as the proposed one."""
    name = parts._replace(trade=trade)
    for at in range(len(trade)):
        changed = change(name, at, char)._replace(region="东阳市")
        for one, other in ((name, changed), (changed, name)):
            assert as_compared(one, other) == [as_the_rules_say(one, other)]
            assert_found(one, other)
