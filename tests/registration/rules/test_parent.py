"""The rules on a branch and its parent, and what agencies see of them."""

from typing import Any

from registration import clock
from registration.rules.check import check_draft
from registration.rules.city import city
from registration.rules.fields import visible_to
from registration.rules.registered_parent import RegisteredParent
from tests.fixtures.cases import person, sole_prop
from tests.fixtures.forms import branch, coop

FORM = branch()
PARENT = FORM["parent"]["name"]


def problems_of(form: dict[str, Any], *, entity_type: str = "branch", **more: Any) -> set[str]:
    found = check_draft(
        form,
        entity_type=entity_type,
        regime="market_entity_2022",
        today=clock.local_date(clock.now()),
        registrar_regions=["330702"],
        **more,
    )
    return {problem.code for problem in found}


def test_only_the_name_of_a_branch_has_a_parent() -> None:
    named = {**FORM, "name": {**FORM["name"], "parent": PARENT}}
    assert problems_of(named) == set()
    assert problems_of(FORM) == {"name.parent_missing"}
    form = sole_prop()
    form["name"]["parent"] = PARENT
    assert "name.parent_not_wanted" in problems_of(form, entity_type="sole_prop")


def test_the_parents_representative_may_file() -> None:
    named = {**FORM, "name": {**FORM["name"], "parent": PARENT}, "people": [person("p1"), person("p2"), person("p3")]}
    for key, found in (("p2", set()), ("p3", {"filer.takes_no_part"})):
        assert problems_of({**named, "contacts": {**FORM["contacts"], "filer": {"person": key}}}) == found


def test_the_parents_own_words_are_not_examined_again() -> None:
    """Of a registered name: a group's mark, an industry on no list, no region at all."""
    for parent in (
        "金华市听溪样例（集团）有限公司",
        "听溪样例有限公司",
        "听溪（金华）怀石有限公司",
        "中国听溪样例有限公司",
    ):
        form = branch(parent={"name": parent})
        form["name"]["parent"] = parent
        assert problems_of(form) == set(), parent
    form["name"] |= {"trade": "国家级"}
    assert "N04" in problems_of(form)


def test_agencies_see_of_a_branch_what_their_rows_name() -> None:
    form = {**FORM, "name": {**FORM["name"], "parent": PARENT}}
    seen = {agency.key: visible_to(agency, form) for agency in city().agencies}
    assert seen["national_tax"]["parent"].keys() == FORM["parent"].keys() - {"email"}
    assert seen["statistics"]["parent"] == {"uscc": FORM["parent"]["uscc"], "name": PARENT}
    assert {key: part["name"]["parent"] for key, part in seen.items()} == dict.fromkeys(seen, PARENT)
    quality = seen["organization_code"]
    assert [one.keys() for one in quality["people"]] == [{"key", "kind", "name"}]
    assert quality["responsible"] == {"person": "p1"}
    members = visible_to(next(one for one in city().agencies if one.key == "organization_code"), coop())
    assert [one["key"] for one in members["people"]] == ["p1"]
    assert [row.keys() for row in members["members"]["listed"]] == [{"amount_wan"}] * 5


def test_a_type_of_the_register_that_founds_no_branches_is_no_reason_to_stop() -> None:
    """A parent in the register whose printed type is on no list here: the typed type counts."""
    known = RegisteredParent(PARENT, "集体所有制", ("周远舟",), (), in_force=True)
    form = {**FORM, "name": {**FORM["name"], "parent": PARENT}}
    assert problems_of(form, registered={form["parent"]["uscc"]: known}) == set()
