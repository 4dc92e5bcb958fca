"""Checks before a process starts that every matter's folder can be used: no page and no step fails on one later."""

import os
import pkgutil
from collections.abc import Collection, Iterator
from functools import cache
from importlib import import_module

from registration.matters import definition_of, guards, path_of, shipped
from registration.queries.matter_faults import all_faults
from registration.rules.folder_files import FolderFault, fault_of
from registration.rules.guards import CONDITIONS, GUARDS
from registration.rules.matter_folders import OWN, MatterError, read_once
from workflows.check import naming, wording
from workflows.check.finding import Finding
from workflows.errors import DefinitionError


def require_sound(effects: Collection[str] | None = None) -> None:
    """MatterError with every fault that would make a page or a step of a case fail.

    `effects` are checked by the worker alone, which has loaded the modules that carry them out; this takes seconds.
    `heyi workflows check` finds more: a table can be complete and still be unwise.
    """
    found = [*(fault for key in shipped() for fault in _faults(key, effects)), *faults_of_files(os.environ.get(OWN))]
    if found:
        raise MatterError(tuple(found))


@cache
def faults_of_files(_own: str | None) -> tuple[FolderFault, ...]:
    """Looked for once, like the tables are read once: the processes that `heyi run` forks have its answer."""
    return tuple(all_faults(read_once))


def _faults(key: str, effects: Collection[str] | None) -> Iterator[FolderFault]:
    try:
        table = definition_of(key)
    except DefinitionError as broken:
        yield from (fault_of(one) for one in broken.problems)
        return
    names = naming.faults(table, guards=guards_known(), conditions=CONDITIONS, effects=effects)
    for one in (*names, *wording.faults(table)):
        finding = Finding(one.code, one.place, dict(one.data))
        zh = f"{finding.message_in('zh')}：{finding.fix_in('zh')}"
        en = f"{finding.message_in('en')}: {finding.fix_in('en')}"
        yield FolderFault(str(path_of(key)), one.place, "finding", {"zh": zh, "en": en})


def guards_known() -> frozenset[str]:
    """The names of all guards; without those of the matters where one of their modules cannot be loaded."""
    try:
        return frozenset(guards())
    except MatterError:
        return frozenset(GUARDS)


def effects_known() -> frozenset[str]:
    """What the application can do: effects inside the transaction, and tasks after it."""
    from registration import operations
    from registration.operations.act import LOCAL_EFFECTS
    from registration.tasks import TASKS

    for module in pkgutil.iter_modules(operations.__path__):
        # An operation's effects are known once its module is loaded.
        import_module(f"{operations.__name__}.{module.name}")
    return frozenset({*LOCAL_EFFECTS, *TASKS})
