"""What a city's row lets an agency see, and which examples messages give."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.city import PACKAGED, Agency, Persons, city, read
from registration.rules.fields import fields, fields_seen_by, public_fields, still_visible_to, visible_to
from registration.rules.problems import message
from tests.registration.rules.rule_forms import company
from workflows.definition.values import Text

NAMED = Text(zh="港务局", en="Harbour Office")


def agency(*sees: str, **more: object) -> Agency:
    row = {"key": "harbour", "name": NAMED, "role": "agency_harbour", "officer": NAMED, "sees": list(sees)}
    return Agency.model_validate(row | more)


def patterns(value: object, at: str = "") -> set[str]:
    """The patterns of all texts and numbers in a form."""
    if isinstance(value, dict):
        return {one for key, inner in value.items() for one in patterns(inner, f"{at}.{key}" if at else str(key))}
    if isinstance(value, list | tuple):
        return {one for inner in value for one in patterns(inner, f"{at}.*")}
    return {at}


@given(st.sets(st.sampled_from(sorted(fields()))))
def test_an_agency_sees_what_its_row_names_and_what_is_below_it(named: set[str]) -> None:
    row = agency(*named, persons={"without": ["owners"]})
    seen = patterns(visible_to(row, company()))
    for pattern in seen:
        assert any(pattern == key or pattern.startswith(f"{key}.") for key in named), pattern


def test_a_key_is_no_beginning_of_another_word() -> None:
    assert "name.region_place" not in fields_seen_by(agency("name.region"))
    assert "domicile.region" not in fields_seen_by(agency("name"))
    assert {"name", "name.region"} - set(fields()) <= {"name"}


def test_a_row_without_persons_sees_none() -> None:
    row = agency("people.*.key", "people.*.kind", "people.*.name")
    assert "people" not in visible_to(row, company())
    chosen = row.model_copy(update={"persons": Persons(only=("legal_rep",))})
    assert [set(one) for one in visible_to(chosen, company())["people"]] == [{"key", "kind", "name"}]


def test_a_closed_part_leaves_public_data_alone() -> None:
    row = agency("name", "domicile", "people", "tax", persons={"without": ["owners"]})
    left = patterns(still_visible_to(row, company())) - {"people.*.key", "people.*.kind"}
    assert left <= public_fields()


def test_messages_give_the_examples_of_the_city() -> None:
    assert "例如金华市婺城区" in message("N10", "zh", {})
    assert "0579-12345678" in message("phone.malformed", "en", {})


def test_a_folder_is_read_once(tmp_path: Path) -> None:
    assert city() is read(PACKAGED)
    assert replace(city(), folder=tmp_path).designs is None
    with pytest.raises(KeyError):
        city().agency("harbour")
