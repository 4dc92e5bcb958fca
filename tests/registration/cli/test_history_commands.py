"""`heyi history` as an operator and an auditor call it."""

import csv
import json
import re
import subprocess
import sys
from datetime import UTC, timedelta
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Engine, text

from registration import clock
from registration.operations import samples
from registration.rules.reference import texts
from registration.rules.verification import FILE
from tests.fixtures.database import SQLITE
from tests.fixtures.records import past_the_guards, recorded
from tests.registration.cli.conftest import Heyi
from workflows.versions.replay import Fault

PAGE = Path(__file__).parents[3] / "docs" / "history.md"
pytestmark = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)


@pytest.fixture
def ref(database_url: str, database: Engine, heyi: Heyi) -> str:
    """The first of some cases that acted a week ago; all roots are made."""
    # At noon of the office: an hour later it is still the same day.
    then = clock.local(clock.now() - timedelta(days=7)).replace(hour=12).astimezone(UTC)
    samples.load_accounts(now=then)
    refs = recorded(now=then)
    made = heyi("history", "seal", "--json")
    assert {one["registrar"] for one in json.loads(made.stdout)} == {"330702", "330703"}
    return refs[0]


def test_a_whole_record_is_said_to_be_whole(heyi: Heyi, ref: str) -> None:
    result = heyi("history", "verify")
    assert result.exit_code == 0
    assert "4 cases, 13 entries" in result.stdout
    assert json.loads(heyi("history", "verify", "--case", ref, "--json").stdout)["entries"] == 4


def test_a_change_is_named_and_ends_with_status_1(heyi: Heyi, ref: str, database: Engine) -> None:
    with past_the_guards(database) as connection:
        connection.execute(text("UPDATE history_entry SET actor = 'staff:1' WHERE application_id = 1 AND seq = 2"))
    result = heyi("history", "verify", "--registrar", "330702")
    assert result.exit_code == 1
    assert f"330702 {ref} entry 2: was changed  [entry_changed]" in result.stdout.splitlines()
    told = json.loads(heyi("history", "verify", "--case", ref, "--json").stdout)
    assert (told["whole"], told["findings"][0]["code"], told["findings"][0]["seq"]) == (False, "entry_changed", 2)
    assert heyi("history", "verify", "--registrar", "330703").exit_code == 0


@pytest.mark.parametrize("form", ["json", "csv"])
def test_roots_are_published_and_compared(heyi: Heyi, ref: str, database: Engine, tmp_path: Path, form: str) -> None:
    file = tmp_path / "roots"
    file.write_text(heyi("history", "roots", "--format", form).stdout, encoding="utf-8")
    assert heyi("history", "verify", "--roots", str(file)).exit_code == 0
    with past_the_guards(database) as connection:
        connection.execute(text("DELETE FROM day_root WHERE registrar_code = '330703'"))
    result = heyi("history", "verify", "--roots", str(file))
    assert result.exit_code == 1
    assert result.stdout.count("root_removed") == 7


def test_roots_that_are_not_what_they_say_are_refused(heyi: Heyi, ref: str, tmp_path: Path) -> None:
    file = tmp_path / "roots.json"
    published = json.loads(heyi("history", "roots", "--registrar", "330702").stdout)
    published["roots"][1]["entries"] += 1
    file.write_text(json.dumps(published))
    result = heyi("history", "verify", "--roots", str(file))
    assert (result.exit_code, "root 2" in result.stderr) == (2, True)
    file.write_text("roots")
    assert heyi("history", "verify", "--roots", str(file)).exit_code == 2


def test_the_table_of_roots_can_be_read_by_a_spreadsheet(heyi: Heyi, ref: str) -> None:
    rows = list(
        csv.DictReader(heyi("history", "roots", "--format", "csv", "--registrar", "330702").stdout.splitlines())
    )
    assert (len(rows), rows[0]["entries"], len(rows[0]["root"])) == (7, "9", 64)


def test_cases_that_stand_elsewhere_than_their_histories_lead_are_named(heyi: Heyi, ref: str, database: Engine) -> None:
    assert "4 cases, 13 entries replayed: 0 differences" in heyi("workflows", "replay").stdout
    with past_the_guards(database) as connection:
        connection.execute(text("UPDATE application SET state = 'approved' WHERE id = 1"))
        connection.execute(text("UPDATE history_entry SET target = 'signing' WHERE application_id = 2 AND seq = 2"))
    result = heyi("workflows", "replay")
    assert result.exit_code == 1
    assert f"{ref}: the state: expected draft, found approved" in result.stdout
    assert "entry 2: a note must move nothing: expected draft, found signing" in result.stdout
    told = json.loads(heyi("workflows", "replay", "--case", ref, "--json").stdout)
    assert (told["cases"], told["differences"][0]["what"]) == (1, "state")
    assert heyi("workflows", "replay", "--case", "HY-1890-000001").exit_code == 1


def test_an_event_log_is_written_whole_or_not_at_all(heyi: Heyi, ref: str, tmp_path: Path) -> None:
    for form in ("ocel2", "xes", "csv"):
        assert heyi("history", "export", "--format", form, "--out", str(tmp_path / form)).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["csv", "ocel2", "xes"]
    (tmp_path / "key").write_bytes(b"short")
    refused = heyi(
        "history", "export", "--format", "csv", "--out", str(tmp_path / "more"), "--key", str(tmp_path / "key")
    )
    assert (refused.exit_code, (tmp_path / "more").exists()) == (2, False)


def test_every_fault_of_a_replay_has_its_words(database_url: str) -> None:
    assert set(get_args(Fault)) <= set(texts(FILE)["compared"])
    assert all(row["zh"] and row["en"] and row["zh"] != row["en"] for row in texts(FILE)["compared"].values())


def test_what_there_is_not_is_said(heyi: Heyi, ref: str) -> None:
    assert heyi("history", "verify", "--case", "HY-1890-000001").exit_code == 1
    assert heyi("history", "verify", "--from", "yesterday").exit_code == 2


def test_whoever_has_the_published_roots_checks_their_chain_with_what_the_page_says(
    heyi: Heyi, ref: str, tmp_path: Path
) -> None:
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    published = json.loads(heyi("history", "roots").stdout)
    assert program is not None
    for change, status in ((0, 0), (1, 1)):
        published["roots"][3]["entries"] += change
        (tmp_path / "roots.json").write_text(json.dumps(published))
        done = subprocess.run([sys.executable, "-c", program[1], tmp_path / "roots.json"], capture_output=True)
        assert done.returncode == status, done.stderr


def test_entries_are_printed_as_they_are_hashed(heyi: Heyi, ref: str) -> None:
    lines = heyi("history", "entries", "--registrar", "330702").stdout.splitlines()
    example = re.search(r"```text\n(.*?)\n```", PAGE.read_text(encoding="utf-8"))
    assert example is not None
    for line in [*lines, example[1]]:
        hash_, text = line.split("\t")
        assert sha256(text.encode()).hexdigest() == hash_
    assert len(lines) == 10


def test_the_page_names_every_finding(database_url: str) -> None:
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {code for row in rows for code in re.findall("[a-z]+_[a-z_]+", row)} >= set(texts(FILE)["history"])


def test_every_finding_has_a_sentence_in_both_languages(database_url: str) -> None:
    source = Path(__file__).parents[3] / "registration" / "queries"
    written = "".join((source / name).read_text(encoding="utf-8") for name in ("integrity.py", "roots.py"))
    used = set(re.findall(r'(?:Finding\(|_at\(\w+, |else _at\(\w+, )\s*"([a-z_]+)"', written))
    assert used == set(texts(FILE)["history"])
    assert all(row["zh"] and row["en"] and row["zh"] != row["en"] for row in texts(FILE)["history"].values())
