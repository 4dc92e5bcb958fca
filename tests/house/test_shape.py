"""Sizes of functions and files, and code that is allowed in exactly one place."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from statistics import median

import pytest

from tests.house.source import PACKAGES, ROOT, Source, called, sources

CODE = sources(*PACKAGES)
ALL = sources(*PACKAGES, "tests", "bench")
LONGEST_FILE = 350
# The shapes of cases are one flat list of requests and answers, which would be harder to search in two files.
LONGER = {"registration/api/v1/shapes.py": 440}
LONGEST_FUNCTION = 50
BROAD = re.compile(r"^(utils?|helpers?|common|managers?|services?)$")
PUT_OFF = re.compile(r"\b(?:T[O]DO|FI[X]ME|X[X]X)\b")
# A number in a private tracker, or a path on one machine, has no meaning for later readers.
ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[a-z]|\.\./shared|\bissue #?\d", re.IGNORECASE)


def state_assigners(files: Iterable[Source]) -> Iterator[str]:
    """Functions that set an application's state: `case.state = ...`, or "state" among values to write."""
    for file in files:
        for function in file.functions():
            if any(map(_gives_state, ast.walk(function))):
                yield f"{file.name}:{function.name}"


def _gives_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
        return any(isinstance(one, ast.Attribute) and one.attr == "state" and not _is_other(one.value) for one in flat)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "values" and _has_keyword(node, "state")
    return False


def _is_other(node: ast.expr) -> bool:
    """Other objects with a state: a part, which has its own table, and the engine's cursor."""
    return isinstance(node, ast.Name) and node.id in ("part", "self")


def _has_keyword(call: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in call.keywords)


def writers_of_state(files: Iterable[Source]) -> list[str]:
    """Functions of the operations that put "state" into a dictionary, as for columns to write."""
    return [
        f"{file.name}:{function.name}"
        for file in files
        if file.name.startswith("registration/operations/")
        for function in file.functions()
        if any(map(_has_state, _dictionaries(function)))
    ]


def _dictionaries(function: ast.AST) -> Iterator[ast.Dict]:
    """Dictionaries, except those of a refusal, which only report a state."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, ast.Call) and called(child) == "Blocker":
            continue
        if isinstance(child, ast.Dict):
            yield child
        yield from _dictionaries(child)


def _has_state(node: ast.Dict) -> bool:
    return any(isinstance(key, ast.Constant) and key.value == "state" for key in node.keys)


def test_one_function_assigns_a_state() -> None:
    """Only `act`, for every action, and the move of a case to another version of its table."""
    written = [f"registration/operations/{place}" for place in ("act.py:_moved", "move_case.py:carry")]
    assert writers_of_state(CODE) == written
    assert list(state_assigners(CODE)) == []


@pytest.mark.parametrize(
    "slip", ["case.state = 'approved'", "case.state, x = 'a', 1", "update(table).values(state='approved')"]
)
def test_a_second_assigner_is_seen(slip: str) -> None:
    assert list(state_assigners([Source("a.py", f"def quick(case):\n    {slip}\n")])) == ["a.py:quick"]


def commits(files: Iterable[Source]) -> list[str]:
    return [file.name for file in files for _call in file.calls("commit")]


def test_one_commit() -> None:
    # The first ends what only read.
    assert set(commits(CODE)) == {"registration/database/connections.py", "registration/database/engine.py"}
    assert commits([Source("a.py", "session.commit()")]) == ["a.py"]


def wide_nets(files: Iterable[Source]) -> list[str]:
    """Places that catch or suppress every error: no class, `Exception` or `BaseException`."""
    return [file.name for file in files for node in file.nodes if any(map(_is_everything, _caught(node)))]


def _caught(node: ast.AST) -> list[ast.expr | None]:
    if isinstance(node, ast.ExceptHandler):
        return list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
    return list(node.args) if isinstance(node, ast.Call) and called(node) == "suppress" else []


def _is_everything(kind: ast.expr | None) -> bool:
    return kind is None or getattr(kind, "id", "") in ("Exception", "BaseException")


def test_everything_is_caught_in_the_outbox_and_its_processes_alone() -> None:
    """Also at the top of a forked child, which reports the error and ends, as the interpreter does; and around the
    code of an office's own matter, which may raise anything and must be named in the refusal."""
    reported = (
        "registration/runtime/fork.py",
        "registration/sandboxed/__main__.py",
        "registration/matters/__init__.py",
    )
    found = [name for name in wide_nets(CODE) if name not in reported]
    assert sorted(found) == [
        "registration/runtime/relay.py",
        "registration/runtime/sweeper.py",
        "registration/tasks/__init__.py",
    ]


def numbers_read(files: Iterable[Source]) -> list[str]:
    """Places where an edge converts text to a number without the one bounded parser."""
    edges = ("registration/web/", "registration/api/", "registration/http/context.py")
    return [file.name for file in files if file.name.startswith(edges) for _call in file.calls("int")]


def test_numbers_from_outside_are_read_by_one_parser() -> None:
    assert numbers_read(CODE) == []
    assert numbers_read([Source("registration/web/a.py", "int(version)")]) == ["registration/web/a.py"]


@pytest.mark.parametrize("net", ["except:", "except Exception:", "except (OSError, Exception) as e:"])
def test_a_wide_net_is_seen(net: str) -> None:
    assert wide_nets([Source("a.py", f"try:\n    x()\n{net}\n    pass\n")]) == ["a.py"]


def test_no_file_is_named_after_everything() -> None:
    assert not [file.name for file in ALL if any(map(BROAD.match, PurePosixPath(file.name).with_suffix("").parts))]
    assert BROAD.match("helpers")


def test_files_are_short() -> None:
    lengths = {file.name: file.text.count("\n") for file in ALL}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, LONGEST_FILE)}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_functions_are_short() -> None:
    lengths = {f"{file.name}:{one.name}": length(one) for file in ALL for one in file.functions()}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    assert median(lengths.values()) <= 10


def test_every_module_says_what_belongs_there() -> None:
    assert not [file.name for file in ALL if file.text.strip() and not ast.get_docstring(file.tree)]


def test_nothing_is_put_off() -> None:
    assert not [file.name for file in ALL if PUT_OFF.search(file.text)]
    assert PUT_OFF.search("# T" + "ODO later")


def kept_texts() -> Iterator[tuple[str, str]]:
    """Every text file of the repository, by name."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone of the repository")
    for name in filter(None, listed.stdout.decode().split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in data:
            yield name, data.decode("utf-8")


def test_nothing_points_out_of_the_repository() -> None:
    assert not [name for name, text in kept_texts() if ELSEWHERE.search(text)]
    assert ELSEWHERE.search("see " + "/home" + "/me/notes")


def test_the_list_of_slow_tests_names_tests() -> None:
    """One that was renamed would run unasked, and its line would stay for ever."""
    lines = (ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").splitlines()
    gone = [line for line in lines for path, _, name in [line.partition("::")] if not _defines(ROOT / path, name)]
    assert not gone


def _defines(path: Path, name: str) -> bool:
    if not path.is_file():
        return False
    # A test of a state machine is an attribute of its class, without a `def`.
    return re.search(rf"^ *(def )?{re.escape(name)}\b", path.read_text("utf-8"), re.MULTILINE) is not None
