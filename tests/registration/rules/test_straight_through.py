"""What lets the system decide a case at once: all of the table's guards, and no check that is not green."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.matters import CURRENT, workflow_of
from registration.rules.automatic_checks import VERDICTS, Check, Verdict, check_rules
from registration.rules.facts import Facts
from registration.rules.problems import Problem
from registration.rules.straight_through import SwitchProposal, faults
from workflows.errors import ActionNotAllowed

GREEN: dict[str, Any] = {
    "straight_through": True,
    "noticed_targets": frozenset(),
    "material_kinds": frozenset(),
    "not_green": (),
    "unsigned": (),
    "unprintable": (),
    "misuse_reported": False,
    "registrar_regions": frozenset({"330702"}),
}
RED: dict[str, Any] = {
    "straight_through": False,
    "noticed_targets": frozenset({"section.name"}),
    "material_kinds": frozenset({"premises_lease"}),
    "not_green": ("person_barred",),
    "unsigned": ("p1",),
    "unprintable": (Problem("name", "text.no_glyph", {}),),
    "misuse_reported": True,
    "registrar_regions": frozenset({"330703"}),
}


def facts_of(red: frozenset[str]) -> Facts:
    facts = Facts()
    facts.regime, facts.form = "market_entity_2022", {"domicile": {"region": "330702"}}
    for name, value in GREEN.items():
        setattr(facts, name, RED[name] if name in red else value)
    return facts


@given(red=st.frozensets(st.sampled_from(sorted(GREEN))))
def test_it_is_approved_where_all_is_green_and_nowhere_else(red: frozenset[str]) -> None:
    workflow = workflow_of(CURRENT["establishment"])
    asked: dict[str, Any] = {"roles": {"system"}, "actor_id": "system", "facts": facts_of(red), "took": {}}
    if not red:
        assert workflow.step("submitted", "approve_at_once", **asked).target == "approved"
        return
    with pytest.raises(ActionNotAllowed) as refused:
        workflow.step("submitted", "approve_at_once", **asked)
    # Where it is off the checks are not asked for.
    silent = {"not_green"} if "straight_through" in red else set()
    assert len(refused.value.blockers) == len(red - silent)


def test_nobody_but_the_system_approves_at_once() -> None:
    table = workflow_of(CURRENT["establishment"]).table
    rows = [row for row in table.rows if row.action == "approve_at_once"]
    assert {role for row in rows for role in row.by} == {"system"}
    assert {source for row in rows for source in row.sources} == {"submitted"}


@pytest.mark.parametrize("key", check_rules())
@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_check_is_green_if_passed_or_if_its_row_says_so(key: str, verdict: Verdict) -> None:
    rule = check_rules()[key]
    let_pass = {("scope_permits", "info"), ("domicile_shared", "info")}
    assert Check(rule, verdict).is_green == (verdict == "ok" or (key, verdict) in let_pass)


def test_of_the_points_to_look_at_only_a_declared_domicile_is_green() -> None:
    named = {(key, code) for key, rule in check_rules().items() for code in rule.at_once if code not in VERDICTS}
    assert named == {("domicile_place", "flag.domicile_declared")}
    place = check_rules()["domicile_place"]
    assert Check(place, "warn", problem=Problem("domicile.tenure", "flag.domicile_declared", {})).is_green
    assert not Check(place, "warn", problem=Problem("domicile.use", "flag.residential", {})).is_green
    assert not Check(place, "bad", problem=Problem("domicile.street", "domicile.too_long", {})).is_green


@pytest.mark.parametrize("percent", [None, -1, 0, 101])
def test_somebody_looks_at_some_of_them(percent: int | None) -> None:
    day = date(2026, 11, 30)
    assert [one.path for one in faults(SwitchProposal("llc", True, percent, day), today=day)] == ["sample_percent"]
    assert faults(SwitchProposal("llc", True, 1, day), today=day) == []
