"""A table that cases were opened under is fixed: whoever edits it is refused at the next start, by name."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from runpy import run_module

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from sqlmodel import select

from registration import database as db
from registration import matters
from registration import settings as configuration
from registration.cli import main
from registration.errors import Unavailable
from registration.models import DefinitionChecksum, Registrar
from registration.operations import apply, samples
from registration.rules.matter_folders import PACKAGED
from registration.runtime import definition_checksums
from registration.settings import Settings
from tests.fixtures.cases import actor_of

KEY = "establishment@9"
SHIPPED = (PACKAGED / "establishment" / "workflow@1.yaml").read_text(encoding="utf-8")
SECOND = SHIPPED.replace("\nversion: 1\n", "\nversion: 9\n")


def write(table: Path, text: str) -> None:
    table.write_text(text, encoding="utf-8")
    forget()


def forget() -> None:
    """As after a restart: what a process has read of the tables is gone."""
    for cached in (matters.definition_of, matters.shipped, matters.workflow_of, matters.parts_of):
        cached.cache_clear()


@pytest.fixture
def table(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second version in the office's own folder, which the registrar of Wucheng uses for its new cases."""
    path = tmp_path / "matters" / "establishment" / "workflow@9.yaml"
    path.parent.mkdir(parents=True)
    monkeypatch.setenv("HEYI_MATTERS", str(tmp_path / "matters"))
    configuration.settings.cache_clear()
    write(path, SECOND)
    yield path
    forget()


@pytest.fixture
def office(database_url: str, settings: Settings, database: Engine, table: Path, clock: datetime) -> Settings:
    samples.load_accounts(now=clock)
    with db.transaction() as session:
        session.get_one(Registrar, "330702").definitions = {"establishment": KEY}
    return settings


def open_a_case(*, clock: datetime) -> None:
    apply.start(entity_type="individual", registrar_code="330702", actor=actor_of("lin@example.cn"), now=clock)


def heyi(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="heyi", catch_exceptions=False)


def pinned() -> list[tuple[str, datetime]]:
    with db.reading() as session:
        return [(pin.key, pin.first_used_at) for pin in session.exec(select(DefinitionChecksum))]


def test_the_first_case_pins_its_table_once(office: Settings, clock: datetime) -> None:
    assert pinned() == []
    open_a_case(clock=clock)
    open_a_case(clock=clock.replace(hour=2))
    assert pinned() == [(KEY, clock)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_does_not_change_the_table_is_no_edit(office: Settings, table: Path, clock: datetime) -> None:
    open_a_case(clock=clock)
    write(table, f"# Said more clearly.\n\n{SECOND}")
    definition_checksums.require_unedited(office.sqlalchemy_url)
    open_a_case(clock=clock)


@pytest.mark.parametrize("edit", ["60d", None, "broken"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_edited_table_is_refused_by_name(office: Settings, table: Path, clock: datetime, edit: str | None) -> None:
    open_a_case(clock=clock)
    if edit is None:
        table.unlink()
        forget()
    else:
        write(table, SECOND.replace("within: 60d", "within: 90d") if edit == "60d" else "matter: [")
    with pytest.raises(Unavailable) as refused:
        definition_checksums.require_unedited(office.sqlalchemy_url)
    assert (refused.value.reason, refused.value.data) == ("table_edited", {"table": KEY})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_case_is_opened_under_an_edited_table(office: Settings, table: Path, clock: datetime) -> None:
    open_a_case(clock=clock)
    write(table, SECOND.replace("within: 60d", "within: 90d"))
    with pytest.raises(Unavailable):
        open_a_case(clock=clock)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_edit_before_the_first_case_is_nobody_s_business(office: Settings, table: Path, clock: datetime) -> None:
    write(table, SECOND.replace("within: 60d", "within: 90d"))
    open_a_case(clock=clock)
    definition_checksums.require_unedited(office.sqlalchemy_url)


@pytest.mark.thorough
def test_a_process_does_not_start_and_the_doctor_says_why(
    table: Path, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert heyi("prepare").exit_code == 0
    db.configure(configuration.settings())
    with db.transaction() as session:
        session.get_one(Registrar, "330702").definitions = {"establishment": KEY}
    open_a_case(clock=clock)
    db.dispose()
    write(table, SECOND.replace("within: 60d", "within: 90d"))
    for command in ("serve", "worker", "relay"):
        result = heyi(command)
        assert result.exit_code == 78
        assert f"the table {KEY} is in use and was edited" in result.stderr
    with pytest.raises(Unavailable):
        run_module("registration.runtime.wsgi")
    found = {row["check"]: row for row in json.loads(heyi("doctor", "--json").stdout)}
    assert found["tables"]["state"] == "bad"
    assert KEY in found["tables"]["told"]
