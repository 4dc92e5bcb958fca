"""`heyi workflows check`: findings with their lines, in the terminal's language, and offices without a holder."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from registration import database as db
from registration.models import Account
from registration.operations import samples
from registration.rules.matter_folders import PACKAGED
from tests.registration.cli.conftest import Heyi

SHIPPED = (PACKAGED / "establishment" / "workflow@1.yaml").read_text(encoding="utf-8")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The shipped table with one fault: nobody is told when an examination takes too long."""
    before, after = SHIPPED.split("  under_examination:\n", 1)
    path = tmp_path / "workflow@1.yaml"
    path.write_text(before + "  under_examination:\n" + after.replace("    escalates_to: director\n", "", 1))
    return path


def test_every_table_that_is_shipped_is_clean(heyi: Heyi) -> None:
    result = heyi("workflows", "check")
    assert (result.exit_code, result.stdout) == (0, "0 findings\n")


def test_a_finding_names_file_line_and_column(heyi: Heyi, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = SHIPPED[: SHIPPED.index("  under_examination:\n")].count("\n") + 1
    result = heyi("workflows", "check", str(table))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{table}:{line}:3 missing_escalation nobody is told")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert f"{table}:{line}:3 missing_escalation 逾期后没有人会得知 — " in heyi("workflows", "check", str(table)).stdout


def test_a_program_reads_the_whole_finding(heyi: Heyi, table: Path) -> None:
    (finding,) = json.loads(heyi("workflows", "check", str(table), "--json").stdout)
    assert finding["table"] == "establishment@1"
    assert (finding["code"], finding["place"]) == ("missing_escalation", "states.under_examination")
    assert (finding["file"], finding["column"]) == (str(table), 3)
    assert finding["message"]["zh"] != finding["message"]["en"]
    assert finding["fix"]["zh"]


def test_a_file_that_is_no_table_is_a_finding_too(heyi: Heyi, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("matter: [\n")
    result = heyi("workflows", "check", str(tmp_path / "broken.yaml"))
    assert result.exit_code == 1
    assert f"{tmp_path / 'broken.yaml'}:2:1 unreadable" in result.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_office_where_nobody_has_the_role_is_found(
    database_url: str, database: Engine, heyi: Heyi, clock: datetime
) -> None:
    samples.load_accounts(now=clock)
    found = json.loads(heyi("workflows", "check", "--live", "--json").stdout)
    assert {one["code"] for one in found} == {"role_without_holder"}
    staffed = {"330701", "330702", "330784"}
    assert not [one for one in found if one["office"][:6] in staffed]
    assert {one["place"] for one in found if one["office"].startswith("330703")} >= {"roles.window", "roles.examiner"}
    assert "roles.approver" not in {one["place"] for one in found}, "one examiner decides there"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_approver_who_left_is_missed_where_two_decide(
    database_url: str, database: Engine, heyi: Heyi, clock: datetime
) -> None:
    samples.load_accounts(now=clock)
    with db.transaction() as session:
        for login in ("0219", "0220", "0319"):
            session.exec(select(Account).where(Account.login == login)).one().disabled_at = clock
    found = json.loads(heyi("workflows", "check", "--live", "--json").stdout)
    missed = [one["office"][:6] for one in found if one["place"] == "roles.approver"]
    assert missed == ["330701"]


def test_an_editor_gets_the_schema(heyi: Heyi, tmp_path: Path) -> None:
    printed = json.loads(heyi("workflows", "schema").stdout)
    assert printed["$schema"].endswith("2020-12/schema")
    assert heyi("workflows", "schema", "--out", str(tmp_path / "workflow.json")).stdout == ""
    assert json.loads((tmp_path / "workflow.json").read_text(encoding="utf-8")) == printed
