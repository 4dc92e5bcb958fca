"""The check of names: the worked examples, and harder ones."""

from datetime import date
from typing import Any

import pytest

from registration.rules.names import ComparedName, NameParts, NameVerdict, check_name, finding_text, parse
from registration.rules.names_parts import RegionPlace
from registration.rules.names_verdict import Status

TODAY = date(2026, 10, 12)
REGISTER = (
    ComparedName("金华市红光酒业有限公司"),
    ComparedName("金华万青房地产有限公司"),
    ComparedName("义乌市牛栏山贸易有限公司"),
    ComparedName("金华市尖峰实业有限公司"),
    ComparedName("东阳横星影视文化有限公司", "reserved"),
    ComparedName("金华市双龙旅游开发有限公司", "deregistered", date(2026, 4, 1)),
    ComparedName("金华市八咏旅游有限公司", "deregistered", date(2025, 8, 1)),
    ComparedName("金华市婺江信息科技有限公司", "renamed", date(2026, 1, 5)),
)
GIVEN = [
    ("金华市红光酒业有限公司", "llc", "330702", "reject", "N20"),
    ("红光（金华）酒业有限公司", "llc", "330702", "reject", "N21"),
    ("金华市红光机械有限公司", "llc", "330702", "pass", None),
    ("金华市鸿光酒业有限公司", "llc", "330702", "warn", "N22a"),
    ("金华市双龙旅行社有限公司", "llc", "330702", "reject", "N21"),
    ("金华市尖峰机械有限公司", "llc", "330702", "reject", "N21"),
    ("东阳新横星影视有限公司", "llc", "330783", "warn", "N23"),
    ("婺城区晨曦餐饮有限公司", "llc", "330702", "reject", "N10"),
    ("金华市晨曦餐饮股份有限公司", "llc", "330702", "reject", "N08"),
    ("金华市云餐饮管理有限公司", "llc", "330702", "reject", "N12"),
    ("金华市ABC网络科技有限公司", "llc", "330702", "reject", "N01"),
    ("中国晨曦食品有限公司", "llc", "330702", "manual", "N06"),
    ("金华市晨曦企业管理合伙企业（有限合伙）", "lp", "330702", "pass", None),
    ("金华市婺城区晨曦餐饮店", "individual", "330702", "pass", None),
]
HARDER = [
    # One name in several spellings: brackets, spaces, points, full width, hidden characters, order, form.
    ("红光(金华)酒业有限公司", "llc", "330702", "reject", "N21"),
    ("金华 市红·光酒业有限公司", "llc", "330702", "reject", "N20"),
    ("金华市红\u200b光酒业有限公司", "llc", "330702", "reject", "N20"),
    ("⾦华市红光酒业有限公司", "llc", "330702", "reject", "N20"),
    ("金华红光酒业有限公司", "llc", "330702", "reject", "N21"),
    ("浙江省金华市红光酒业有限公司", "llc", "330702", "reject", "N21"),
    ("金华市红光酒业有限责任公司", "llc", "330702", "reject", "N21"),
    ("金华市婺城区红光酒业有限公司", "llc", "330702", "reject", "N21"),
    ("义乌市红光酒类有限公司", "llc", "330782", "reject", "N21"),
    ("金华市牛栏山商贸有限公司", "llc", "330702", "reject", "N21"),
    ("金华市万青置业有限公司", "llc", "330702", "reject", "N21"),
    ("金华市婺江网络科技有限公司", "llc", "330702", "reject", "N21"),
    # No industry stands against every industry, in either direction.
    ("金华市红光实业有限公司", "llc", "330702", "reject", "N21"),
    ("金华市尖峰集团有限公司", "llc", "330702", "reject", "N21"),
    ("金华市晨曦实业有限公司", "llc", "330702", "manual", "N15"),
    ("金华市晨曦有限公司", "llc", "330702", "manual", "N15"),
    # Sounds and shapes.
    ("金华市红广酒业有限公司", "llc", "330702", "warn", "N22b"),
    ("义乌市牛拦山贸易有限公司", "llc", "330782", "warn", "N22a"),
    ("义乌市牛头山贸易有限公司", "llc", "330782", "warn", "N24"),
    ("义乌市小牛栏山贸易有限公司", "llc", "330782", "warn", "N23"),
    ("义乌市牛头山食品有限公司", "llc", "330782", "pass", None),
    # Regions.
    ("晨曦餐饮有限公司", "llc", "330702", "reject", "N09"),
    ("晨曦（金华）餐饮有限公司", "llc", "330702", "pass", None),
    ("晨曦（婺城区）餐饮有限公司", "llc", "330702", "reject", "N10"),
    ("杭州市晨曦餐饮有限公司", "llc", "330702", "reject", "N11"),
    ("义乌市晨曦餐饮有限公司", "llc", "330702", "reject", "N11"),
    ("义乌市晨曦餐饮有限公司", "llc", "330701", "pass", None),
    ("金华市晨曦餐饮有限公司", "llc", "330782", "pass", None),
    ("浙江晨曦餐饮有限公司", "llc", "330782", "pass", None),
    ("武义县晨曦餐饮有限公司", "llc", "330723", "pass", None),
    # Forms.
    ("金华市晨曦餐饮", "llc", "330702", "reject", "N07"),
    ("金华市晨曦餐饮有限公司", "llc_single", "330702", "pass", None),
    ("金华市晨曦餐饮有限公司", "jsc", "330702", "reject", "N08"),
    ("金华市晨曦企业管理合伙企业", "lp", "330702", "reject", "N08"),
    ("金华市晨曦企业管理合伙企业（普通合伙）", "lp", "330702", "reject", "N08"),
    ("金华市婺城区晨曦餐饮有限公司", "individual", "330702", "reject", "N16"),
    ("金华市婺城区双溪样例茶室", "individual", "330702", "pass", None),
    ("金华市晨曦果蔬专业合作社", "coop", "330702", "pass", None),
    # Trade names.
    ("金华市科技有限公司", "llc", "330702", "reject", "N14"),
    ("金华市网络科技有限公司", "llc", "330702", "reject", "N14"),
    ("金华市杭州餐饮有限公司", "llc", "330702", "reject", "N13"),
    ("金华市永康药业有限公司", "llc", "330702", "manual", "N13"),
    ("金华永康药业有限公司", "llc", "330702", "manual", "N13"),
    # Characters and words.
    ("金华市３６５餐饮有限公司", "llc", "330702", "reject", "N01"),
    ("金华市Ⅲ餐饮有限公司", "llc", "330702", "reject", "N01"),
    ("金华市晨㊣曦餐饮有限公司", "llc", "330702", "reject", "N02"),
    ("金华市晨さ餐饮有限公司", "llc", "330702", "reject", "N02"),
    ("金华市晨曦★餐饮有限公司", "llc", "330702", "reject", "N02"),
    ("金华市國光食品有限公司", "llc", "330702", "manual", "N02b"),
    ("金华市犇鑫食品有限公司", "llc", "330702", "pass", None),
    ("金华市㐂鑫食品有限公司", "llc", "330702", "manual", "N02b"),
    ("金华市博彩之家娱乐有限公司", "llc", "330702", "reject", "N03"),
    ("金华市顶级餐饮有限公司", "llc", "330702", "reject", "N04"),
    ("金华市国家级餐饮有限公司", "llc", "330702", "reject", "N04"),
    ("金华市法国红餐饮有限公司", "llc", "330702", "manual", "N05"),
    ("金华市华美国际贸易有限公司", "llc", "330702", "pass", None),
    ("金华市新中华餐饮有限公司", "llc", "330702", "manual", "N06"),
    ("中华晨曦食品有限公司", "llc", "330702", "manual", "N06"),
]


def check(name: str, entity_type: str = "llc", region6: str = "330702", **more: object) -> NameVerdict:
    settings: dict[str, Any] = {"candidates": REGISTER, "today": TODAY, **more}
    return check_name(name, entity_type=entity_type, region6=region6, **settings)


@pytest.mark.parametrize(("name", "entity_type", "region6", "verdict", "rule"), [*GIVEN, *HARDER])
def test_a_name_gets_its_verdict_by_its_rule(
    name: str, entity_type: str, region6: str, verdict: str, rule: str | None
) -> None:
    found = check(name, entity_type, region6)
    assert (found.verdict, found.rules) == ("pass", ()) if rule is None else found.verdict == verdict
    assert rule is None or rule in found.rules


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("金华市重山贸易有限公司", "金华市虫山贸易有限公司"),
        ("金华市重山贸易有限公司", "金华市众山贸易有限公司"),
        ("金华市天行贸易有限公司", "金华市天航贸易有限公司"),
        ("金华市天行贸易有限公司", "金华市天形贸易有限公司"),
        ("金华市长乐贸易有限公司", "金华市常月贸易有限公司"),
    ],
)
def test_any_reading_of_a_polyphone_counts(name: str, taken: str) -> None:
    found = check(name, candidates=[ComparedName(taken)])
    assert any(rule.startswith("N22") for rule in found.rules)


@pytest.mark.parametrize(
    ("status", "since_on", "verdict"),
    [
        ("deregistered", date(2025, 10, 13), "reject"),
        ("deregistered", date(2025, 10, 12), "pass"),
        ("deregistered", date(2025, 10, 11), "pass"),
        ("renamed", date(2025, 10, 13), "reject"),
        ("annulled", date(2025, 10, 11), "pass"),
        ("registered", date(2001, 1, 1), "reject"),
        ("deregistered", None, "reject"),
    ],
)
def test_a_name_given_up_is_free_after_a_year(status: Status, since_on: date | None, verdict: str) -> None:
    taken = ComparedName("金华市晨曦餐饮有限公司", status, since_on)
    assert check("金华市晨曦餐饮服务有限公司", candidates=[taken]).verdict == verdict


def test_a_leap_day_is_over_on_the_first_of_march() -> None:
    taken = [ComparedName("金华市晨曦餐饮有限公司", "deregistered", date(2024, 2, 29))]
    assert check("金华市晨曦餐饮有限公司", candidates=taken, today=date(2025, 2, 28)).verdict == "reject"
    assert check("金华市晨曦餐饮有限公司", candidates=taken, today=date(2025, 3, 1)).verdict == "pass"


def test_an_investor_may_share_its_trade_name_but_not_its_whole_name() -> None:
    investors = ["金华市尖峰实业有限公司"]
    assert check("金华市尖峰机械有限公司", investors=investors).verdict == "pass"
    assert check("金华市尖峰机械有限公司", investors=["金华市红光酒业有限公司"]).verdict == "reject"
    assert check("金华市尖峰实业有限公司", investors=investors).verdict == "reject"


def test_the_register_of_another_prefecture_does_not_count() -> None:
    taken = ComparedName("金华市红光酒业有限公司", region6="330106")
    assert check("金华市红光酒业有限公司", candidates=[taken]).verdict == "pass"


def test_an_industry_on_no_list_is_left_to_a_person() -> None:
    taken = [ComparedName("x", parts=NameParts("金华市", "晨曦", "量子", "有限公司"))]
    found = check_name(
        NameParts("金华市", "晨曦", "霜花", "有限公司"),
        entity_type="llc",
        region6="330702",
        candidates=taken,
        today=TODAY,
    )
    assert found.verdict == "manual"
    assert set(found.rules) == {"N15", "N21"}


def test_a_form_that_says_the_industry_keeps_near_names_apart() -> None:
    """鸿光 of a shop is not near 红光 of a canteen; that of a restaurant is. The same name is the same in any form."""
    taken = [ComparedName("金华市婺城区红光食堂", parts=NameParts("金华市婺城区", "红光", "", "食堂"))]
    for trade, form, rules in (("鸿光", "商店", ()), ("鸿光", "饭店", ("N22a",)), ("红光", "商店", ("N21",))):
        found = check_name(
            NameParts("金华市婺城区", trade, "", form),
            entity_type="individual",
            region6="330702",
            candidates=taken,
            today=TODAY,
        )
        assert found.rules == rules


def test_parts_filled_in_are_not_guessed() -> None:
    parts = NameParts("金华市婺城区", "红光霜花", "酒业", "有限公司")
    found = check_name(parts, entity_type="llc", region6="330702", candidates=REGISTER, today=TODAY)
    assert found.parts.trade == "红光霜花"
    assert found.rules == ("N23",)


def test_a_word_of_industry_moved_into_the_trade_name_makes_no_other_name() -> None:
    parts = NameParts("金华市婺城区", "红光机械", "酒业", "有限公司")
    found = check_name(parts, entity_type="llc", region6="330702", candidates=REGISTER, today=TODAY)
    assert found.rules == ("N21",)


@pytest.mark.parametrize(
    ("status", "investor", "acquired", "verdict"),
    [
        ("registered", False, False, "reject"),
        ("registered", False, True, "reject"),
        ("registered", True, False, "pass"),
        ("deregistered", False, False, "reject"),
        ("deregistered", True, False, "pass"),
        ("deregistered", False, True, "manual"),
        ("renamed", False, True, "manual"),
        ("annulled", False, True, "reject"),
        ("annulled", True, False, "pass"),
    ],
)
def test_investment_excuses_always_and_an_acquired_name_is_looked_at(
    status: Status, investor: bool, acquired: bool, verdict: str
) -> None:
    bearer = "金华市霜花餐饮有限公司"
    found = check(
        "金华市霜花餐饮服务有限公司",
        candidates=[ComparedName(bearer, status, date(2026, 9, 1))],
        investors=[bearer] if investor else [],
        acquired=[bearer] if acquired else [],
    )
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("义乌市牛栏山贸易有限公司", ("义乌市", "牛栏山", "贸易", "有限公司", "front")),
        ("红光（金华）酒业有限公司", ("金华", "红光", "酒业", "有限公司", "bracket")),
        ("浙江红光酒业有限公司", ("浙江", "红光", "酒业", "有限公司", "front")),
        ("金华金东方商贸有限公司", ("金华", "金东方", "商贸", "有限公司", "front")),
        ("金华市晨曦大酒店有限公司", ("金华市", "晨曦", "大酒店", "有限公司", "front")),
    ],
)
def test_a_whole_name_is_taken_apart(name: str, parts: tuple[str, str, str, str, RegionPlace]) -> None:
    assert parse(name) == NameParts(*parts)


def test_a_finding_speaks_both_languages() -> None:
    (finding,) = check("金华市双龙旅行社有限公司").findings
    assert "金华市双龙旅游开发有限公司" in finding_text(finding, "zh")
    assert "已注销" in finding_text(finding, "zh")
    assert "deregistered" in finding_text(finding, "en")
