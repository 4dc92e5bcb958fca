"""Names of every kind with the verdict that the provisions ask for, and what must hold for all names."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.name_word_lists import LONGEST, word_lists
from registration.rules.names import (
    ComparedName,
    NameParts,
    basis_text,
    check_name,
    name_types,
    normalise,
    parse,
    same_name,
)
from registration.rules.names_words import listed_words
from registration.rules.problems import message
from registration.rules.reference import words

TODAY = date(2026, 10, 12)
REGISTER = (
    ComparedName("金华市红光酒业有限公司"),
    ComparedName("永康市红光工贸有限公司"),
    ComparedName("金华市晨曦餐饮有限公司"),
    ComparedName("金华市鹿田机械有限公司"),
    ComparedName("金华市澧浦茶业有限公司", "reserved"),
    ComparedName("金华市双溪旅游开发有限公司", "deregistered", date(2026, 4, 1)),
    ComparedName("金华市八咏旅游有限公司", "deregistered", date(2025, 8, 1)),
    ComparedName("金华市婺江信息科技有限公司", "renamed", date(2026, 1, 5)),
    ComparedName("金华市磐石门业有限公司", "annulled", date(2026, 6, 30)),
    ComparedName("浙江尖峰集团股份有限公司"),
    ComparedName("金华市青禾翡翠有限公司"),
    ComparedName("金华市婺城区丽泽面馆"),
    ComparedName("金华市云帆软件有限公司"),
)
TABLE = (Path(__file__).parent / "name_examples.csv").read_text(encoding="utf-8")
EXAMPLES = [tuple(row.values()) for row in csv.DictReader(TABLE.splitlines()[1:])]


@pytest.mark.parametrize(("name", "entity_type", "region6", "verdict", "rule"), EXAMPLES)
def test_an_example_gets_its_verdict(name: str, entity_type: str, region6: str, verdict: str, rule: str) -> None:
    found = check_name(name, entity_type=entity_type, region6=region6, candidates=REGISTER, today=TODAY)
    assert (found.verdict, next(iter(found.rules), "")) == (verdict, rule)
    for finding in found.findings:
        assert basis_text(finding.rule, "zh")
        assert basis_text(finding.rule, "en")
        assert message(finding.rule, "en", {"other": finding.other or "", **finding.data})


def test_the_examples_know_every_type_and_every_verdict() -> None:
    assert {row[1] for row in EXAMPLES} == set(name_types())
    assert {row[3] for row in EXAMPLES} == {"pass", "warn", "manual", "reject"}


# Words that cross each other when they are joined, listed ones among them.
PIECES = st.sampled_from(
    [
        "今日",
        "本地",
        "安泰",
        "国贸",
        "爱国",
        "家具",
        "祥瑞",
        "典当",
        "珍藏",
        "独品",
        "日本",
        "餐饮",
        "科技",
        "中国",
        "霜",
    ]
)
BODIES = st.lists(PIECES, min_size=2, max_size=4).map("".join)
NAMES = st.builds(
    lambda region, body, joint, form: NameParts(region, body[: joint % len(body)], body[joint % len(body) :], form),
    st.sampled_from(["金华市", "金华", "浙江省金华市", "金华市婺城区"]),
    BODIES,
    st.integers(2, 8),
    st.sampled_from(["有限公司", "有限责任公司"]),
)


@given(NAMES, NAMES)
def test_to_be_the_same_name_goes_both_ways(one: NameParts, other: NameParts) -> None:
    assert same_name(one, other) is same_name(other, one)


@given(BODIES, st.integers(1, 9), st.integers(1, 9))
def test_the_place_of_the_joint_makes_no_other_name(body: str, first: int, second: int) -> None:
    names = [NameParts("金华市", body[:cut], body[cut:], "有限公司") for cut in (first, second)]
    taken = ComparedName(names[0].full, parts=names[0])
    found = check_name(names[1], entity_type="llc", region6="330702", candidates=[taken], today=TODAY)
    assert "N20" in found.rules
    assert same_name(*names) is True


@given(BODIES, st.integers(1, 9), st.integers(1, 9))
def test_the_place_of_the_joint_changes_no_word(body: str, first: int, second: int) -> None:
    words = [
        [
            (finding.rule, finding.severity, finding.data)
            for finding in check_name(
                NameParts("金华市", body[:cut], body[cut:], "有限公司"),
                entity_type="llc",
                region6="330702",
                candidates=(),
                today=TODAY,
            ).findings
            if "word" in finding.data
        ]
        for cut in (first, second)
    ]
    assert words[0] == words[1]


@given(BODIES)
def test_only_what_is_written_is_said(body: str) -> None:
    assert all(said.word in body for said in listed_words(body))


def test_no_listed_word_is_longer_than_what_is_looked_for() -> None:
    assert max(map(len, (*word_lists().listed, *words("name_usual")))) <= LONGEST


def test_every_listed_word_is_seen() -> None:
    assert all(listed_words(word)[0].word == word for word in word_lists().listed)


@given(st.sampled_from([row[0] for row in EXAMPLES]))
def test_the_parts_of_a_name_make_up_the_name(name: str) -> None:
    assert parse(name).full == normalise(name)
