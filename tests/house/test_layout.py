"""The allowed places of files, and words that no name may contain: the layout of docs/architecture.md."""

import ast
import re
from pathlib import PurePosixPath

import pytest

from tests.house.source import PACKAGES, ROOT, Source, sources

# Files directly in each package; all others are in a folder for their kind of work.
LOOSE = {
    "registration": {"access", "actor", "app", "clock", "errors", "logs", "outbox", "settings", "verification"},
    "certificates": {"canonical", "chinese", "errors", "particulars"},
    "workflows": {"clock", "engine", "errors", "joins", "promise"},
}
ROOMS = {
    "registration": {
        *("api", "cli", "web", "tasks", "operations", "queries", "models", "rules", "matters", "gateways", "sandboxed"),
        *("database", "demo", "documents", "exports", "http", "keys", "locales", "migrations", "reference", "runtime"),
        # The data of cities, and a row for each entity type.
        *("cities", "entity_types"),
    },
    "certificates": {
        "conformance",
        "credentials",
        "design_check",
        "designs",
        "fonts",
        "numbers",
        "paper",
        "signatures",
    },
    "workflows": {"analytics", "check", "definition", "diagram", "versions"},
}
# Words that no module or test may have in its name: each has a plain term in docs/glossary.md.
FORBIDDEN = {
    *("believed", "kept_words", "sealing", "edge", "letterheads", "steps", "standing", "stamp", "append", "courtesy"),
    *("proofs", "press", "alongside", "turns", "prepared", "forks", "door", "pins", "telling", "told", "deeds"),
    *("takings", "spell", "road", "roads", "lettering", "foresee", "foreseen", "moving", "migrate", "kept"),
}
WORDS = re.compile(r"(?:^|_)(told|tell|telling|deeds?|takings?|spells?|courtesy|believed|foreseen?|alongside)(?:_|$)")


GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", PACKAGES)
def test_only_known_files_lie_loose(package: str) -> None:
    found = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert found <= LOOSE[package], "give it a folder that says the kind of work"


@pytest.mark.parametrize("package", PACKAGES)
def test_folders_are_those_of_the_layout(package: str) -> None:
    found = {path.name for path in (ROOT / package).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found <= ROOMS[package], "add it to docs/architecture.md and here, if no room fits"


def test_no_module_has_a_private_name() -> None:
    names = [PurePosixPath(file.name) for file in sources(*PACKAGES, "tests")]
    assert not [str(path) for path in names if path.stem.removeprefix("test_") in FORBIDDEN]


def test_no_definition_has_a_private_name() -> None:
    """Functions, classes and fixtures are named by their result, in terms of the glossary."""
    found = {
        f"{file.name}:{name}" for file in sources(*PACKAGES) for name in _defined(file) if WORDS.search(_snake(name))
    }
    assert not found


def _defined(file: Source) -> list[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node.name for node in file.nodes if isinstance(node, kinds)]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def test_the_glossary_has_a_chinese_term_for_each_word() -> None:
    rows = [line.split("|")[1:-1] for line in GLOSSARY.splitlines() if line.startswith("|")]
    terms = [row for row in rows if not set("".join(row)) <= set("- ") and row[0].strip() != "Word"]
    assert len(terms) > 60
    assert not [row[0] for row in terms if not re.search(r"[\u4e00-\u9fff]", row[1])]


def test_the_glossary_points_at_files_that_exist() -> None:
    paths = set(re.findall(r"`([a-z_0-9/]+(?:\.(?:py|csv)|/))`", GLOSSARY))
    roots = (ROOT, ROOT / "registration")
    assert not [path for path in sorted(paths) if not any((root / path).exists() for root in roots)]
