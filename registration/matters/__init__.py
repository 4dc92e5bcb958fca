"""The matters: their workflow tables as data, each bound once to the guards that judge its facts."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from registration.rules.facts import Facts
from registration.rules.guards import CONDITIONS, GUARDS
from registration.settings import settings
from workflows.clock import Calendar, OfficeHours
from workflows.definition import Definition, load
from workflows.engine import Workflow

FOLDER = Path(__file__).parent
CURRENT = {"establishment": "establishment@1"}


@cache
def definition_of(key: str) -> Definition:
    """The table of `establishment@1`; KeyError for one that is not shipped."""
    matter, _, version = key.partition("@")
    path = FOLDER / matter / f"workflow@{version}.yaml"
    if not path.is_file():
        raise KeyError(key)
    return load(path)


@cache
def workflow_of(key: str) -> Workflow[Facts]:
    return Workflow(definition_of(key), guards=GUARDS, conditions=CONDITIONS)


@cache
def parts_of(key: str) -> Workflow[Facts]:
    """The small table that every agency's part of this matter runs through."""
    parts = definition_of(key).parts
    if parts is None:
        raise KeyError(key)
    return Workflow(parts, guards=GUARDS, conditions=CONDITIONS)


@cache
def shipped() -> tuple[str, ...]:
    """Every table that is shipped, as `matter@version`."""
    return tuple(sorted(f"{path.parent.name}@{path.stem.partition('@')[2]}" for path in _tables()))


def _tables() -> Iterator[Path]:
    return FOLDER.glob("*/workflow@*.yaml")


@cache
def calendar() -> Calendar:
    return Calendar()


@cache
def office_hours() -> OfficeHours:
    from zoneinfo import ZoneInfo

    return OfficeHours(zone=ZoneInfo(settings().timezone))
