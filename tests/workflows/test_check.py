"""The checker: each finding by a table that has just that fault."""

from collections.abc import Callable
from typing import Any

import pytest

from workflows.check import Finding, check
from workflows.definition import Definition

Edit = Callable[[dict[str, Any]], object]


def state(kind: str, **more: Any) -> dict[str, Any]:
    return {"label": {"zh": "某", "en": "Some"}, "kind": kind, **more}


def row(action: str, source: str, target: str, by: str = "clerk", **more: Any) -> dict[str, Any]:
    return {"action": action, "from": source, "to": target, "by": by, **more}


def test_the_small_table_is_right(small: Definition) -> None:
    assert check(small, guards=small.guards | small.parts.guards, conditions=["big"], effects=small.effects) == []


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
    data["rows"] += [row("freeze", "frozen", "desk"), row("grant", "desk", "granted")]


def unused_action(data: dict[str, Any]) -> None:
    data["actions"]["paint"] = {"label": {"zh": "画", "en": "Paint"}}


def second_answer(data: dict[str, Any]) -> None:
    data["rows"].append(row("note", "queued", "granted", "chief"))


FAULTS: dict[str, tuple[Edit, str, str]] = {
    "unreachable": (unreachable, "unreachable", "states.attic"),
    "no way to a final state": (circle, "no_way_to_final", "states.north"),
    "dead end": (dead_end, "dead_end", "states.pit"),
    "rows in a final state": (
        lambda data: data["rows"].append(row("note", "granted", "=", "chief")),
        "final_has_rows",
        "states.granted",
    ),
    "nobody can take it": (lambda data: data["rows"][1].update(by=[]), "nobody_can_take", "rows.1"),
    "action without a row": (unused_action, "unused_action", "actions.paint"),
    "holder who can do nothing": (
        lambda data: data["states"]["frozen"].update(holder="clerk"),
        "idle_holder",
        "states.frozen",
    ),
    "two rows answer": (second_answer, "ambiguous_rows", "rows.9"),
    "office state without a limit": (office_without_limit, "missing_limit", "states.desk"),
    "part without a limit": (
        lambda data: data["parts"]["graph"]["lines"].pop("within"),
        "missing_limit",
        "parts.graph.lines",
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
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_table_with_one_fault_has_that_finding(fault: str, broken: Callable[..., Definition]) -> None:
    edit, code, place = FAULTS[fault]
    findings = check(broken(edit))
    assert {finding.code for finding in findings} == {code}
    assert findings[0].place == place
    assert all(finding.message and finding.fix for finding in findings)


def test_a_part_s_own_table_is_checked_too(broken: Callable[..., Definition]) -> None:
    findings = check(broken(lambda data: data["parts"].update(done="skipped")))
    assert [(finding.code, finding.place) for finding in findings] == [("dead_end", "parts.states.ready")]


def test_rows_told_apart_by_a_condition_are_no_finding(broken: Callable[..., Definition]) -> None:
    def split(data: dict[str, Any]) -> None:
        data["rows"][1]["if"] = "big"
        data["rows"].append(row("note", "queued", "granted", "chief", **{"if": ["not big"]}))

    assert check(broken(split)) == []


@pytest.mark.parametrize(
    ("registries", "code", "names"),
    [
        ({"guards": ["fee_is_paid"]}, "unbound_guard", ["form_is_valid", "reason_is_given", "tools_are_there"]),
        ({"conditions": []}, "unbound_condition", ["big"]),
        ({"effects": ["print.ticket"]}, "unbound_effect", ["notify.decision", "notify.receipt"]),
    ],
)
def test_names_are_checked_against_the_registries_given(
    small: Definition, registries: dict[str, list[str]], code: str, names: list[str]
) -> None:
    findings: list[Finding] = check(small, **registries)
    assert {finding.code for finding in findings} == {code}
    assert [finding.message.rsplit(" ", 1)[1] for finding in findings] == names
