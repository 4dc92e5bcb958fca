"""Where a live case goes under another version, why it may not, and by when it is due then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.conftest import SMALL, Edit, edited
from workflows.clock import Calendar, Clock, deadline
from workflows.definition import Definition, parse
from workflows.definition.values import Limit
from workflows.errors import Blocker, UnknownState
from workflows.versions.move import CaseState, Entry, obstacles, recomputed

OLD = parse(SMALL)
CALENDAR = Calendar()
NOW = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
STAFF = frozenset({"clerk", "chief"})
PARTS = ("sweep", "lines", "sign", "survey")


def standing(**given: Any) -> CaseState:
    return CaseState(**{"state": "queued", "regime": "plain", "parts": {}, "holder": None, "staff": STAFF} | given)


def codes(new: Definition, *, names: dict[str, str] | None = None, **given: Any) -> list[str]:
    return [one.code for one in obstacles(standing(**given), old=OLD, new=new, names=names or {})]


def rename_queued(table: dict[str, Any]) -> None:
    table["states"] = {"lined" if key == "queued" else key: state for key, state in table["states"].items()}
    for one in [*table["rows"], *table["clock"].values()]:
        for name in ("from", "to", "runs_in"):
            one |= {name: "lined"} if one.get(name) == "queued" else {}


HINDERED: dict[str, tuple[Edit, dict[str, Any]]] = {
    "state_is_gone": (rename_queued, {}),
    "kind_differs": (lambda t: t["states"]["queued"].update(kind="applicant"), {}),
    "holder_is_unable": (
        lambda t: [row.update(by="chief") for row in t["rows"] if row["from"] == "queued"],
        {"holder": frozenset({"clerk"})},
    ),
    "nobody_is_able": (
        lambda t: [row.update(by="driver") for row in t["rows"] if row["from"] == "queued"],
        {},
    ),
    "four_eyes_are_unknown": (
        lambda t: [
            t["actions"].update(weigh={"label": {"zh": "称重", "en": "Weigh"}}),
            t["rows"][7].update(not_same_person_as="weigh"),
        ],
        {},
    ),
    "part_is_gone": (lambda t: t["parts"]["graph"].pop("sign"), {"parts": dict.fromkeys(PARTS, "open")}),
    "part_state_is_gone": (
        lambda t: [
            t["parts"]["states"].pop("skipped"),
            t["parts"].update(done="ready"),
            t["parts"]["rows"].pop(2),
        ],
        {"parts": dict.fromkeys(PARTS, "skipped")},
    ),
    "part_is_new": (lambda t: None, {"parts": {"sweep": "ready", "lines": "open"}}),
    "clock_is_gone": (lambda t: t["clock"].pop("plain"), {}),
}


@pytest.mark.parametrize("code", HINDERED)
def test_each_obstacle_is_named_alone(code: str) -> None:
    edit, given = HINDERED[code]
    assert codes(parse(edited(edit)), **given) == [code]


def test_the_documents_name_every_obstacle() -> None:
    told = (Path(__file__).resolve().parents[3] / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert not [code for code in HINDERED if f"`{code}`" not in told]


def test_without_an_obstacle_the_case_moves() -> None:
    assert codes(OLD) == []
    assert codes(OLD, holder=frozenset({"clerk"}), parts=dict.fromkeys(PARTS, "open")) == []


def test_a_holder_who_waits_may_go_on_waiting() -> None:
    assert codes(OLD, state="frozen", holder=frozenset({"clerk"})) == [], "only the chief can thaw it, before and after"


def test_a_mapped_state_moves() -> None:
    assert codes(parse(edited(rename_queued)), names={"queued": "lined"}) == []


def test_no_map_ends_a_case() -> None:
    found = obstacles(standing(), old=OLD, new=OLD, names={"queued": "refused"})
    assert found[0] == Blocker(
        "kind_differs", {"state": "queued", "wanted": "refused", "before": "office", "after": "final"}
    )


def test_several_obstacles_are_told_together() -> None:
    def both(table: dict[str, Any]) -> None:
        HINDERED["clock_is_gone"][0](table)
        HINDERED["four_eyes_are_unknown"][0](table)

    assert codes(parse(edited(both))) == ["four_eyes_are_unknown", "clock_is_gone"]


def test_a_state_that_the_old_table_lacks_is_refused() -> None:
    with pytest.raises(UnknownState):
        obstacles(standing(state="nowhere"), old=OLD, new=OLD, names={})


def after(clock: Clock, edit: Edit, *, at: datetime = NOW, entries: tuple[Entry, ...] = (), **given: Any) -> Clock:
    return recomputed(
        clock,
        standing(**given),
        old=OLD,
        new=parse(edited(edit)),
        names={},
        entries=lambda: entries,
        at=at,
        calendar=CALENDAR,
    )


def due(day: int, *, month: int = 10) -> datetime:
    """Closing time in Shanghai."""
    return datetime(2026, month, day, 9, 30, tzinfo=UTC)


def limit(regime: str, amount: str) -> Edit:
    return lambda table: table["clock"][regime].update(limit=amount)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("2wd", due(15)),  # one working day less
        ("1wd", due(14)),  # due this very evening
        ("5wd", due(16)),  # a longer limit takes nothing back from whom it was promised
        ("3d", due(16)),  # of another unit: nobody can say by how much it is shorter
    ],
)
def test_a_shorter_limit_takes_its_days_back_and_a_longer_one_gives_none(amount: str, expected: datetime) -> None:
    assert after(Clock(case_due_at=due(16)), limit("plain", amount)).due_at == expected


def test_days_of_rest_are_no_working_days_backwards_either() -> None:
    # Monday 2026-10-19, one working day earlier: Friday.
    assert after(Clock(case_due_at=due(19)), limit("plain", "2wd")).due_at == due(16)


def test_no_move_puts_a_promise_into_the_past() -> None:
    evening = datetime(2026, 10, 15, 10, 0, tzinfo=UTC)
    assert after(Clock(case_due_at=due(16)), limit("plain", "2wd"), at=evening).due_at == due(16)


def test_an_applicants_term_stays_as_it_was_told() -> None:
    clock = Clock(state_due_at=due(30))
    assert after(clock, lambda t: t["states"]["returned"].update(within="10d"), state="returned") == clock


def test_a_paused_case_keeps_its_pause() -> None:
    clock = Clock(case_due_at=due(16), paused_at=due(13))
    moved = after(clock, limit("plain", "2wd"), state="frozen", holder=None)
    assert (moved.paused_at, moved.case_due_at, moved.due_at) == (due(13), due(15), None)


def test_a_limit_that_is_new_counts_from_the_entry_into_the_state() -> None:
    def timed(table: dict[str, Any]) -> None:
        table["states"]["frozen"]["within"] = "2wd"

    entered = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)
    entries = (Entry(entered - timedelta(days=2), "draft", "queued"), Entry(entered, "queued", "frozen"))
    moved = after(Clock(), timed, entries=entries, state="frozen")
    assert moved.due_at == due(15)


def test_a_clock_that_is_new_counts_from_when_its_states_began() -> None:
    old = parse(edited(lambda t: t["clock"]["plain"].update(runs_in="frozen", excluded="queued")))
    sent = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)
    entries = (Entry(sent, "draft", "queued"),)
    moved = recomputed(
        Clock(), standing(), old=old, new=OLD, names={}, entries=lambda: entries, at=NOW, calendar=CALENDAR
    )
    assert moved.due_at == deadline(sent, Limit.model_validate("3wd"), calendar=CALENDAR) == due(16)


MOMENTS = st.integers(0, 300 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
LIMITS = st.builds(lambda n, unit: f"{n}{unit}", st.integers(1, 40), st.sampled_from(["wd", "d"]))


@settings(deadline=None)
@given(start=MOMENTS, wait=st.integers(0, 60), policy=LIMITS, within=LIMITS, regime=st.sampled_from(["plain", "slow"]))
def test_no_promise_gets_later_or_is_lost(start: datetime, wait: int, policy: str, within: str, regime: str) -> None:
    limits = [Limit.model_validate(one) for one in (policy, within)]
    new = OLD.model_copy(
        update={
            "clock": OLD.clock | {regime: OLD.clock[regime].model_copy(update={"limit": limits[0]})},
            "states": OLD.states | {"queued": OLD.states["queued"].model_copy(update={"within": limits[1]})},
        }
    )
    at = start + timedelta(days=wait)
    for clock in (
        Clock(case_due_at=deadline(start, OLD.clock[regime].limit, calendar=CALENDAR)),
        Clock(state_due_at=deadline(start, Limit.model_validate("2wd"), calendar=CALENDAR)),
    ):
        moved = recomputed(
            clock, standing(regime=regime), old=OLD, new=new, names={}, entries=tuple, at=at, calendar=CALENDAR
        )
        assert moved.due_at is not None
        assert clock.due_at is not None
        assert moved.due_at <= clock.due_at
        assert moved.due_at == clock.due_at or moved.due_at >= at
