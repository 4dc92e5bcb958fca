"""Tables that take over another one, and put a new version of a shared one below."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workflows.definition import Definition, load
from workflows.errors import DefinitionError

Written = Callable[[str, str], Path]
BASE = """
matter: repair
version: 1
title: {zh: 修理, en: Repair}
roles: {owner: {zh: 物主, en: Owner}, system: {zh: 系统, en: System}}
automatic: system
citations: {P1: {zh: 第一条, en: Art. 1}}
states:
  begun: {label: {zh: 开始, en: Begun}, kind: start, holder: owner}
  done: {label: {zh: 修好, en: Repaired}, kind: final}
actions:
  finish: {label: {zh: 完成, en: Finish}}
rows:
  - {action: finish, from: begun, to: done, by: owner, basis: P1}
clock:
  of_today: {limit: 3wd, runs_in: begun, correction: restart, basis: P1}
"""
SECOND = """
matter: repair
version: 2
like: repair@1
states:
  stored: {label: {zh: 入库, en: Stored}, kind: final}
actions:
  store: {label: {zh: 入库, en: Store}}
rows:
  - {action: store, from: done, to: stored, by: system, basis: P1}
"""
WASHING = """
matter: washing
version: 1
like: repair@1
title: {zh: 清洗, en: Washing}
states:
  done: {label: {zh: 洗净, en: Washed}, kind: final}
"""
ALSO_STORED = "matter: washing\nversion: 2\nlike: washing@1\nover: repair@2\n"


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(key: str, content: str) -> Path:
        matter, _, version = key.partition("@")
        path = tmp_path / matter / f"workflow@{version}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    write("repair@1", BASE)
    write("repair@2", SECOND)
    write("washing@1", WASHING)
    return write


def steps(table: Definition) -> list[tuple[str, str]]:
    return [(row.action, row.to) for row in table.rows]


def test_a_table_says_only_what_is_different(written: Written) -> None:
    table = load(written("washing@1", WASHING))
    assert (table.title["en"], table.states["done"].label["en"]) == ("Washing", "Washed")
    assert steps(table) == [("finish", "done")]


def test_a_new_version_of_shared_steps_is_put_below_what_a_matter_says_itself(written: Written) -> None:
    table = load(written("washing@2", ALSO_STORED))
    assert (table.title["en"], table.states["done"].label["en"]) == ("Washing", "Washed")
    assert steps(table) == [("finish", "done"), ("store", "stored")]
    third = load(written("washing@3", "matter: washing\nversion: 3\nlike: washing@2\nover: repair@1\n"))
    assert steps(third) == [("finish", "done")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("like: washing@9", "no_such_table"),
        ("like: washing@1\nover: repair@9", "no_such_table"),
        ("like: washing@2", "no_such_table"),
        ("like: repair@2\nover: washing@1", "not_below"),
    ],
)
def test_what_cannot_be_taken_over_is_named(written: Written, line: str, code: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        load(written("washing@2", f"matter: washing\nversion: 2\n{line}\n"))
    assert [one.code for one in refused.value.problems] == [code]
