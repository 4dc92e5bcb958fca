"""`heyi workflows simulate`, called as a person calls it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

from registration.cli import simulate
from registration.cli.simulate_options import pairs
from registration.matters import shipped

Heyi = Callable[..., Result]
SHORT = ("--arrivals", "40/day", "--days", "8", "--warm-up", "3", "--runs", "1", "--seed", "1")
STAFF = ("--staff", "examiner=1,approver=1")
MINUTES = ("--service", "under_examination=lognormal(8m,0.5)")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool of fresh processes costs a second each, and shows nothing that one process does not."""

    class Pool:
        def __enter__(self) -> Any:
            return map

        def __exit__(self, *_how: object) -> None:
            return None

    monkeypatch.setattr(simulate, "_pool", Pool)


@pytest.fixture
def sim(heyi: Heyi) -> Heyi:
    return lambda *more: heyi("workflows", "simulate", *SHORT, *more)


def test_figures_as_json_come_again_with_their_seed(sim: Heyi) -> None:
    first, again = (sim(*STAFF, *MINUTES, "--json").stdout for _ in range(2))
    assert first == again
    told = json.loads(first)
    assert told["assumed"]["plan"]["staff"] == {"examiner": 1, "approver": 1}
    assert told["assumed"]["plan"]["service"]["under_examination"] == "lognormal(8m,0.5)"
    assert told["assumed"]["limit"] == "3wd"
    assert told["figures"]["on_time"]["share"]["mean"] > 0.9
    assert 0.5 < told["figures"]["roles"]["examiner"]["utilisation"]["mean"] < 1
    assert told["warnings"] == []


def test_figures_as_tables_say_what_they_assume(sim: Heyi) -> None:
    run = sim(*STAFF, *MINUTES)
    assert run.exit_code == 0
    for words in ("40 cases a working day", "warm-up", "in time (3wd)", "Examiner", "Submitted", "assumed"):
        assert words in run.stdout


def test_an_overload_is_said(sim: Heyi) -> None:
    told = json.loads(sim(*STAFF, "--service", "under_examination=fixed(30m)", "--json").stdout)
    assert "examiner is busy nearly all of the time" in told["warnings"][0]["en"]
    assert told["figures"]["on_time"]["share"]["mean"] < 0.9


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "每天正午排队等候的件数"), ("en", "Cases waiting in the queue at noon, day by day")]
)
def test_the_picture_is_text_in_either_language(sim: Heyi, tmp_path: Path, lang: str, words: str) -> None:
    target = tmp_path / "out.svg"
    sim(*STAFF, *MINUTES, "--picture", str(target), "--lang", lang)
    drawn = ElementTree.fromstring(target.read_text(encoding="utf-8"))
    texts = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert words in texts
    assert next(drawn.iter("{http://www.w3.org/2000/svg}title")).text


@pytest.mark.thorough
def test_how_many_are_enough(sim: Heyi) -> None:
    asked = ("--find", "examiner", "--for", "95%", "--within", "3wd", *MINUTES)
    told = json.loads(sim(*asked, "--arrivals", "90/day", "--json").stdout)
    assert told["number"] == 2
    assert told["tried"]["2"] >= 0.95
    assert 1 < told["load"] < 2
    run = sim(*asked)
    assert run.exit_code == 0
    assert "at least 1, for 95% of the cases decided within 3wd" in run.stdout
    assert "more people are never slower" in run.stdout


def test_what_no_staff_can_reach_is_said(sim: Heyi) -> None:
    run = sim("--find", "examiner", "--service", "pending_approval=fixed(40h)")
    assert run.exit_code == 1
    assert "no number of this role is enough" in " ".join(run.stdout.split())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--staff", "examinor=2"), "no role examinor; there are:"),
        (("--staff", "examiner=many"), "staff.examiner"),
        (("--staff", "examiner"), "write it as name=value"),
        (("--service", "under_examination=soon"), "a duration is written like"),
        (("--choose", "submitted:fly=1%"), "no state:action submitted:fly"),
        (("--holds", "full_moon=1"), "no condition full_moon"),
        (("--hours", "9-5"), "write it like 9:00-12:00"),
        (("--arrivals", "many"), "write it like 400/day"),
        (("--table", "establishment@99"), "no table"),
        (("--find", "examinor"), "no role examinor"),
        (("--within", "soon", "--find", "examiner"), "working days"),
        (("--start", "2098-12-01"), "choose another --start"),
    ],
)
def test_what_is_refused_is_said(sim: Heyi, given: tuple[str, ...], said: str) -> None:
    run = sim(*STAFF, *given)
    assert run.exit_code != 0
    assert said in " ".join(run.output.split())


def test_a_plan_of_ones_own(sim: Heyi, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("arrivals: 5\nstaff: {examiner: 2}\nservice: {under_examination: exponential(10m)}\n")
    told = json.loads(sim("--plan", str(file), "--holds", "two_person=no", "--json").stdout)
    assert told["assumed"]["plan"]["arrivals"] == 40, "what stands on the command line goes first"
    assert told["assumed"]["plan"]["staff"] == {"examiner": 2}
    assert told["figures"]["roles"].keys() >= {"examiner", "system"}
    assert "approver" not in told["figures"]["roles"]


@pytest.mark.parametrize("key", shipped())
def test_every_shipped_table_can_be_simulated(sim: Heyi, key: str) -> None:
    told = json.loads(sim("--table", key, "--days", "5", "--json").stdout)
    assert told["assumed"]["table"] == key
    assert told["figures"]["cases"]["finished"]["mean"] > 0


def test_a_comma_in_brackets_divides_nothing() -> None:
    told = pairs(None, None, "a=lognormal(4m,0.6),b=fixed(1m)")  # type: ignore[arg-type]  # it looks at neither
    assert told == {"a": "lognormal(4m,0.6)", "b": "fixed(1m)"}
