"""A table is compared, taken into use, followed by its cases and left again, as an operator does it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from registration import clock as the_clock
from registration import database as db
from registration.models import Application
from registration.operations import samples
from registration.operations.act import act
from registration.settings import settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.tables import own_tables, renamed, write_version
from tests.registration.cli.conftest import Heyi

__all__ = ["own_tables"]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MIGRATE = ("workflows", "migrate", "--from", "4", "--to", "9")
MAP = ("--map", "under_examination=examining")


@pytest.fixture
def second(own_tables: Path) -> Path:
    write_version(own_tables, 9, renamed("under_examination", "examining"))
    return own_tables / "establishment" / "workflow@9.yaml"


@pytest.fixture
def claimed(database_url: str, database: Any, second: Path, clock: datetime) -> Callable[[], str]:
    """A case that the examiner has; a command closes the database behind itself, so it is opened for each."""
    db.configure(settings())
    samples.load(now=clock)
    now, form = the_clock.now(), nameless()

    def make() -> str:
        db.configure(settings())
        ref = submitted("individual", form, registrar="330702", actor=actor_of("lin@example.cn"), now=now)
        act(ref, "claim", actor=actor_of("0318"), now=now)
        return ref

    return make


def stands(ref: str) -> tuple[str, str]:
    db.configure(settings())
    with db.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        return case.definition, case.state


@pytest.mark.thorough
def test_two_tables_are_compared_by_key_or_file(heyi: Heyi, second: Path) -> None:
    told = heyi("workflows", "diff", "establishment@4", str(second))
    assert told.exit_code == 0
    assert "  - under_examination\n" in told.stdout
    assert "  + examining\n" in told.stdout
    found = json.loads(heyi("workflows", "diff", "establishment@4", "establishment@9", "--json").stdout)
    assert {"change": "removed", "place": "states", "key": "under_examination", "aspects": []} in found["changes"]
    assert heyi("workflows", "diff", "establishment@4", "establishment@9", "--exit-code").exit_code == 1
    assert heyi("workflows", "diff", "establishment@4", "establishment@4", "--exit-code").exit_code == 0
    assert "establishment@7" in heyi("workflows", "diff", "establishment@4", "establishment@7").stderr


@pytest.mark.thorough
@ON_SQLITE
def test_cases_are_moved_and_taken_back(heyi: Heyi, claimed: Callable[[], str]) -> None:
    ref = claimed()
    unmapped = heyi(*MIGRATE, "--dry-run")
    assert (unmapped.exit_code, "--map under_examination=" in unmapped.stdout) == (1, True)
    foreseen = json.loads(heyi(*MIGRATE, *MAP, "--dry-run", "--json").stdout)
    assert foreseen["run"] is None
    assert [(one["ref"], one["target"], one["moves"]) for one in foreseen["cases"]] == [(ref, "examining", True)]
    assert stands(ref) == ("establishment@4", "under_examination")

    moved = heyi(*MIGRATE, *MAP, "--batch", "1")
    assert (moved.exit_code, ref in moved.stdout) == (0, True)
    assert stands(ref) == ("establishment@9", "examining")
    returned = heyi("workflows", "revert", "1", "--json")
    assert (returned.exit_code, json.loads(returned.stdout)["returned"]) == (0, [ref])
    assert stands(ref) == ("establishment@4", "under_examination")


@ON_SQLITE
def test_what_cannot_be_is_refused_before_anything_moves(heyi: Heyi, claimed: Callable[[], str], second: Path) -> None:
    ref = claimed()
    assert heyi(*MIGRATE, "--map", "under_examination").exit_code == 2
    assert "map.nowhere" in heyi(*MIGRATE, "--map", "nowhere=examining").stderr
    faulty = second.read_text(encoding="utf-8").replace("not_own_case", "not_owned_case")
    second.with_name("workflow@10.yaml").write_text(faulty.replace("version: '9'", "version: '10'"), encoding="utf-8")
    refused = heyi("workflows", "migrate", "--from", "3", "--to", "10", *MAP)
    assert (refused.exit_code, "unbound_guard" in refused.stderr) == (1, True)
    assert heyi("workflows", "use", "establishment@10", "--registrar", "330702").exit_code == 1
    assert stands(ref) == ("establishment@4", "under_examination")


@ON_SQLITE
def test_a_registrars_new_cases_are_set_to_a_version(heyi: Heyi, claimed: Callable[[], str]) -> None:
    assert heyi("workflows", "use", "establishment@9", "--registrar", "330702").exit_code == 0
    assert stands(claimed()) == ("establishment@9", "examining")
    assert heyi("workflows", "use", "establishment@4", "--registrar", "330702").exit_code == 0
    assert stands(claimed()) == ("establishment@4", "under_examination")
