"""The negative list: what it says of an item is what an application with that item meets, for every item."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from registration.rules import negative_list, scope
from registration.rules.check import check_draft, flags
from registration.rules.foreign_measures import measures
from registration.rules.form import read
from registration.rules.materials import required_materials
from registration.rules.negative_list import content_checksum, list_versions, version_in_use
from registration.rules.norms import is_citation
from registration.rules.reference import table
from tests.fixtures.visitor import Visitor, words
from tests.registration.rules.rule_forms import REGIONS, TODAY, company
from tests.registration.rules.test_foreign_investment import AUTHORISED, COMPANY, FOREIGNER, HONG_KONGER, form_of

Visit = Callable[..., Visitor]
DAY = date(2026, 10, 12)
LISTED = negative_list.negative_list(DAY)
CODES = [one.code for one in LISTED.items]


@pytest.fixture
def tables_read_anew() -> Iterator[None]:
    """Forgets what was read from the tables, before and after a test that changes them."""

    def forget() -> None:
        for known in (scope.prohibitions, negative_list._made, content_checksum):
            known.cache_clear()

    forget()
    yield
    forget()


def with_items(form: dict[str, Any], *codes: str) -> dict[str, Any]:
    return {**form, "scope": {"items": list(codes)}}


def met(form: dict[str, Any], *codes: str) -> dict[str, set[str]]:
    """Code of a problem -> the items that have it, in an application with these items."""
    problems = check_draft(
        with_items(form, *codes),
        entity_type="llc",
        regime=COMPANY,
        today=TODAY,
        registrar_regions=REGIONS,
        registrar=AUTHORISED,
    )
    found: dict[str, set[str]] = {}
    for one in problems:
        place = one.path.removeprefix("scope.items.")
        item = one.data.get("item", {"zh": ""})
        found.setdefault(one.code, set()).add(codes[int(place)] if place.isdigit() else item["zh"])
    return found


def needs_permit_before(*codes: str) -> bool:
    form, _ = read(with_items(company(), *codes), entity_type="llc", regime=COMPANY)
    return "pre_approval" in {one.kind for one in required_materials(form, entity_type="llc", regime=COMPANY)}


def test_the_layers_are_what_an_application_meets() -> None:
    layers = {one.code: one.layer for one in LISTED.items}
    assert met(company(), *CODES).get("scope.item_prohibited", set()) == {
        code for code in CODES if layers[code] == "prohibited"
    }
    before = [code for code in CODES if layers[code] == "before"]
    assert before
    assert all(needs_permit_before(code) for code in before)
    assert not needs_permit_before(*(code for code in CODES if code not in before))
    for one in LISTED.items:
        assert (one.permit is not None) == (one.layer in ("before", "after")), one.code


def test_the_foreign_part_is_what_a_foreign_investor_meets() -> None:
    access = {one.code: one.foreign for one in LISTED.items}
    found = met(form_of(company(), FOREIGNER), *CODES)
    assert found["foreign.item_prohibited"] == {code for code in CODES if access[code] == "prohibited"}
    names = {one.name["zh"] for one in LISTED.items if one.foreign == "restricted"}
    assert found["foreign.item_restricted"] == names
    listed = [code for code in CODES if access[code] != "open"]
    for code in met(company(), *listed):
        assert not code.startswith("foreign."), "nobody of the mainland is asked"
    from_hong_kong = met(form_of(company(), HONG_KONGER), *listed)
    assert "foreign.item_prohibited" not in from_hong_kong
    form, _ = read(with_items(form_of(company(), HONG_KONGER), "HY0228"), entity_type="llc", regime=COMPANY)
    looked_at = flags(form, entity_type="llc", regime=COMPANY, today=TODAY)
    assert "flag.negative_list_items" in {one.code for one in looked_at}


def test_the_tables_name_only_what_there_is() -> None:
    assert [one.number for one in measures()] == list(range(1, 30))
    assert {code for one in measures() for code in (*one.items, *one.partly)} <= set(CODES)
    permits = {one.key: one for one in map(scope.permit_of, scope.catalogue().values()) if one}
    assert set(permits) == {row["key"] for row in table("permits")}
    assert all(is_citation(one) for permit in permits.values() for one in permit.citations)
    assert all(one.permit.law for one in LISTED.items if one.permit)


def test_a_change_of_the_list_is_a_version_that_says_what_changed() -> None:
    found = list_versions()
    numbers = [one.version for one in found]
    assert numbers == list(range(len(found), 0, -1))
    assert all(one.changes for one in found)
    assert version_in_use() == found[0], f"add a version with the checksum {content_checksum()} to negative_list.yaml"


def test_a_changed_table_changes_page_and_check(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, tables_read_anew: None
) -> None:
    def changed(name: str) -> tuple[Mapping[str, str], ...]:
        more = {"word": "茶叶种植", "zh": "样例：不再登记", "en": "Example: no longer registered"}
        return (*table(name), more) if name == "scope_prohibited" else table(name)

    assert "scope.item_prohibited" not in met(company(), "HY0001")
    monkeypatch.setattr(scope, "table", changed)
    scope.prohibitions.cache_clear()
    assert met(company(), "HY0001")["scope.item_prohibited"] == {"HY0001"}
    assert "样例：不再登记" in words(visit().get("/lists/negative"))
    record = visit().get("/lists/negative.json").json
    assert next(one for one in record["items"] if one["code"] == "HY0001")["layer"] == "prohibited"
    assert record["version"] is None


def test_may_i_do_this(visit: Visit) -> None:
    def said(query: str, lang: str = "zh") -> str:
        return words(visit(lang=lang).get(f"/lists/negative?{query}")).partition("谁都不能经营 法律")[0]

    assert "可以。领了营业执照就能经营，不用许可。" in said("q=软件开发")
    before = said("q=保安服务")
    assert "先取得保安服务许可证" in before
    assert "《保安服务管理条例》第九条" in before
    assert "可以先登记；取得食品经营许可证以后才能开业" in said("q=我想开饭店")
    assert "县（市、区）政务服务中心" in said("q=我想开饭店")
    assert "虚拟货币相关业务活动属于非法金融活动" in said("q=比特币")
    assert "请换一个说法" in said("q=qqqqqq")
    assert "境外投资者" not in said("q=电影摄制服务")
    assert "不可以投资。第27项" in said("q=电影摄制服务&foreign=yes").replace(" ", "")
    assert "They may not invest." in said("q=film+making&foreign=yes", lang="en")


def test_the_list_is_open_data_in_parts_that_are_not_mixed(visit: Visit) -> None:
    stranger = visit()
    assert 'href="/lists/negative"' in stranger.get("/lists").text
    schema = stranger.get("/lists/negative.schema.json")
    assert schema.mimetype == "application/schema+json"
    answer = stranger.get("/lists/negative.json")
    Draft202012Validator(schema.json).validate(answer.json)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [one["key"] for one in answer.json["layers"]] == ["prohibited", "before", "after", "free"]
    assert sum(one["items"] for one in answer.json["layers"]) == len(answer.json["items"])
    page, foreign = words(stranger.get("/lists/negative")), words(stranger.get("/lists/negative/foreign"))
    assert "文艺表演团体" in foreign
    assert "文艺表演团体" not in page
    assert "保安服务许可证" not in foreign
    assert "个体工商户" in foreign
    assert "第一次公布" in words(stranger.get("/lists/negative/versions"))
