"""The checker: each finding by a table that has just that fault."""

from collections.abc import Callable
from typing import Any

import pytest

from workflows.check import CODES, Finding, check, without_holder
from workflows.definition import Definition, parse, source
from workflows.definition.values import Condition

Edit = Callable[[dict[str, Any]], object]
GUARDS = {"all_is_built", "fee_is_paid", "form_is_valid", "reason_is_given", "tools_are_there"}


def state(kind: str, **more: Any) -> dict[str, Any]:
    told = {"escalates_to": "chief"} if kind == "office" else {}
    return {"label": {"zh": "某", "en": "Some"}, "kind": kind, **told, **more}


def row(action: str, source: str, target: str, by: str = "clerk", **more: Any) -> dict[str, Any]:
    return {"action": action, "from": source, "to": target, "by": by, "basis": "P1", **more}


def test_the_small_table_is_right(small: Definition) -> None:
    assert check(small, guards=GUARDS, conditions=["big"], effects=small.effects) == []


def unreachable(data: dict[str, Any]) -> None:
    data["states"]["attic"] = state("waiting")
    data["rows"].append(row("grant", "attic", "granted", "clerk"))


def circle(data: dict[str, Any]) -> None:
    data["states"] |= {"north": state("waiting"), "south": state("waiting")}
    data["rows"] += [row("freeze", "frozen", "north"), row("freeze", "north", "south"), row("freeze", "south", "north")]


def dead_end(data: dict[str, Any]) -> None:
    data["states"]["pit"] = state("waiting")
    data["rows"] += [row("freeze", "frozen", "pit"), row("note", "pit", "=")]


def office_without_limit(data: dict[str, Any]) -> None:
    data["states"]["desk"] = state("office")
    data["rows"] += [row("freeze", "frozen", "desk"), row("refuse", "desk", "refused")]


def a_road_without_sending(data: dict[str, Any]) -> None:
    data["rows"].append(row("note", "draft", "queued", "driver"))


def a_chief_s_own_door(data: dict[str, Any]) -> None:
    data["rows"].append(row("note", "frozen", "granted", "chief"))


def a_door_on_the_other_route(data: dict[str, Any]) -> None:
    data["rows"].append(row("note", "frozen", "granted", "chief", **{"if": "not big"}))


def out_of_the_building(data: dict[str, Any]) -> None:
    data["rows"].append(row("note", "building", "draft"))


def a_second_join(data: dict[str, Any]) -> None:
    data["rows"].append(row("built", "frozen", "queued", "meter", when="all_is_built"))


def skipped_while_queued(data: dict[str, Any]) -> None:
    data["parts"]["rows"].append(row("finish", "ready", "open", "crew", basis=[]))
    data["rows"].append(row("finish", "queued", "="))


def silent(data: dict[str, Any]) -> None:
    data["parts"]["rows"][2]["by"] = ["crew", "meter"]


FAULTS: dict[str, tuple[Edit, str, str]] = {
    "unreachable": (unreachable, "unreachable", "states.attic"),
    "no way to a final state": (circle, "no_way_to_final", "states.north"),
    "dead end": (dead_end, "dead_end", "states.pit"),
    "rows in a final state": (
        lambda data: data["rows"].append(row("note", "granted", "=", "chief")),
        "final_has_rows",
        "states.granted",
    ),
    "a way on from a final state": (
        lambda data: data["rows"].append(row("note", "refused", "frozen", "chief")),
        "final_has_rows",
        "states.refused",
    ),
    "correction that never lapses": (
        lambda data: data["rows"][9].update(by="driver"),
        "endless_correction",
        "states.returned",
    ),
    "correction without a day": (
        lambda data: data["states"]["returned"].pop("within"),
        "endless_correction",
        "states.returned",
    ),
    "nobody can take it": (lambda data: data["rows"][1].update(by=[]), "nobody_can_take", "rows.1"),
    "action without a row": (
        lambda data: data["actions"].update(paint={"label": {"zh": "画", "en": "Paint"}}),
        "unused_action",
        "actions.paint",
    ),
    "holder who can do nothing": (
        lambda data: data["states"]["frozen"].update(holder="clerk"),
        "idle_holder",
        "states.frozen",
    ),
    "two rows answer": (
        lambda data: data["rows"].append(row("note", "queued", "refused", "clerk")),
        "ambiguous_rows",
        "rows.13",
    ),
    "second eyes without first": (a_road_without_sending, "four_eyes_gap", "rows.7"),
    "second eyes on an action nobody needs": (
        lambda data: data["rows"][7].update(not_same_person_as="note"),
        "four_eyes_gap",
        "rows.7",
    ),
    "first eyes of the program": (
        lambda data: data["rows"][0].update(by=["driver", "meter"]),
        "four_eyes_machine",
        "rows.7",
    ),
    "way round the second eyes": (a_chief_s_own_door, "four_eyes_bypass", "rows.13"),
    "second eyes in a part": (
        lambda data: data["parts"]["rows"][2].update(not_same_person_as="open"),
        "four_eyes_in_part",
        "parts.rows.2",
    ),
    "office state without a limit": (office_without_limit, "missing_limit", "states.desk"),
    "part without a limit": (
        lambda data: data["parts"]["graph"]["lines"].pop("within"),
        "missing_limit",
        "parts.graph.lines",
    ),
    "office state that tells nobody": (
        lambda data: data["states"]["queued"].pop("escalates_to"),
        "missing_escalation",
        "states.queued",
    ),
    "office state that tells the program": (
        lambda data: data["states"]["queued"].update(escalates_to="meter"),
        "missing_escalation",
        "states.queued",
    ),
    "state of a part that tells nobody": (
        lambda data: data["parts"]["states"]["open"].pop("escalates_to"),
        "missing_escalation",
        "parts.states.open",
    ),
    "title in one language": (lambda data: data["title"].pop("en"), "missing_label", "title"),
    "role in one language": (lambda data: data["roles"]["clerk"].update(zh=" "), "missing_label", "roles.clerk"),
    "state in one language": (
        lambda data: data["states"]["queued"]["label"].pop("zh"),
        "missing_label",
        "states.queued",
    ),
    "action in one language": (
        lambda data: data["actions"]["send"]["label"].pop("en"),
        "missing_label",
        "actions.send",
    ),
    "part in one language": (
        lambda data: data["parts"]["graph"]["lines"]["label"].pop("en"),
        "missing_label",
        "parts.graph.lines",
    ),
    "state of a part in one language": (
        lambda data: data["parts"]["states"]["open"]["label"].pop("en"),
        "missing_label",
        "parts.states.open",
    ),
    "basis in one language": (lambda data: data["citations"]["P1"].pop("en"), "missing_basis", "citations.P1"),
    "refusal without a law": (lambda data: data["rows"][8].pop("basis"), "row_without_basis", "rows.8"),
    "hand-back without a law": (lambda data: data["rows"][3].pop("basis"), "row_without_basis", "rows.3"),
    "stop without a law": (lambda data: data["rows"][4].pop("basis"), "row_without_basis", "rows.4"),
    "more time without a law": (lambda data: data["rows"][2].pop("basis"), "row_without_basis", "rows.2"),
    "guard nobody wrote": (lambda data: data["rows"][1].update(when="is_dry"), "unbound_guard", "rows.1"),
    "condition nobody wrote": (
        lambda data: data["rows"][1].update({"if": "not windy"}),
        "unbound_condition",
        "rows.1",
    ),
    "effect nobody wrote": (lambda data: data["rows"][1].update(then="ring.bell"), "unbound_effect", "rows.1"),
    "guard of a part nobody wrote": (
        lambda data: data["parts"]["rows"][2].update(when="is_dry"),
        "unbound_guard",
        "parts.rows.2",
    ),
    "parts that wait for each other": (
        lambda data: data["parts"]["graph"]["sweep"].update(after="survey"),
        "cyclic_parts",
        "parts.graph",
    ),
    "required part behind an optional one": (
        lambda data: data["parts"]["graph"]["survey"].update(after=["sweep", "lines", "sign"]),
        "never_complete",
        "parts.graph.survey",
    ),
    "join that waits for nothing": (
        lambda data: [part.update(required="false") for part in data["parts"]["graph"].values()],
        "empty_join",
        "parts.graph",
    ),
    "silence that counts as consent": (silent, "silent_done", "parts.rows.2"),
    "parts that nothing joins": (lambda data: data["parts"].pop("join"), "join_missing", "parts"),
    "join that does not look": (
        lambda data: (data["rows"][12].pop("when"), data["rows"][1].update(when="all_is_built")),
        "join_unguarded",
        "rows.12",
    ),
    "join where no part runs": (a_second_join, "join_outside", "rows.13"),
    "road past the join": (out_of_the_building, "join_bypassed", "rows.13"),
    "part reopened after the join": (skipped_while_queued, "join_undone", "rows.13"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_table_with_one_fault_has_that_finding(fault: str, broken: Callable[..., Definition]) -> None:
    edit, code, place = FAULTS[fault]
    table = broken(edit)
    effects = {"notify.receipt", "notify.decision", "print.ticket"}
    findings = check(table, guards=GUARDS, conditions=["big"], effects=effects)
    assert {finding.code for finding in findings} == {code}
    assert findings[0].place == place


def test_every_code_of_a_table_has_such_a_table() -> None:
    assert {code for _, code, _ in FAULTS.values()} == set(CODES) - {"role_without_holder"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_is_told_in_both_languages(fault: str, broken: Callable[..., Definition]) -> None:
    finding = next(iter(check(broken(FAULTS[fault][0]), guards=GUARDS, conditions=["big"], effects=["print.ticket"])))
    said = [finding.message, finding.fix, finding.message_in("zh"), finding.fix_in("zh")]
    assert len(set(said)) == len(said)
    assert not any("{" in words for words in said)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_both_languages(code: str) -> None:
    texts = [CODES[code].about, CODES[code].message, CODES[code].fix]
    assert all(text["zh"].strip() and text["en"].strip() for text in texts)
    assert all(any("一" <= sign <= "鿿" for sign in text["zh"]) for text in texts)


def test_a_finding_points_into_the_file(small_text: str) -> None:
    text = small_text.replace("by: chief, within: 1wd, basis: P1}", "by: chief, within: 1wd}")
    (finding,) = check(parse(text), source=source.read(text, file="parking.yaml"))
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if "action: stretch" in words)
    assert (finding.code, finding.line, finding.column) == ("row_without_basis", line, 5)


def test_without_the_file_a_finding_has_a_place_only(broken: Callable[..., Definition]) -> None:
    (finding,) = check(broken(lambda data: data["title"].pop("en")))
    assert (finding.place, finding.line, finding.column) == ("title", None, None)


def test_a_part_s_own_table_is_checked_too(broken: Callable[..., Definition]) -> None:
    findings = check(broken(lambda data: data["parts"].update(done="skipped")))
    assert [(finding.code, finding.place) for finding in findings] == [("dead_end", "parts.states.ready")]


def test_rows_told_apart_by_a_condition_are_no_finding(broken: Callable[..., Definition]) -> None:
    def split(data: dict[str, Any]) -> None:
        data["rows"][1]["if"] = "big"
        data["rows"].append(row("note", "queued", "refused", "clerk", **{"if": ["not big"]}))

    assert check(broken(split)) == []


def test_a_door_that_stands_on_the_other_route_does_not_go_round_the_second_eyes(
    broken: Callable[..., Definition],
) -> None:
    assert check(broken(a_door_on_the_other_route)) == []


def test_a_road_that_comes_back_to_the_parts_does_not_pass_the_join(broken: Callable[..., Definition]) -> None:
    def back(data: dict[str, Any]) -> None:
        data["states"]["mended"] = state("applicant", within="5wd", holder="driver")
        data["rows"] += [row("note", "building", "mended"), row("note", "mended", "building", "driver")]
        data["rows"].append(row("expire", "mended", "refused", "meter"))

    assert check(broken(back)) == []


@pytest.mark.parametrize(
    ("registries", "code", "names"),
    [
        ({"guards": ["fee_is_paid"]}, "unbound_guard", sorted(GUARDS - {"fee_is_paid"})),
        ({"conditions": []}, "unbound_condition", ["big"]),
        ({"effects": ["print.ticket"]}, "unbound_effect", ["notify.decision", "notify.receipt"]),
    ],
)
def test_names_are_checked_against_the_registries_given(
    small: Definition, registries: dict[str, Any], code: str, names: list[str]
) -> None:
    findings: list[Finding] = check(small, **registries)
    assert {finding.code for finding in findings} == {code}
    assert sorted(finding.data["name"] for finding in findings) == names


def test_a_role_that_nobody_in_an_office_has(small: Definition) -> None:
    crew = {"sweeper", "painter"}
    assert without_holder(small, held={"clerk", "chief", *crew}) == []
    (chief,) = without_holder(small, held={"clerk", *crew})
    assert (chief.code, chief.place) == ("role_without_holder", "roles.chief")
    assert chief.data == {"roles": "chief", "actions": "stretch, freeze, thaw, grant"}
    assert [finding.place for finding in without_holder(small, held={"clerk", "chief", "sweeper"})] == ["roles.painter"]


def test_a_route_that_an_office_never_takes_needs_nobody(broken: Callable[..., Definition]) -> None:
    table = broken(
        lambda data: [
            one.update(by="clerk") for one in data["rows"] if one["by"] == "chief" and one["action"] != "grant"
        ]
    )
    held = {"clerk", "sweeper", "painter"}
    assert [finding.place for finding in without_holder(table, held=held)] == ["roles.chief"]
    assert without_holder(table, held=held, given=[Condition(name="big", holds=False)]) == []
