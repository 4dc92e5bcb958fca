"""A walk through a table replays to where it ended; an entry that no row allows is refused, and named."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.definition import Definition, load
from workflows.versions.replay import Contradiction, Recorded, Replay

FOLDER = Path(__file__).parents[3] / "registration" / "matters" / "establishment"
TABLE = load(FOLDER / "workflow@1.yaml")
KEY = "establishment@1"
OPENING = Recorded(1, "opening", "start", "account:1", "applicant", "draft", "draft")


def tables(key: str) -> Definition:
    return {KEY: TABLE, "establishment@2": TABLE}[key]


def replayed(entries: list[Recorded]) -> Replay:
    replay = Replay(KEY, tables=tables)
    for entry in entries:
        replay.take(entry)
    replay.end()
    return replay


def fault(entries: list[Recorded]) -> tuple[object, object]:
    with pytest.raises(Contradiction) as refused:
        replayed(entries)
    return refused.value.data["seq"], refused.value.data["fault"]


@st.composite
def walks(draw: st.DrawFn) -> list[Recorded]:
    """Any road through the rows, each step by another person, so that no second pair of eyes is missed."""
    entries, state = [OPENING], TABLE.start
    for seq in range(2, draw(st.integers(2, 25))):
        rows = list(TABLE.rows_from(state))
        if not rows:
            break
        row = draw(st.sampled_from(rows))
        target = row.target_from(state)
        role = draw(st.sampled_from(row.by))
        entries.append(Recorded(seq, "step", row.action, f"staff:{seq}", str(role), state, target))
        state = target
    return entries


@given(walks())
@settings(max_examples=60)
def test_every_road_through_the_table_replays_to_its_end(walk: list[Recorded]) -> None:
    replay = replayed(walk)
    assert (replay.state, replay.table, replay.steps) == (walk[-1].target, KEY, len(walk) - 1)


@given(walks(), st.data())
@settings(max_examples=60)
def test_a_road_with_a_hole_or_a_stranger_is_refused_where_it_breaks(walk: list[Recorded], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(walk) - 1))
    broken = list(walk)
    broken[at] = replace(walk[at], role="nobody") if at else replace(walk[at], target="signing")
    assert fault(broken)[0] == walk[at].seq
    if at and walk[at].source != walk[at].target and at + 1 < len(walk):
        assert fault(walk[:at] + walk[at + 1 :]) == (walk[at + 1].seq, "source")


def examined(*more: Recorded) -> list[Recorded]:
    road = (
        ("request_signatures", "applicant", "draft", "signing", "account:1"),
        ("sign", "signer", "signing", "submitted", "party:1"),
        ("claim", "examiner", "submitted", "under_examination", "staff:0218"),
        ("recommend", "examiner", "under_examination", "pending_approval", "staff:0218"),
    )
    steps = [
        Recorded(seq, "step", action, actor, role, source, target)
        for seq, (action, role, source, target, actor) in enumerate(road, start=2)
    ]
    return [OPENING, *steps, *more]


def approval(actor: str) -> Recorded:
    return Recorded(6, "step", "approve", actor, "approver", "pending_approval", "agency_review")


def test_who_holds_the_case_follows_from_the_rows() -> None:
    assert replayed(examined()).holders == {"staff:0218"}
    assert replayed(examined(approval("staff:0219"))).holders == {None}


def test_one_person_cannot_have_been_both_pairs_of_eyes() -> None:
    assert fault(examined(approval("staff:0218"))) == (6, "same_person")


def part(seq: int, action: str, source: str, target: str, key: str = "organization_code") -> Recorded:
    return Recorded(seq, "part", action, "system", "system", source, target, (key,))


def officer(seq: int, action: str, key: str = "organization_code", role: str = "agency_q") -> Recorded:
    return Recorded(seq, "step", action, "staff:3301", role, "agency_review", "agency_review", (key,))


def test_parts_move_through_their_own_table_alone_and_with_the_case() -> None:
    opened = examined(approval("staff:0219"), part(7, "open", "waiting", "pending"))
    replay = replayed([*opened, officer(8, "claim"), officer(9, "assign")])
    assert {key: share.states for key, share in replay.parts.items()} == {"organization_code": {"assigned"}}
    assert replay.parts["organization_code"].holders == {"staff:3301"}
    assert fault([*opened, officer(8, "assign")]) == (8, "part_row")
    assert fault([*opened, officer(8, "claim", role="agency_t")]) == (8, "part_row")
    assert fault([*opened, officer(8, "claim", key="weather")]) == (8, "part")
    assert fault([*opened, part(8, "open", "waiting", "pending")]) == (8, "source")


def move(seq: int, tables: tuple[str, str], target: str) -> Recorded:
    return Recorded(seq, "move", "migrate", "system", "system", "pending_approval", target, (), tables)


def test_a_case_goes_on_under_another_table() -> None:
    replay = replayed(examined(move(6, (KEY, "establishment@2"), "under_examination")))
    assert (replay.table, replay.state) == ("establishment@2", "under_examination")
    assert fault(examined(move(6, ("establishment@2", KEY), "accepted"))) == (6, "table")
    assert fault(examined(move(6, (KEY, "establishment@3"), "accepted"))) == (6, "table")


def test_a_table_that_is_gone_is_a_fault_unless_the_case_was_taken_back_at_once() -> None:
    tried, note = move(6, (KEY, "gone@1"), "accepted"), "application:alert"
    back = replace(move(7, ("gone@1", KEY), "pending_approval"), source="accepted")
    assert replayed([*examined(tried), back]).table == KEY
    step = replace(back, kind="step", tables=None, action="approve")
    assert fault([*examined(tried), step]) == (6, "table")
    noted = replace(back, kind="note", tables=None, action=note, target="accepted")
    assert fault([*examined(tried), noted]) == (6, "table")
    assert replayed([*examined(tried), noted, replace(back, seq=8)]).table == KEY
    assert fault(examined(move(6, (KEY, "establishment@2"), "nowhere"))) == (6, "table")


@pytest.mark.thorough
def test_a_note_moves_nothing_and_a_case_opens_once() -> None:
    note = Recorded(6, "note", "attach", "account:1", "applicant", "pending_approval", "pending_approval")
    assert replayed(examined(note)).state == "pending_approval"
    assert fault(examined(replace(note, target="approved"))) == (6, "note")
    assert fault(examined(replace(OPENING, seq=6))) == (6, "opening")
    assert fault([replace(note, seq=1)]) == (1, "opening")
