"""The page "Write a workflow", followed in a copy of the project: what it says is written, and a case is driven."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registration.matters import FOLDER

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "write-a-workflow.md").read_text(encoding="utf-8")
TABLE = "registration/matters/licence_reissue/workflow@1.yaml"
BLOCK = re.compile(r"```(?:yaml|python|diff)\n# (new file|at the end of|change): (\S+)\n(.*?)```", re.DOTALL)
# What a reader has done when the page tells to look at the table for the first time.
BEFORE_THE_GUARDS = 1


@dataclass(frozen=True)
class Block:
    how: str
    path: str
    text: str

    def write(self, project: Path) -> None:
        target = project / self.path
        if self.how == "new file":
            assert not target.exists(), f"{self.path} is there already: a reader would lose it"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.text, encoding="utf-8")
            return
        text = target.read_text(encoding="utf-8")
        target.write_text(text + self.text if self.how == "at the end of" else changed(text, self.text), "utf-8")


def changed(text: str, diff: str) -> str:
    """The text with each hunk of the diff put in; a hunk's old lines must be found, and at one place only."""
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        assert text.count(old) == 1, f"the page changes lines that are not there once:\n{old}"
        text = text.replace(old, "".join(line[1:] for line in lines if line[0] in " +"))
    return text


def blocks() -> Iterator[Block]:
    return (Block(*found.groups()) for found in BLOCK.finditer(PAGE))


@dataclass(frozen=True)
class Copy:
    """The project as its reader has it, in a folder of its own."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEYI_", "PYTEST_"))}
        own = {"HEYI_HOME": str(self.folder / "var"), "HEYI_MODE": "demo", "LC_ALL": "C.UTF-8", "DATABASE_URL": ""}
        cheap = {"HEYI_ARGON2_MEMORY_KIB": "64", "HEYI_ARGON2_TIME_COST": "1", "PYTHONPATH": f"{self.folder}:{ROOT}"}
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=kept | own | cheap, capture_output=True, text=True
        )

    def heyi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "registration.cli", *arguments)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("project")
    for name in ("registration", "workflows"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    # The page changes nothing in it, and its fonts are large.
    (folder / "certificates").symlink_to(ROOT / "certificates")
    return Copy(folder)


@pytest.fixture(scope="module")
def first_look(project: Copy) -> str:
    """What the check finds when only the table is written."""
    written = list(blocks())
    for block in written[:BEFORE_THE_GUARDS]:
        block.write(project.folder)
    found = project.heyi("workflows", "check", TABLE)
    for block in written[BEFORE_THE_GUARDS:]:
        block.write(project.folder)
    return found.stdout + found.stderr


def test_the_page_writes_nothing_into_the_library_and_is_not_in_the_project_yet() -> None:
    paths = [block.path for block in blocks()]
    assert paths.count(TABLE) == 1
    assert len(paths) == 7
    assert not [path for path in paths if path.startswith("workflows/")]
    assert not (FOLDER / "licence_reissue").exists(), "the page would tell what is there already"


def test_the_check_finds_the_two_guards_missing_and_then_nothing(project: Copy, first_look: str) -> None:
    assert first_look.count("unbound_guard") == 2, first_look
    found = project.heyi("workflows", "check")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 findings" in found.stdout


def test_the_trial_of_the_page_runs(project: Copy, first_look: str) -> None:
    done = project.run("try_it.py")
    assert done.returncode == 0, done.stderr


DRIVE = """
import json
from datetime import UTC, datetime
from sqlmodel import select
from registration import db
from registration.errors import ActionRefused
from registration.models import Application, HistoryEntry, Message
from registration.operations import apply
from registration.operations.act import act
from registration.rules.blockers import blocker_text
from registration.settings import settings
from tests.fixtures.cases import actor_of

now = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
db.configure(settings())
lin, clerk = actor_of("lin@example.cn"), actor_of("0318")
ref = apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=now, matter="licence_reissue")
typed = {"number": "91330106673959654P", "paper": "国家企业信用信息公示系统 2026-10-08"}
told = {}
for name, paper in {"nothing": "", "tomorrow": "公示系统 2026-10-13", "no_day": "公示系统 2026-13-45"}.items():
    try:
        act(ref, "apply_for_copy", actor=lin, now=now, number="91330106673959654Q", paper=paper)
    except ActionRefused as refused:
        told[name] = [[blocker_text(one, lang) for one in refused.blockers] for lang in ("zh", "en")]
targets = [act(ref, "apply_for_copy", actor=lin, now=now, **typed).target]
with db.reading() as session:
    case = session.exec(select(Application).where(Application.ref == ref)).one()
    kept = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "application:apply_for_copy")).one()
    effects = session.exec(select(Message.effect).where(Message.application_id == case.id)).all()
targets += [act(ref, action, actor=clerk, now=now).target for action in ("claim", "reissue")]
print(json.dumps({"told": told, "targets": targets, "kept": kept.data, "effects": list(effects),
    "definition": case.definition, "due": case.due_at is not None}))
"""


def test_a_case_goes_through_the_matter(project: Copy, first_look: str) -> None:
    prepared = project.heyi("prepare")
    assert prepared.returncode == 0, prepared.stderr
    (project.folder / "drive.py").write_text(DRIVE, encoding="utf-8")
    done = project.run("drive.py")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    chinese, english = found["told"]["nothing"]
    assert "声明作废" in chinese[1]
    assert "check its last digit" in english[0]
    assert found["told"]["tomorrow"] == found["told"]["no_day"] == found["told"]["nothing"]
    assert found["targets"] == ["submitted", "under_examination", "reissued"]
    assert found["kept"] == {"number": "91330106673959654P", "paper": "国家企业信用信息公示系统 2026-10-08"}
    assert (found["definition"], found["effects"], found["due"]) == ("licence_reissue@1", ["notify.receipt"], True)
