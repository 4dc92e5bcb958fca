"""The demonstration against a whole running stack: six applications, their licences, what follows, a second time."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from registration.cli.demo import demo
from registration.demo.example import FOLDER, Example, examples
from registration.rules.check import check_draft
from registration.rules.entity_types import regime_on
from registration.rules.form import read
from registration.rules.identity import read_resident_id
from registration.rules.materials import required_materials
from tests.fixtures.servers import Stack


@pytest.fixture(scope="module")
def first(live_server: Stack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder and the outcomes of one whole run."""
    folder = tmp_path_factory.mktemp("licences")
    run = CliRunner().invoke(demo, ["--url", live_server.url, "--out", str(folder), "--json"])
    assert run.exit_code == 0, run.output
    return folder, {one["example"]: one for one in json.loads(run.stdout)}


@pytest.mark.thorough
def test_the_applications_come_to_checked_licences(first: tuple[Path, dict[str, Any]]) -> None:
    folder, outcomes = first
    assert set(outcomes) == {example.key for example in examples()}
    assert all(one["good"] and one["checks"] == 5 * len(one["files"]) for one in outcomes.values())
    assert len(outcomes["five-numbers"]["numbers"]) == 5
    # The sole proprietorship has two more editions; the other two end with an application that waits for a term.
    assert [len(outcomes[key]["later"]) for key in ("sole-proprietorship", "company", "individual")] == [2, 2, 1]
    assert len(outcomes["sole-proprietorship"]["files"]) == 4
    assert len(list(folder.glob("*.pdf"))) == sum(len(one["files"]) for one in outcomes.values())


@pytest.mark.thorough
def test_a_taken_name_is_no_end(live_server: Stack, first: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "materials").symlink_to(FOLDER / "materials")
    (tmp_path / "individual.json").symlink_to(FOLDER / "individual.json")
    arguments = ["--url", live_server.url, "--out", str(tmp_path), "--examples", str(tmp_path), "--json"]
    run = CliRunner().invoke(demo, arguments)
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)[0]["name"] != first[1]["individual"]["name"]


@pytest.mark.thorough
def test_what_goes_wrong_is_said(live_server: Stack, tmp_path: Path) -> None:
    arguments = ["--url", live_server.url, "--out", str(tmp_path), "--password", "wrong"]
    run = CliRunner(env={"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}).invoke(demo, arguments)
    assert run.exit_code == 1
    assert "The login or the password is wrong" in " ".join(run.stdout.split())


def test_a_server_that_is_none(tmp_path: Path) -> None:
    run = CliRunner().invoke(demo, ["--url", "http://127.0.0.1:9", "--out", str(tmp_path)])
    assert run.exit_code == 1
    assert "127.0.0.1:9" in run.stderr


def test_the_examples_are_of_five_types() -> None:
    assert {example.entity_type for example in examples()} == {"individual", "llc", "sole_prop", "lp", "coop"}


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.key)
def test_the_examples_are_right_and_mean_nobody(example: Example, clock: datetime) -> None:
    regime = regime_on(clock.date(), entity_type=example.entity_type, five_numbers=example.is_five_numbers)
    districts = {"330701": ("330702", "330703")}.get(example.registrar, (example.registrar,))
    assert not check_draft(
        example.form,
        entity_type=example.entity_type,
        regime=regime,
        today=clock.date(),
        registrar_regions=districts,
    )
    form, _ = read(example.form, entity_type=example.entity_type, regime=regime)
    needs = required_materials(form, entity_type=example.entity_type, regime=regime)
    assert {need.kind for need in needs if need.required} <= example.materials.keys()
    for person in example.form["people"]:
        number = person.get("id_no") or person["representative_id_no"]
        assert number.startswith("3307")
        assert 1890 <= read_resident_id(number).born_on.year <= 1899
    assert all(path.is_file() for path in example.materials.values())
