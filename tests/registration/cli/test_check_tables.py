"""`heyi workflows check`: findings with their lines, in the terminal's language, and offices without a holder."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from registration import database as db
from registration.models import Account
from registration.operations import samples
from registration.rules.matter_folders import PACKAGED
from tests.fixtures.tables import forget_tables
from tests.fixtures.tutorial import write_matter
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
    assert set(missed) == {"330701"}


def test_an_editor_gets_the_schema(heyi: Heyi, tmp_path: Path) -> None:
    printed = json.loads(heyi("workflows", "schema").stdout)
    assert printed["$schema"].endswith("2020-12/schema")
    assert heyi("workflows", "schema", "--out", str(tmp_path / "workflow.json")).stdout == ""
    assert json.loads((tmp_path / "workflow.json").read_text(encoding="utf-8")) == printed


@pytest.fixture
def own_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a matter that the office has of its own."""
    monkeypatch.setenv("HEYI_MATTERS", str(tmp_path))
    forget_tables()
    yield write_matter(tmp_path)
    forget_tables()


def test_a_whole_folder_is_checked_with_file_and_line_of_every_fault(
    heyi: Heyi, own_matter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert heyi("workflows", "check").stdout == "0 findings\n"
    start, papers = own_matter / "start.yaml", own_matter / "papers.yaml"
    start.write_text(start.read_text("utf-8").replace("duration:", "durations:"), encoding="utf-8")
    papers.write_text(papers.read_text("utf-8").replace("before:", "befor:"), encoding="utf-8")
    found = json.loads(heyi("workflows", "check", "--json").stdout)
    places = {(Path(one["file"]).name, one["line"], one["place"], one["code"]) for one in found}
    assert places == {
        ("start.yaml", 1, "duration", "missing"),
        ("start.yaml", 6, "durations", "unknown"),
        ("papers.yaml", 3, "decision.befor", "unknown"),
    }
    answer = heyi("workflows", "check")
    assert answer.exit_code == 1
    assert f"{start}:1:1 missing duration: this key is missing: add it" in answer.stdout
    assert "3 findings" in answer.stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "duration: 缺少这一项，请填写" in heyi("workflows", "check").stdout


def test_a_table_that_cannot_be_read_is_told_in_both_languages(heyi: Heyi, own_matter: Path) -> None:
    table = own_matter / "workflow@1.yaml"
    table.write_text(table.read_text("utf-8").replace("by: examiner", "by: cook", 1), encoding="utf-8")
    (finding,) = json.loads(heyi("workflows", "check", str(table), "--json").stdout)
    assert finding["message"] == {
        "zh": "rows.1.by: 本表没有角色 cook，请补上或者改正名称",
        "en": "rows.1.by: there is no role cook in this table: add it or correct its name",
    }


@pytest.mark.thorough
@pytest.mark.parametrize("process", ["serve", "worker", "relay"])
def test_no_process_starts_on_a_faulty_folder(
    heyi: Heyi, own_matter: Path, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    (own_matter / "start.yaml").write_text("question: {zh: 问}\n", encoding="utf-8")
    answer = heyi(process)
    assert answer.exit_code == 78
    assert f"{own_matter / 'start.yaml'}: " in answer.stderr
    assert "heyi workflows check lists them" in answer.stderr
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "中文（zh）和英文（en）都要写" in heyi(process).stderr


def test_the_doctor_names_the_faults_of_a_folder(heyi: Heyi, own_matter: Path) -> None:
    def told() -> list[dict[str, str]]:
        return [one for one in json.loads(heyi("doctor", "--json").stdout) if one["check"] == "matters"]

    (good,) = told()
    assert (good["state"], own_matter.name in good["told"]) == ("good", True)
    (own_matter / "start.yaml").write_text("groups: [\n", encoding="utf-8")
    forget_tables()
    (bad,) = told()
    assert bad["state"] == "bad"
    assert str(own_matter / "start.yaml") in bad["told"]
    assert bad["fix"] == "heyi workflows check"
