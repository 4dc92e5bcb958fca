"""Reads or loads a part of a large file of names and orders the next, so that no process is held for long.

A worker that dies has loaded its part and ordered the next, or nothing of either.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import outbox
from registration.database import reading, transaction
from registration.models import NameImport, NameImportPart, SettingChange
from registration.operations.audit import note
from registration.operations.name_imports import bring_in, figures_of
from registration.queries.name_imports import DONE, EFFECT, LOADING, READ, READING, WRONG
from registration.rules.city import city
from registration.rules.name_register import read_part
from registration.rules.problems import InvalidForm

# Further wrong lines are counted but not kept.
MOST_FAULTS = 200


@dataclass(frozen=True)
class _Result:
    """What a part would do, or did; wrong lines as messages with their data."""

    new: int = 0
    mended: int = 0
    unchanged: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)


def work_on_part(number: int, *, message: int, now: datetime) -> None:
    """Nothing for a message that is done, or a file that was dropped since."""
    with reading() as session:
        run = session.get_one(NameImport, number)
        stage, position = run.stage, run.position
        looked = _look(session, run) if stage == READING else _Result()
    with transaction() as session:
        if not outbox.finish(session, message):
            return
        query = select(NameImport).where(col(NameImport.id) == number).with_for_update()
        run = session.scalars(query).one()
        if (run.stage, run.position) != (stage, position) or stage not in (READING, LOADING):
            return
        _count(run, looked if stage == READING else _load(session, run))
        run.position += 1
        if run.position < run.parts:
            outbox.put(session, EFFECT, now=now, name_import=number)
        else:
            _end(session, run, now=now)


def _look(session: Session, run: NameImport) -> _Result:
    part = _part(session, run)
    try:
        register = read_part(part.content, first_line=part.first_line)
    except InvalidForm as wrong:
        return _Result(faults=[{"code": one.code, "data": dict(one.data)} for one in wrong.problems])
    figures = figures_of(session, register)
    return _Result(figures["new"], figures["mended"], figures["unchanged"])


def _load(session: Session, run: NameImport) -> _Result:
    part = _part(session, run)
    register = read_part(part.content, first_line=part.first_line)
    new, mended = bring_in(session, register, prefecture=city().about.prefecture)
    session.delete(part)
    return _Result(new, mended, len(register) - new - mended)


def _part(session: Session, run: NameImport) -> NameImportPart:
    query = select(NameImportPart).where(
        col(NameImportPart.import_id) == run.id, col(NameImportPart.position) == run.position
    )
    return session.scalars(query).one()


def _count(run: NameImport, found: _Result) -> None:
    run.added, run.mended, run.unchanged = (
        run.added + found.new,
        run.mended + found.mended,
        run.unchanged + found.unchanged,
    )
    run.fault_count += len(found.faults)
    run.faults = [*run.faults, *found.faults][:MOST_FAULTS]


def _end(session: Session, run: NameImport, *, now: datetime) -> None:
    if run.stage == READING:
        run.stage = WRONG if run.fault_count else READ
        return
    run.stage, run.finished_at = DONE, now
    change = session.get_one(SettingChange, run.change_id)
    told = {"file": change.after["file"], "sha256": change.after["sha256"], "new": run.added, "mended": run.mended}
    note(session, "names:load", subject=change.decided_by or change.proposed_by, now=now, **told)
