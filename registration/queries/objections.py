"""Objections of agencies: those that wait for the office, and the answers that an agency reads."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.keys.field_encryption import decrypt
from registration.models import Application, Notice, NoticeItem, Objection, ObjectionItem, Part
from registration.queries.case_rows import NOTICES, PARTS, Ahead, PageQuery, of_case
from registration.rules.marks import Mark

_OF_CASE = of_case(Objection, col(Objection.id))


@dataclass(frozen=True)
class Point:
    """One point of an objection. `printed` are the words in the notice, `left_out` says why it is in none."""

    ref: str
    mark: Mark
    printed: str = ""
    left_out: str = ""


@dataclass(frozen=True)
class PartObjection:
    """An objection as office and agency read it; `notice` is where an upheld one went, with its dates."""

    ref: str
    part: str
    agency: str
    revision: int
    reason: str
    made_at: datetime
    points: tuple[Point, ...]
    outcome: str | None
    answer: str
    answered_role: str | None
    answered_at: datetime | None
    seen: bool
    notice: Notice | None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True)
class AnsweredLine:
    """An answer that no officer of the agency has confirmed to have read."""

    ref: str
    name: str
    part: str
    outcome: str
    answer: str
    role: str
    at: datetime


def open_objections(session: Session, case: Application) -> Sequence[Objection]:
    """Those that wait for the office's answer, the oldest first."""
    query = select(Objection).where(col(Objection.application_id) == case.id, col(Objection.answered_at).is_(None))
    return session.scalars(query.order_by(col(Objection.id))).all()


def items_of(session: Session, objections: Iterable[Objection]) -> Sequence[ObjectionItem]:
    ids = [one.id for one in objections]
    if not ids:
        return ()
    query = select(ObjectionItem).where(col(ObjectionItem.objection_id).in_(ids)).order_by(col(ObjectionItem.id))
    return session.scalars(query).all()


def objections_on(session: Session, case: Application, *, actor: Actor) -> tuple[PartObjection, ...]:
    """The objections of a case that the actor may read, the oldest first: the office all, an officer the own agency's.

    Others, such as the applicant, read none: what concerns them is in the notice.
    """
    if not actor.is_staff:
        return ()
    found = [one for one in _OF_CASE.all(session, case_id=case.id) if actor.agency in (None, one.agency)]
    if not found:
        return ()
    keys = {part.id: part.key for part in PARTS.all(session, case_id=case.id)}
    notices = {one.id: one for one in NOTICES.all(session, case_id=case.id)}
    points = _points(session, case, found)
    return tuple(
        PartObjection(
            ref=one.ref,
            part=keys[one.part_id],
            agency=one.agency,
            revision=one.revision,
            reason=decrypt(one.reason, case=case.ref),
            made_at=one.made_at,
            points=tuple(points.get(one.id, ())),
            outcome=one.outcome,
            answer=decrypt(one.answer, case=case.ref) if one.answer else "",
            answered_role=one.answered_role,
            answered_at=one.answered_at,
            seen=one.seen_at is not None,
            notice=notices.get(one.notice_id or 0),
        )
        for one in found
    )


def _points(session: Session, case: Application, objections: Sequence[Objection]) -> dict[int, list[Point]]:
    found: dict[int, list[Point]] = {}
    rows = items_of(session, objections)
    if not rows:
        return {}
    printed = {
        item.id: item.problem
        for item in session.scalars(
            select(NoticeItem).where(col(NoticeItem.id).in_([one.notice_item_id for one in rows]))
        )
    }
    for row in rows:
        problem, remedy, left_out = (
            decrypt(text, case=case.ref) if text else "" for text in (row.problem, row.remedy, row.left_out)
        )
        mark = Mark(row.target, "bad", row.reason_code, problem, remedy)
        found.setdefault(row.objection_id, []).append(
            Point(row.ref, mark, printed.get(row.notice_item_id or 0, ""), left_out)
        )
    return found


def open_points(session: Session, ids: Collection[int]) -> dict[int, list[tuple[str, list[str]]]]:
    """Case -> (part, targets of the points) of each objection that waits for the office."""
    query = (
        select(Objection, col(Part.key))
        .join(Part, col(Part.id) == col(Objection.part_id))
        .where(col(Objection.application_id).in_(ids), col(Objection.answered_at).is_(None))
        .order_by(col(Objection.id))
    )
    rows = session.execute(query).all()
    targets: dict[int, list[str]] = {}
    for item in items_of(session, [one for one, _key in rows]):
        targets.setdefault(item.objection_id, []).append(item.target)
    found: dict[int, list[tuple[str, list[str]]]] = {}
    for one, key in rows:
        found.setdefault(one.application_id, []).append((key, targets.get(one.id, [])))
    return found


def unseen_answers(session: Session, *, actor: Actor) -> list[AnsweredLine]:
    """The answers that the officer's agency has not confirmed to have read, the newest first."""
    access.admit("agency_inbox.read", actor)
    return [
        AnsweredLine(ref, name, key, outcome or "", decrypt(answer, case=ref) if answer else "", role or "", at)
        for ref, name, key, outcome, answer, role, at in _UNSEEN.rows(session, **_of_agency(actor))
    ]


def unseen_ahead(actor: Actor) -> list[Ahead]:
    """What `unseen_answers` asks."""
    return [(_UNSEEN, _of_agency(actor))]


def _of_agency(actor: Actor) -> dict[str, Any]:
    return {"agency": actor.agency, "registrar": actor.registrar_code}


_UNSEEN = PageQuery(
    select(
        *(col(Application.ref), col(Application.name), col(Part.key), col(Objection.outcome)),
        *(col(Objection.answer), col(Objection.answered_role), col(Objection.answered_at)),
    )
    .join(Part, col(Part.id) == col(Objection.part_id))
    .join(Application, col(Application.id) == col(Objection.application_id))
    .where(
        col(Objection.agency) == bindparam("agency"),
        col(Objection.registrar_code) == bindparam("registrar"),
        col(Objection.answered_at).is_not(None),
        col(Objection.seen_at).is_(None),
    ),
    order=[col(Objection.answered_at).desc(), col(Objection.id)],
)
