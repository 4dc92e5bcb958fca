"""The matters: their workflow tables as data, each bound once to the guards that check its facts."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from registration.rules.facts import Facts
from registration.rules.folder_files import FolderFault
from registration.rules.guards import CONDITIONS, GUARDS, Guard
from registration.rules.matter_folders import PACKAGED, MatterError, file_of, folders, matter_data
from registration.settings import settings
from workflows.clock import Calendar, OfficeHours
from workflows.definition import Definition, load
from workflows.definition.values import Text
from workflows.engine import Workflow

_KEY = re.compile(r"[a-z][a-z0-9_]*@[1-9][0-9]*")
# What new cases use where a registrar is not set to another version; see `current`.
CURRENT = {
    "establishment": "establishment@4",
    "change_of_registration": "change_of_registration@2",
    "filing_of_items": "filing_of_items@2",
    "licence_replacement": "licence_replacement@2",
    "simple_deregistration": "simple_deregistration@2",
    "deregistration": "deregistration@2",
}


def current(matter: str, *, chosen: Mapping[str, str]) -> str | None:
    """The table for a new case: the one that the registrar is set to, else the usual one; None for no such matter.

    A matter that only the office's own folder has begins with its newest version.
    """
    return chosen.get(matter) or CURRENT.get(matter) or _newest(matter)


def _newest(matter: str) -> str | None:
    versions = [int(key.partition("@")[2]) for key in shipped() if key.partition("@")[0] == matter]
    return f"{matter}@{max(versions)}" if versions else None


def matter_title(matter: str) -> Text:
    """The title of a matter in which an applicant can begin, by its usual table."""
    return definition_of(current(matter, chosen={}) or "").title


def matters() -> tuple[str, ...]:
    """The matters in which an applicant can begin: the shipped ones in the order of CURRENT, then others by name."""
    found = {key.partition("@")[0] for key in shipped()}
    return (*(matter for matter in CURRENT if matter in found), *sorted(found - CURRENT.keys()))


def founding_matters() -> tuple[str, ...]:
    """Those that begin without a registered entity."""
    return tuple(matter for matter in matters() if matter_data(matter).register is None)


@cache
def definition_of(key: str) -> Definition:
    """The table of `establishment@1`; KeyError for one that is in no folder. A shipped one is never covered."""
    path = path_of(key)
    if path is None:
        raise KeyError(key)
    return load(path)


def path_of(key: str) -> Path | None:
    """The file of the table `establishment@1`."""
    matter, _, version = key.partition("@")
    return file_of(matter, f"workflow@{version}.yaml") if _KEY.fullmatch(key) else None


@cache
def workflow_of(key: str) -> Workflow[Facts]:
    return Workflow(definition_of(key), guards=guards(), conditions=CONDITIONS)


@cache
def parts_of(key: str) -> Workflow[Facts]:
    """The small table that every agency's part of this matter runs through."""
    parts = definition_of(key).parts
    if parts is None:
        raise KeyError(key)
    return Workflow(parts, guards=guards(), conditions=CONDITIONS)


@cache
def guards() -> Mapping[str, Guard]:
    """The guards that all matters share, and those that a matter's own folder has (`GUARDS` of its `guards.py`)."""
    own = (own_guards(path) for folder in folders() for path in sorted(folder.glob("*/guards.py")))
    return {**GUARDS, **{name: guard for found in own for name, guard in found.items()}}


def own_guards(path: Path) -> Mapping[str, Guard]:
    """The guards of one `guards.py`. Raises MatterError for a module that cannot be loaded or has no `GUARDS`."""
    try:
        found: Mapping[str, Guard] = dict(_module(path).GUARDS)
    except Exception as broken:
        reason = f"{type(broken).__name__}: {broken}"
        raise MatterError((FolderFault(str(path), "GUARDS", "guards", {"reason": reason}),)) from broken
    return found


def _module(path: Path) -> ModuleType:
    if path.is_relative_to(PACKAGED):
        return import_module(f"{__name__}.{path.parent.name}.{path.stem}")
    spec = spec_from_file_location(f"heyi_matters_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def shipped() -> tuple[str, ...]:
    """Every table that is shipped or the office's own, as `matter@version`."""
    found = {path for folder in folders() for path in folder.glob("*/workflow@*.yaml")}
    keys = {f"{path.parent.name}@{path.stem.partition('@')[2]}" for path in found}
    return tuple(sorted(key for key in keys if _KEY.fullmatch(key)))


def calendar() -> Calendar:
    """The working days that count now; a step reads them from memory, and a loaded year is in it within moments."""
    # Whoever only looks at the tables, as most commands do, needs no database.
    from registration.queries import working_days

    return working_days.current()


@cache
def office_hours() -> OfficeHours:
    from zoneinfo import ZoneInfo

    return OfficeHours(zone=ZoneInfo(settings().timezone))
