"""Reads a case and writes the result of a step, in one of two ways that write the same rows.

With a lock: `locked`, then `move` among the writes of the step. Without a lock (PostgreSQL only): `look`, then
`write_if_unchanged`, which is one statement and writes nothing if another transaction changed the case since
`look`. The second way saves half of the round trips to the database; operations/act.py says when it is enough.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from registration.database.statements import Write, execute_if_unchanged, prepare_update
from registration.errors import NotFound
from registration.models import Application
from registration.models.columns import table_of
from registration.queries.case_rows import CASE, CASE_BY_ID, CASES, CASES_BY_ID

_TABLE = table_of(Application)
# What a step may change of the case's row.
_COLUMNS = (
    *("state", "version", "updated_at", "holder_id", "due_at", "case_due_at", "state_due_at", "paused_at"),
    *("submitted_at", "history_seq", "history_hash"),
)
# Every change of data that a guard can read changes one of these columns, under the case's lock.
_COMPARED = ("version", "history_seq", "decision_delayed")
_MOVE = prepare_update(_TABLE, *_COLUMNS)
_MOVE_IF_UNCHANGED = prepare_update(_TABLE, *_COLUMNS, seen=_COMPARED)

# The values of `_COMPARED` when `look` read the case.
Seen = Mapping[str, int | bool]


def locked(session: Session, ref: str) -> Application:
    """The case, locked until the transaction ends; NotFound without one."""
    found = CASE.locked(session, ref=ref)
    if not found:
        raise NotFound(ref=ref)
    return found[0]


def locked_by_id(session: Session, application_id: int) -> Application:
    """The same for the case of a message."""
    (found,) = CASE_BY_ID.locked(session, case_id=application_id)
    return found


def locked_together(session: Session, refs: Sequence[str]) -> list[Application]:
    """The cases that there are, locked in the order of their numbers, so that no two batches wait for each other."""
    return CASES.locked(session, refs=refs)


def locked_by_ids(session: Session, applications: Collection[int]) -> dict[int, Application]:
    """Several, by id. They are locked in the order of their ids, so that two such transactions do not wait for each
    other."""
    return {case.id: case for case in CASES_BY_ID.locked(session, cases=sorted(set(applications)))}


def move(case: Application, values: Mapping[str, Any]) -> Write:
    """The change of the locked case's row, to be executed with its history entry and its messages."""
    return _MOVE, {"row_id": case.id, **values}


def look(session: Session, ref: str) -> tuple[Application, Seen] | None:
    """The case as it is now, not attached to a session, and the values that `write_if_unchanged` compares."""
    found = CASE.unattached(session, ref=ref)
    return (found[0], {f"seen_{name}": getattr(found[0], name) for name in _COMPARED}) if found else None


def write_if_unchanged(
    session: Session, case: Application, seen: Seen, values: Mapping[str, Any], others: Sequence[Write]
) -> bool:
    """Writes `values` and `others` if the case is unchanged since `look`; else writes nothing and returns False.

    `session` comes from `database.autocommit_session`: the statement is a transaction of its own.
    """
    return execute_if_unchanged(session, (_MOVE_IF_UNCHANGED, {"row_id": case.id, **values, **seen}), others)
