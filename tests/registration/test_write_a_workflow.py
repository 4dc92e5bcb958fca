"""The page "Write a workflow", followed word by word: what it tells to write is written, what it promises happens."""

import re
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import select

from registration import db, tasks
from registration.errors import ActionRefused
from registration.matters import FOLDER, definition_of, workflow_of
from registration.models import Application, HistoryEntry, Message
from registration.operations import act as door
from registration.operations import apply, samples
from registration.operations.act import act
from registration.rules import guards
from registration.rules.blockers import blocker_text
from registration.rules.reference import texts
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.tables import own_tables
from workflows.check import check

__all__ = ["own_tables"]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "write-a-workflow.md").read_text(encoding="utf-8")
KEY = "licence_reissue@1"
NAMES = ("licence_number_is_right", "loss_is_declared")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def blocks() -> dict[str, str]:
    """The page's files by the name in their first line."""
    found = re.findall(r"```(?:yaml|python)\n# (.+?)\n(.*?)```", PAGE, re.DOTALL)
    return dict(found)


def run(name: str, **given: Any) -> dict[str, Any]:
    """What a block defines, beside what it was given."""
    space = dict(given)
    exec(compile(blocks()[name], name, "exec"), space)
    return space


@pytest.fixture
def followed(own_tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that the page tells to write stands where it tells."""
    table = own_tables / "licence_reissue" / "workflow@1.yaml"
    table.parent.mkdir()
    table.write_text(blocks()["registration/matters/licence_reissue/workflow@1.yaml"], encoding="utf-8")
    written = run("registration/rules/guards.py")
    for name in NAMES:
        monkeypatch.setitem(guards.GUARDS, name, written[name])  # type: ignore[arg-type]
    words = texts("reference/blockers.yaml") | yaml.safe_load(blocks()["registration/reference/blockers.yaml"])
    monkeypatch.setattr("registration.rules.blockers.texts", lambda path: words)
    for verb in door.VERBS:
        # What a module registers while the test has its own list would be lost after it.
        import_module(f"registration.operations.{verb}")
    monkeypatch.setattr(door, "WRITERS", dict(door.WRITERS))
    run("registration/operations/reissue.py")


def case_of(ref: str) -> Application:
    with db.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def test_the_page_writes_nothing_into_the_library() -> None:
    files = [name for name in blocks() if "/" in name]
    assert len(files) == 4
    assert not [name for name in files if name.startswith("workflows/")]
    assert not (FOLDER / "licence_reissue").exists(), "the page would tell what is there already"


def test_the_check_tells_of_the_two_guards_and_then_of_nothing(followed: None) -> None:
    table = definition_of(KEY)
    given = {"conditions": guards.CONDITIONS, "effects": tasks.TASKS}
    before = check(table, guards=set(guards.GUARDS) - set(NAMES), **given)
    assert [finding.code for finding in before] == ["unbound_guard", "unbound_guard"]
    assert check(table, guards=guards.GUARDS, **given) == []


def test_the_trial_of_the_page_runs(followed: None) -> None:
    space = run("try it", table=definition_of(KEY), guards=guards.GUARDS)
    assert space["step"].target == "submitted"


@pytest.mark.parametrize(
    ("paper", "allowed"),
    [
        ("公示系统 2026-10-12", True),
        ("公示系统 2026-10-13", False),  # tomorrow
        ("公示系统 2026-13-45", False),
        ("公示系统，上周", False),
    ],
)
def test_a_loss_is_declared_on_a_day_that_has_been(followed: None, clock: datetime, paper: str, allowed: bool) -> None:
    facts = type("Asked", (), {"today": clock.date(), "inputs": {"paper": paper}})()
    assert (guards.GUARDS["loss_is_declared"](facts) is None) == allowed


@ON_SQLITE
def test_a_case_goes_through_the_door(
    followed: None, database_url: str, settings: Settings, database: Any, clock: datetime
) -> None:
    samples.load(now=clock)
    lin, clerk = actor_of("lin@example.cn"), actor_of("0318")
    ref = apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=clock, matter="licence_reissue")
    assert case_of(ref).definition == KEY
    typed = {"number": "91330106673959654P", "paper": "国家企业信用信息公示系统 2026-10-08"}
    with pytest.raises(ActionRefused) as refused:
        act(ref, "apply_for_copy", actor=lin, now=clock, number="91330106673959654Q", paper="")
    told = {lang: [blocker_text(one, lang) for one in refused.value.blockers] for lang in ("zh", "en")}
    assert "声明作废" in told["zh"][1]
    assert "check its last digit" in told["en"][0]

    assert act(ref, "apply_for_copy", actor=lin, now=clock, **typed).target == "submitted"
    case = case_of(ref)
    with db.reading() as session:
        kept = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "application:apply_for_copy")).one()
        told_of = session.exec(select(Message.effect).where(Message.application_id == case.id)).all()
    assert kept.data == typed
    assert list(told_of) == ["notify.receipt"]
    assert case.due_at is not None
    act(ref, "claim", actor=clerk, now=clock)
    assert act(ref, "reissue", actor=clerk, now=clock).target == "reissued"
    assert workflow_of(KEY).table.states[case_of(ref).state].kind == "final"
