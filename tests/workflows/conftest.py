"""The tables that these tests read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import registration
from workflows.definition import Definition, load, parse

SMALL = (Path(__file__).parent / "parking.yaml").read_text(encoding="utf-8")

Edit = Callable[[dict[str, Any]], object]


def edited(*edits: Edit) -> str:
    """The small table as YAML after the edits."""
    data = yaml.load(SMALL, Loader=yaml.BaseLoader)
    for edit in edits:
        edit(data)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@pytest.fixture(scope="session")
def small_text() -> str:
    return SMALL


@pytest.fixture
def small() -> Definition:
    return parse(SMALL)


@pytest.fixture
def broken() -> Callable[..., Definition]:
    """The small table with some edits, which must leave it readable."""
    return lambda *edits: parse(edited(*edits))


@pytest.fixture
def broken_text() -> Callable[..., str]:
    return edited


@pytest.fixture(scope="session")
def establishment() -> Definition:
    return load(Path(registration.__path__[0]) / "matters" / "establishment" / "workflow@1.yaml")
