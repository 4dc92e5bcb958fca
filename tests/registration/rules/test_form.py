"""Parsing: what is stored reads back the same, what is wrong is told by our own codes alone."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registration.rules
from registration.rules.city import Agency, city
from registration.rules.fields import fields, fields_seen_by, label_of, sensitive_paths, visible_to
from registration.rules.form import ESTABLISHMENT, MODELS, dump, groups_of, parse, read, sections_for
from registration.rules.problems import InvalidForm, Problem, problem_text
from registration.rules.reference import texts
from tests.fixtures.identity_numbers import sample_id
from tests.registration.rules.rule_forms import company, company_of_2015, individual

NOW = {"entity_type": "llc", "regime": "company_law_2024"}
MESSAGES = texts("reference/messages.yaml")


def refused(section: str, raw: Any, **settings: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidForm) as caught:
        parse(section, raw, **{**NOW, **settings})
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("form", "entity_type", "regime"),
    [
        (company(), "llc", "company_law_2024"),
        (company_of_2015(), "llc", "five_numbers_2015"),
        (individual(), "individual", "market_entity_2022"),
    ],
)
def test_what_is_stored_reads_back_the_same(form: dict[str, Any], entity_type: str, regime: str) -> None:
    first, problems = read(form, entity_type=entity_type, regime=regime)
    stored = json.loads(json.dumps(dump(first)))
    assert not problems
    assert read(stored, entity_type=entity_type, regime=regime) == (first, ())


def test_sections_depend_on_type_and_regime() -> None:
    keys = {section.key for section in sections_for("individual", "market_entity_2022")}
    assert "operator" in keys
    assert not keys & {"capital", "shareholders", "officers", "legal_rep", "five"}
    assert "five" in {section.key for section in sections_for("llc", "five_numbers_2015")}
    assert "five" not in {section.key for section in sections_for("llc", "company_law_2024")}
    assert {section.group for section in sections_for("llc", "company_law_2024")} <= {
        group.key for group in groups_of(ESTABLISHMENT)
    }


def test_input_is_tidied_before_it_is_judged() -> None:
    capital = parse("capital", {"amount_wan": "１,０００.50", "copies": " 2 ", "term_until_on": "  "}, **NOW)
    assert capital.model_dump(mode="json") == {
        "amount_wan": "1000.50",
        "currency": "CNY",
        "term": "long",
        "term_until_on": None,
        "copies": 2,
        "large_confirmed": False,
    }


@pytest.mark.parametrize(
    ("section", "raw", "expected"),
    [
        (
            "people",
            [{"kind": "ghost"}, {"key": "p1"}, 5],
            [("people.0.kind", "choice.unknown"), ("people.1.kind", "field.missing"), ("people.2", "field.malformed")],
        ),
        ("people", {}, [("people", "list.malformed")]),
        ("people", [], [("people", "list.too_short")]),
        ("name", "x", [("name", "field.malformed")]),
        ("name", {"trade": "晨\u202e曦", "region": "金华市", "form": "有限公司"}, [("name.trade", "text.unseen")]),
        (
            "name",
            {"trade": "晨曦", "region": "金华市", "form": " ", "colour": 1},
            [("name.form", "field.missing"), ("name.colour", "field.unknown")],
        ),
        ("capital", {"amount_wan": "NaN"}, [("capital.amount_wan", "amount.malformed")]),
        ("capital", {"amount_wan": "0"}, [("capital.amount_wan", "amount.not_positive")]),
        ("capital", {"amount_wan": "1.0000001"}, [("capital.amount_wan", "amount.too_precise")]),
        ("capital", {"amount_wan": "9999999999999"}, [("capital.amount_wan", "amount.too_large")]),
        ("capital", {"amount_wan": "1", "term": "until"}, [("capital.term_until_on", "term.day_missing")]),
        ("capital", {"amount_wan": "1", "copies": "0"}, [("capital.copies", "number.too_small")]),
        (
            "shareholders",
            [{"person": "p1", "subscribed_wan": 1, "due_on": "2027-02-29"}],
            [("shareholders.0.lines.0.due_on", "date.impossible")],
        ),
        (
            "shareholders",
            [{"person": "p1", "subscribed_wan": 1, "due_on": 1790000000}],
            [("shareholders.0.lines.0.due_on", "date.malformed")],
        ),
        ("contacts", {"liaison": {"name": "苏知禾"}}, [("contacts.liaison.name", "contact.incomplete")]),
        ("operator", {"person": "p1"}, [("operator", "section.not_applicable")]),
        ("colour", {}, [("colour", "section.unknown")]),
    ],
)
def test_faults_have_their_place_and_code(section: str, raw: Any, expected: list[tuple[str, str]]) -> None:
    assert refused(section, raw) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(st.data())
def test_any_input_is_read_or_refused_with_messages_in_both_languages(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(sorted(MODELS)))
    known = [pattern.split(".")[-1] for pattern in fields() if pattern.startswith(section)]
    raw = data.draw(
        JSON | st.dictionaries(st.sampled_from(known), JSON) | st.lists(st.dictionaries(st.sampled_from(known), JSON))
    )
    try:
        parse(section, raw, entity_type="llc", regime="five_numbers_2015")
    except InvalidForm as invalid:
        for problem in invalid.problems:
            assert problem_text(problem, "zh")
            assert problem_text(problem, "en")


def test_no_problem_repeats_what_was_typed() -> None:
    secret = "33070218990101123" + "7"
    person = {**company()["people"][0], "id_no": secret, "mobile": "13800001111x"}
    with pytest.raises(InvalidForm) as caught:
        parse("people", [person], **NOW)
    told = str(caught.value) + "".join(
        str(problem.as_dict()) + problem_text(problem, "zh") for problem in caught.value.problems
    )
    assert secret not in told
    assert "1380000" not in told


def codes_raised() -> Iterator[object]:
    """Every constant code in a Problem, a Finding, or a refusal of the rules."""
    for path in Path(registration.rules.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", None)
            place = {
                "Problem": 1,
                "Finding": 0,
                "_finding": 0,
                "PydanticCustomError": 0,
                "_matching": 1,
                "MalformedId": 0,
            }
            if called in place and len(node.args) > place[called]:
                yield from (leaf.value for leaf in ast.walk(node.args[place[called]]) if isinstance(leaf, ast.Constant))


def test_every_code_has_a_message_in_both_languages() -> None:
    from registration.rules.form.faults import _CODES

    # A key by which code looks something up is a constant too, but no code: codes have a point or are N and a number.
    found = {code for code in {*codes_raised(), *_CODES.values()} if isinstance(code, str)}
    codes = {code for code in found if "." in code or code.startswith("N")}
    assert len(codes) > 80
    assert codes <= set(MESSAGES)


def test_every_text_has_two_languages_and_nothing_else() -> None:
    for code, message in MESSAGES.items():
        assert set(message) == {"zh", "en"}, code
        assert all(message.values()), code


def test_every_text_of_a_fault_says_what_to_do() -> None:
    for code, message in MESSAGES.items():
        if not code.startswith("status."):
            assert "请" in message["zh"] or "没有" in message["zh"], code
            assert "lease" in message["en"], code


def test_a_message_names_its_field() -> None:
    assert (
        problem_text(Problem("shareholders.1.lines.0.amount_wan", "field.missing"), "zh") == "请填写认缴出资额（万元）"
    )
    assert "Domicile" in problem_text(Problem("domicile", "section.missing"), "en")


def test_a_label_inside_an_english_sentence_has_no_capital() -> None:
    told = problem_text(Problem("people.0.id_no", "code.malformed"), "en")
    assert told == "Please give document number in letters and digits only"
    assert problem_text(Problem("tax.invoices", "field.malformed"), "en").startswith(
        "Please fill in invoices asked for"
    )
    assert "VAT payer" in problem_text(Problem("tax.vat_kind", "choice.missing"), "en")
    # The title of a section keeps it, and so does a label in front.
    inside = [code for code, row in MESSAGES.items() if "{field}" in row["en"][1:]]
    assert inside == ["section.missing"]


def test_each_agency_sees_its_whitelist_only() -> None:
    form = company_of_2015()
    codes, tax, insurance, statistics = map(
        city().agency, ("organization_code", "national_tax", "social_insurance", "statistics")
    )
    assert "id_no" not in json.dumps(visible_to(statistics, form))
    assert "mobile" not in json.dumps(visible_to(statistics, form))
    assert [person["key"] for person in visible_to(codes, form)["people"]] == ["p1"]
    assert set(visible_to(codes, form)["people"][0]) == {"key", "kind", "name"}
    assert [person["key"] for person in visible_to(insurance, form)["people"]] == ["p1", "p3"]
    assert "shareholders" not in visible_to(insurance, form)
    assert len(visible_to(tax, form)["people"]) == 3
    assert "tax" in visible_to(tax, form)


@given(st.sampled_from(city().agencies), JSON)
def test_a_whitelist_never_passes_what_is_not_on_it(agency: Agency, noise: Any) -> None:
    form = {**company_of_2015(), "noise": noise, "tax": {"noise": noise}}
    seen = visible_to(agency, form)
    assert "noise" not in seen
    assert "noise" not in seen.get("tax", {})


def test_sensitive_fields_are_found_in_the_form() -> None:
    contacts = {**company()["contacts"], "finance": {"name": "苏知禾", "mobile": "13800009999"}}
    paths = sensitive_paths(company(contacts=contacts))
    assert {"people.0.id_no", "people.0.mobile", "people.0.address", "contacts.finance.mobile"} <= set(paths)
    assert "people.0.name" not in paths
    assert "domicile.street" not in paths


def test_sensitive_fields_are_neither_public_nor_printed() -> None:
    for pattern, about in fields().items():
        assert not (about.sensitive and (about.public or about.printed)), pattern
    printed = {pattern for pattern, about in fields().items() if about.printed}
    assert {"name.trade", "domicile.street", "capital.amount_wan", "scope.items"} <= printed
    assert all(map(fields_seen_by, city().agencies))


def test_every_field_and_section_has_two_labels() -> None:
    for pattern in [*fields(), *MODELS]:
        assert label_of(pattern, "zh")
        assert label_of(pattern, "en")
        assert label_of(pattern, "zh") != "表单"


@given(st.integers(0, 2**32))
def test_sample_numbers_pass_as_persons(seed: int) -> None:
    person = {**company()["people"][0], "id_no": sample_id(Random(seed), sex="female").lower()}
    assert parse("people", [person], **NOW)
