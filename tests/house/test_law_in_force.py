"""Law cited on a day was in force on that day: in reasons, bases, remedies, declarations and documents."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from registration.matters import definition_of, shipped
from registration.rules.declarations import declaration_text, declarations_for
from registration.rules.entity_types import entity_type_keys
from registration.rules.form import ESTABLISHMENT
from registration.rules.kinds import Regime
from registration.rules.materials import MaterialNeed, material_kinds, material_law
from registration.rules.matter_folders import matter_data
from registration.rules.norms import law_day, norm_keys, regime_days, version_on, versions
from registration.rules.reasons import (
    bases,
    correction_article,
    known_bases,
    reason_article,
    rejection_reasons,
    remedies,
)
from registration.rules.reference import texts
from registration.rules.signers import CAPACITIES

# Based on rules made later; not states of the present regimes.
NOT_OF_2015 = frozenset({"hold", "resume", "ask_to_resume", "archive"})
ONLY_OF_2015 = frozenset({"accepted", "agency_review"})
LANGS = ("zh", "en")
# The laws that cases cite; those of permits are cited on public lists alone.
CITED = texts("reference/norms.yaml")
TYPES = entity_type_keys()


def turning_days() -> list[date]:
    """Every day on which the law changes, the day before each, and a day in the far future."""
    found = {one.since for key in CITED for one in versions(key)}
    return sorted(found | {day - timedelta(days=1) for day in found} | {date(2026, 11, 30), date(2030, 1, 1)})


def said(regime: Regime, day: date, lang: str) -> Iterator[str]:
    """All texts that cite law in a case of this regime on this day."""
    for entity_type in TYPES:
        for code in rejection_reasons(ESTABLISHMENT):
            yield reason_article(code, matter=ESTABLISHMENT, entity_type=entity_type, regime=regime, on=day, lang=lang)
    for key in shipped():
        if key.startswith("establishment@"):
            for row in definition_of(key).rows:
                yield from bases(row.basis, matter=ESTABLISHMENT, regime=regime, on=day, lang=lang)
    yield correction_article(regime=regime, on=day, lang=lang)
    yield remedies(regime=regime, on=day, lang=lang)
    for declaration in declarations_for(CAPACITIES, matter=ESTABLISHMENT, regime=regime, on=day):
        yield declaration_text(declaration, matter=ESTABLISHMENT, regime=regime, on=day, lang=lang)
    for kind in material_kinds():
        about = matter_data(ESTABLISHMENT).materials[kind]
        need = MaterialNeed(kind, about.label, about.hint, about.why, True, about.basis)
        yield material_law(need, regime=regime, on=day, lang=lang)


def titles_on(day: date) -> set[str]:
    """The titles of the norms in force on this day as printed."""
    named = ((CITED[key]["zh"], version_on(key, day)) for key in CITED)
    return {f"《{zh}》{version.zh}" for zh, version in named if version is not None}


@pytest.mark.parametrize("regime", Regime)
def test_what_is_cited_on_a_day_was_in_force_then(regime: Regime) -> None:
    for day in turning_days():
        followed = law_day(regime, day)
        first, last = regime_days(regime)
        assert first <= followed <= last
        known = titles_on(followed)
        for words in said(regime, day, "zh"):
            for title in re.findall(r"《[^》]+》(?:（\d{4}年修[订正]）)?", words):
                assert title in known, (regime, day, words)


def test_the_model_of_2015_knows_no_later_law() -> None:
    everything = "".join(said(Regime.FIVE_NUMBERS_2015, date(2026, 11, 28), "zh"))
    assert "市场主体" not in everything
    assert not re.findall(r"20(?:1[6-9]|2\d)年", everything)
    assert "《公司登记管理条例》（2014年修订）第五十一条" in everything


@pytest.mark.parametrize("regime", [Regime.MARKET_ENTITY_2022, Regime.COMPANY_LAW_2024])
def test_the_present_regimes_cite_no_repealed_law(regime: Regime) -> None:
    for day in (date(2024, 8, 1), date(2026, 11, 28)):
        everything = "".join(said(regime, day, "zh"))
        assert "公司登记管理条例" not in everything.replace("市场主体登记管理条例", "")
        assert "2016年" not in everything


def test_a_measure_is_cited_from_its_first_day() -> None:
    def law(on: date) -> str:
        return reason_article(
            "R01", matter=ESTABLISHMENT, entity_type="llc", regime="company_law_2024", on=on, lang="zh"
        )

    assert law(date(2025, 2, 9)) == "《企业名称登记管理规定》第二十条"
    assert law(date(2025, 2, 10)) == "《企业名称登记管理规定》第二十条、《公司登记管理实施办法》第十九条第一项"


def test_the_reconsideration_law_changed_with_2024() -> None:
    before, after = (
        remedies(regime="market_entity_2022", on=on, lang="zh") for on in (date(2023, 12, 31), date(2024, 1, 1))
    )
    assert "《行政复议法》第九条" in before
    assert "上一级主管部门" in before
    assert "《行政复议法》第二十条" in after
    assert "上一级主管部门" not in after


@pytest.mark.parametrize("key", [key for key in shipped() if key.startswith("establishment@")])
def test_every_citation_of_the_tables_has_its_law(key: str) -> None:
    definition = definition_of(key)
    assert set(definition.citations) <= set(known_bases(ESTABLISHMENT))
    for row in definition.rows:
        five = next((one.holds for one in row.conditions if one.name == "five_numbers"), None)
        for regime in (Regime.FIVE_NUMBERS_2015, Regime.COMPANY_LAW_2024):
            old = regime is Regime.FIVE_NUMBERS_2015
            on_route = (five is None or five == old) and (old or not ONLY_OF_2015.issuperset(row.sources))
            if row.basis and on_route and not (old and row.action in NOT_OF_2015):
                assert bases(row.basis, matter=ESTABLISHMENT, regime=regime, on=date(2026, 11, 28), lang="zh"), (
                    row.action,
                    regime,
                )


@pytest.mark.parametrize("norm", sorted(norm_keys()))
def test_the_versions_of_a_norm_follow_each_other_and_name_their_source(norm: str) -> None:
    rows = versions(norm)
    assert all(one.source and one.since <= one.until for one in rows)
    assert all(one.until < later.since for one, later in pairwise(rows))


@pytest.mark.parametrize("lang", LANGS)
def test_every_citation_can_be_said(lang: str) -> None:
    for regime in Regime:
        for words in said(regime, date(2026, 11, 28), lang):
            assert "None" not in words
            if lang == "en":
                assert not re.search(r"[\u4e00-\u9fff]", words), words
