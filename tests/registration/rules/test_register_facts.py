"""What of a form enters the register: every item of the law for the type, no number, telephone or mail of a person."""

import json
import re

import pytest
from sqlalchemy import CheckConstraint

from registration.models import Entity
from registration.models.columns import table_of
from registration.queries.licences import ENDED
from registration.rules.form import read
from registration.rules.norms import is_citation
from registration.rules.register_facts import form_values
from registration.rules.register_items import STATES, register_items
from registration.rules.register_words import value_lines
from tests.fixtures.cases import company, individual, limited_partnership, person, sole_prop

ALL = {"liaison", "articles", "investors", "term", "contributions", "beneficial_owners"}


@pytest.mark.parametrize(
    ("kind", "form", "items"),
    [
        ("llc", company() | {"owners": {"basis": "exempt", "promised": True}}, ALL | {"officers", "finance_officer"}),
        ("lp", limited_partnership(), ALL | {"residences"}),
        ("sole_prop", sole_prop(), {"liaison", "residences"}),
        ("individual", individual(), {"liaison", "residences"}),
    ],
)
def test_items_of_a_type(kind: str, form: dict[str, object], items: set[str]) -> None:
    typed, _ = read(form, entity_type=kind, regime="company_law_2024" if kind == "llc" else "market_entity_2022")
    found = form_values(typed, entity_type=kind, digest="abc")
    assert found.keys() == items
    assert found.keys() <= register_items().keys()
    written = json.dumps(found, ensure_ascii=False)
    for key in ("p1", "p2", "p4"):
        assert person(key)["id_no"] not in written
        assert person(key)["mobile"] not in written
    for item, value in found.items():
        for lang in ("zh", "en"):
            assert all(line and "{" not in line for line in value_lines(item, value, lang)), item


def test_contributions_are_said_whole() -> None:
    typed, _ = read(company(), entity_type="llc", regime="market_entity_2022")
    value = form_values(typed, entity_type="llc", digest="")["contributions"]
    (first, *_) = value_lines("contributions", value, "zh")
    assert first.startswith(value[0]["name"])
    assert "货币" in first
    assert "万元" in first
    assert "前缴付" in first


def test_items_and_states_are_those_of_law_and_table() -> None:
    cited = [one for row in register_items().values() for one in (*row.law, *row.published)]
    assert cited
    assert [one for one in cited if not is_citation(one)] == []
    (allowed,) = (one for one in table_of(Entity).constraints if one.name == "entity_status")
    assert isinstance(allowed, CheckConstraint)
    assert set(re.findall(r"'(\w+)'", str(allowed.sqltext))) == STATES.keys()
    assert STATES.keys() >= ENDED
