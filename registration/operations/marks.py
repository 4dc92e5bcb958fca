"""Keeps what a clerk, or an agency's officer, marks while reading. It changes no state and is not in the history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.paper.papers import TEXT_LENGTH
from registration import access, database
from registration.actor import Actor
from registration.errors import InvalidInput, StaleVersion
from registration.keys.field_encryption import encrypt
from registration.models import Application, ReviewMark
from registration.operations.case_store import locked
from registration.queries.marks import Contents, opened
from registration.queries.object_facts import object_facts
from registration.rules.marks import VERDICTS, Mark
from registration.rules.problems import Problem
from registration.rules.reasons import offered_corrections

MOST_MARKS = 500


def keep_marks(ref: str, marks: Sequence[Mark], *, actor: Actor, now: datetime, revision: int | None = None) -> int:
    """Keeps the actor's own marks, and deletes a mark that is given empty; returns how many changed.

    A mark that says what was kept before is left as it is, with its time. `revision` is what the actor has read: of an
    older one nothing is kept (StaleVersion), or a tick would stand on what nobody saw. NotFound or Forbidden;
    InvalidInput at `items.<position>` for an unknown target, verdict or reason, and for words too long for a paper.
    """
    given = {mark.target: mark for mark in marks}
    with database.transaction() as session:
        case = locked(session, ref)
        access.require(rule_to_mark(actor), actor, object_facts(session, case, actor))
        if revision not in (None, case.revision):
            raise StaleVersion(ref=ref, version=case.version)
        contents = Contents(session, case, actor=actor)
        if problems := list(_problems(case, marks, contents)):
            raise InvalidInput(problems)
        own = (col(ReviewMark.application_id) == case.id, col(ReviewMark.account_id) == actor.account_id)
        kept = {row.target: row for row in session.scalars(select(ReviewMark).where(*own))}
        return sum(
            _keep(session, case, kept.get(mark.target), mark, contents, actor=actor, now=now) for mark in given.values()
        )


def rule_to_mark(actor: Actor) -> str:
    """The rule of the access table: an officer marks while the own part is on the desk."""
    return "mark.write" if actor.agency is None else "part.mark"


def _problems(case: Application, marks: Sequence[Mark], contents: Contents) -> Iterator[Problem]:
    if len(marks) > MOST_MARKS:
        yield Problem("items", "choice.unknown")
        return
    offered = offered_corrections(case.matter, registrar=case.registrar_code)
    for at, mark in enumerate(marks):
        if not contents.has(mark.target):
            yield Problem(f"items.{at}.target", "choice.unknown")
        if mark.verdict and mark.verdict not in VERDICTS:
            yield Problem(f"items.{at}.verdict", "choice.unknown")
        if mark.reason_code and mark.reason_code not in offered:
            yield Problem(f"items.{at}.reason_code", "choice.unknown")
        for name in ("problem", "remedy"):
            if len(getattr(mark, name)) > TEXT_LENGTH:
                yield Problem(f"items.{at}.{name}", "text.too_long", {"most": TEXT_LENGTH})


def _keep(
    session: Session,
    case: Application,
    row: ReviewMark | None,
    mark: Mark,
    contents: Contents,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    if mark.is_empty:
        if row is not None:
            session.delete(row)
        return row is not None
    values: dict[str, Any] = {"content": contents.hash_of(mark.target), "revision": case.revision}
    if row is not None and opened(row, case) == mark and row.content == values["content"] and _stands(row, case):
        return False
    values |= {"verdict": mark.verdict, "reason_code": mark.reason_code, "marked_at": now}
    values |= {
        name: encrypt(text, case=case.ref) if (text := getattr(mark, name)) else "" for name in ("problem", "remedy")
    }
    if row is None:
        row = ReviewMark(application_id=case.id, account_id=actor.account_id or 0, target=mark.target, **values)
    row.sqlmodel_update(values)
    session.add(row)
    return True


def _stands(row: ReviewMark, case: Application) -> bool:
    return row.verdict == "ok" or row.revision == case.revision
