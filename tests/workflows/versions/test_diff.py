"""Two tables compared by what they mean, not by how they are written."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.conftest import SMALL, Edit, edited
from workflows.definition import Definition, parse
from workflows.versions.diff import Aspect, TableChange, diff

EDITS: dict[str, tuple[Edit, tuple[TableChange, ...]]] = {
    "a label": (
        lambda t: t["states"]["queued"]["label"].update(en="In line"),
        (TableChange("changed", "states", "queued", (Aspect("label.en", "Queued", "In line"),)),),
    ),
    "a limit": (
        lambda t: t["states"]["queued"].update(within="1wd"),
        (TableChange("changed", "states", "queued", (Aspect("within", "2wd", "1wd"),)),),
    ),
    "a kind": (
        lambda t: t["states"]["frozen"].update(kind="office"),
        (TableChange("changed", "states", "frozen", (Aspect("kind", "waiting", "office"),)),),
    ),
    "the inputs of an action": (
        lambda t: t["actions"]["refuse"].update(asks=["reason", "opinion"]),
        (TableChange("changed", "actions", "refuse", (Aspect("asks", ("reason",), ("reason", "opinion")),)),),
    ),
    "a guard": (
        lambda t: t["rows"][0].update(when="form_is_valid"),
        tuple(
            TableChange(
                "changed",
                "rows",
                f"send: {state} -> queued",
                (Aspect("when", ("form_is_valid", "fee_is_paid"), ("form_is_valid",)),),
            )
            for state in ("draft", "returned")
        ),
    ),
    "a role": (
        lambda t: t["rows"][3].update(by=["chief", "clerk"]),
        (TableChange("changed", "rows", "back: queued -> returned", (Aspect("by", ("clerk",), ("chief", "clerk")),)),),
    ),
    "the order of effects": (
        lambda t: t["rows"][6].update(then=["notify.decision", "print.ticket"]),
        (
            TableChange(
                "changed",
                "rows",
                "grant: queued -> granted if not big",
                (Aspect("then", ("print.ticket", "notify.decision"), ("notify.decision", "print.ticket")),),
            ),
        ),
    ),
    "a target": (
        lambda t: t["rows"][5].update(to="returned"),
        (TableChange("changed", "rows", "thaw: frozen -> returned", (Aspect("to", "queued", "returned"),)),),
    ),
    "a condition": (
        lambda t: t["rows"][7].update({"if": "huge"}),
        (TableChange("changed", "rows", "grant: queued -> granted if huge", (Aspect("if", ("big",), ("huge",)),)),),
    ),
    "four eyes": (
        lambda t: t["rows"][7].pop("not_same_person_as"),
        (
            TableChange(
                "changed", "rows", "grant: queued -> granted if big", (Aspect("not_same_person_as", ("send",), None),)
            ),
        ),
    ),
    "a row": (lambda t: t["rows"].pop(1), (TableChange("removed", "rows", "note: queued -> queued"),)),
    "a clock's limit": (
        lambda t: t["clock"]["slow"].update(limit="12d"),
        (TableChange("changed", "clock", "slow", (Aspect("limit", "10d", "12d"),)),),
    ),
    "a regime": (lambda t: t["clock"].pop("kind"), (TableChange("removed", "clock", "kind"),)),
    "a part's limit": (
        lambda t: t["parts"]["graph"]["sign"].update(within="2wd"),
        (TableChange("changed", "parts.graph", "sign", (Aspect("within", "1wd", "2wd"),)),),
    ),
    "a required part": (
        lambda t: t["parts"]["graph"]["sign"].pop("required"),
        (TableChange("changed", "parts.graph", "sign", (Aspect("required", "false", None),)),),
    ),
    "a row of the parts": (
        lambda t: t["parts"]["rows"].pop(2),
        (TableChange("removed", "parts.rows", "skip: open -> skipped"),),
    ),
    "what ends a wait": (
        lambda t: t["parts"].update(done=["ready"]),
        (TableChange("changed", "parts", "parts", (Aspect("done", ("ready", "skipped"), ("ready",)),)),),
    ),
    "the parts as a whole": (lambda t: t.pop("parts"), (TableChange("removed", "parts", "parts"),)),
    "a citation": (
        lambda t: t["citations"].update(P2={"zh": "二", "en": "2"}),
        (TableChange("added", "citations", "P2"),),
    ),
    "a role's name": (
        lambda t: t["roles"]["chief"].update(zh="主任"),
        (TableChange("changed", "roles", "chief", (Aspect("zh", "负责人", "主任"),)),),
    ),
    "the title": (
        lambda t: t["title"].update(en="Parked"),
        (TableChange("changed", "title", "title", (Aspect("title.en", "Parking", "Parked"),)),),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_is_told_as_what_it_is(name: str, small: Definition) -> None:
    edit, expected = EDITS[name]
    assert diff(small, parse(edited(edit))) == list(expected)


def test_a_state_that_goes_is_named_with_its_rows(small: Definition, broken: Callable[..., Definition]) -> None:
    def without_frozen(table: dict[str, Any]) -> None:
        del table["states"]["frozen"]
        table["rows"] = [row for row in table["rows"] if row["action"] not in ("freeze", "thaw")]
        for policy in table["clock"].values():
            del policy["excluded"]

    changes = diff(small, broken(without_frozen))
    assert [change.key for change in changes if change.kind == "removed" and change.place == "states"] == ["frozen"]
    assert TableChange("removed", "rows", "freeze: queued -> frozen") in changes
    assert TableChange("changed", "clock", "plain", (Aspect("excluded", ("frozen",), None),)) in changes


def test_of_a_list_it_is_said_what_came_and_what_went() -> None:
    assert Aspect("by", ("a", "b"), ("b", "c")).gone == ("a",)
    assert Aspect("by", None, ("b", "c")).new == ("b", "c")
    assert Aspect("within", "1wd", "2wd").gone == ()


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_is_only_written_otherwise_is_no_difference(random: Random) -> None:
    """Rows split by state, lists in another order, rows in another order: the tables mean the same."""
    table = yaml.load(SMALL, Loader=yaml.BaseLoader)
    for part in (table, table["parts"]):
        rows = []
        for row in part["rows"]:
            sources = row["from"] if isinstance(row["from"], list) else [row["from"]]
            rows += [deepcopy(row) | {"from": source} for source in sources]
        for row in rows:
            for name in ("by", "when"):
                if isinstance(row.get(name), list):
                    random.shuffle(row[name])
        random.shuffle(rows)
        part["rows"] = rows
    other = parse(yaml.safe_dump(table, allow_unicode=True, sort_keys=False))
    assert diff(parse(SMALL), other) == []


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=4, unique=True))
def test_backwards_everything_is_the_other_way_round(names: list[str]) -> None:
    if "the parts as a whole" in names:
        names = ["the parts as a whole", *(name for name in names if "part" not in name and "wait" not in name)]
    table = yaml.load(SMALL, Loader=yaml.BaseLoader)
    # Rows that go are taken out last, so that the places of the others stay what they are.
    for name in sorted(names, key=lambda one: one == "a row"):
        EDITS[name][0](table)
    one, other = parse(SMALL), parse(yaml.safe_dump(table, allow_unicode=True, sort_keys=False))
    assert bool(diff(one, other)) == bool(names)
    there, back = diff(one, other), diff(other, one)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    places = [(turned[change.kind], change.place, len(change.aspects)) for change in back]
    assert sorted((change.kind, change.place, len(change.aspects)) for change in there) == sorted(places)
