"""The page "Write a workflow", followed in a copy of the project: the check, the trial, and a case that is driven."""

import json

import pytest

from registration.rules.matter_folders import PACKAGED
from tests.fixtures.servers import Commands
from tests.fixtures.tutorial import TABLE, blocks, first_look, project

__all__ = ["first_look", "project"]

pytestmark = pytest.mark.thorough


def test_the_matter_is_its_folder_and_is_not_in_the_project_yet() -> None:
    paths = [block.path for block in blocks()]
    assert paths.count(TABLE) == 1
    assert paths.pop() == "try_it.py"
    assert all(path.startswith("registration/matters/licence_reissue/") for path in paths)
    assert not (PACKAGED / "licence_reissue").exists(), "the page would tell what is there already"


def test_the_check_finds_the_two_guards_missing_and_then_nothing(project: Commands, first_look: str) -> None:
    assert first_look.count("unbound_guard") == 2, first_look
    found = project.heyi("workflows", "check")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 findings" in found.stdout


def test_the_trial_of_the_page_runs(project: Commands, first_look: str) -> None:
    done = project.run("try_it.py")
    assert done.returncode == 0, done.stderr


DRIVE = """
import json
from datetime import UTC, datetime
from sqlmodel import select
from registration import database
from registration.errors import ActionRefused
from registration.models import Application, HistoryEntry, Message
from registration.operations import apply
from registration.operations.act import act
from registration.rules.blockers import blocker_text
from registration.settings import settings
from tests.fixtures.cases import actor_of

now = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
database.configure(settings())
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
with database.reading() as session:
    case = session.exec(select(Application).where(Application.ref == ref)).one()
    kept = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "application:apply_for_copy")).one()
    effects = session.exec(select(Message.effect).where(Message.application_id == case.id)).all()
targets += [act(ref, action, actor=clerk, now=now).target for action in ("claim", "reissue")]
print(json.dumps({"told": told, "targets": targets, "kept": kept.data, "effects": list(effects),
    "definition": case.definition, "due": case.due_at is not None}))
"""


def test_a_case_goes_through_the_matter(project: Commands, first_look: str) -> None:
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
