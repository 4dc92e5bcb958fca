"""Writes what an agency objects to, point by point, and the answer: in the notice, left out, or overruled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.paper.papers import TEXT_LENGTH
from registration import access
from registration.actor import Actor
from registration.database import transaction
from registration.errors import InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.matters import definition_of
from registration.models import Application, Notice, NoticeItem, Objection, ObjectionItem, Part
from registration.operations.act import writes
from registration.operations.case_store import locked
from registration.queries.marks import Contents
from registration.queries.object_facts import object_facts
from registration.queries.objections import items_of, open_objections
from registration.rules.marks import whole_of
from registration.rules.problems import Problem
from registration.rules.reasons import correction_reasons

MOST_ITEMS = 100
# The actions on a part whose pages say or ask more than their inputs.
ASSIGN, OBJECT, WAIVE = "assign", "object", "waive"
Items = Sequence[Mapping[str, Any]]


def record(
    session: Session, case: Application, part: Part, *, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Objection:
    """An objection with its points, which may be none: then it is about the case as a whole.

    InvalidInput at `items.<position>` for a target that the agency does not see, and for missing or too long words.
    """
    items: Items = inputs.get("items") or ()
    contents = Contents(session, case, actor=actor)
    if problems := [one for at, item in enumerate(items) for one in _problems(case, at, item, contents)]:
        raise InvalidInput(problems)
    if len(items) > MOST_ITEMS:
        raise InvalidInput([Problem("items", "choice.unknown")])
    made = Objection(
        ref=token_urlsafe(12),
        application_id=case.id,
        part_id=part.id,
        agency=part.agency,
        registrar_code=case.registrar_code,
        revision=case.revision,
        reason=encrypt(str(inputs["reason"]).strip(), case=case.ref),
        made_by=actor.tag,
        made_at=now,
    )
    session.add(made)
    session.flush()
    session.add_all(_item(case, made, item) for item in items)
    return made


def _item(case: Application, made: Objection, item: Mapping[str, Any]) -> ObjectionItem:
    words = {name: str(item.get(name) or "").strip() for name in ("problem", "remedy")}
    return ObjectionItem(
        ref=token_urlsafe(12),
        objection_id=made.id,
        target=str(item["target"]),
        reason_code=str(item.get("reason_code") or ""),
        problem=encrypt(words["problem"], case=case.ref),
        remedy=encrypt(words["remedy"], case=case.ref) if words["remedy"] else "",
    )


def _problems(case: Application, at: int, item: Mapping[str, Any], contents: Contents) -> Iterable[Problem]:
    if not contents.has(str(item.get("target") or "")):
        yield Problem(f"items.{at}.target", "choice.unknown")
    if item.get("reason_code") and item["reason_code"] not in correction_reasons(case.matter):
        yield Problem(f"items.{at}.reason_code", "choice.unknown")
    if not str(item.get("problem") or "").strip():
        yield Problem(f"items.{at}.problem", "field.missing")
    for name in ("problem", "remedy"):
        if len(str(item.get(name) or "")) > TEXT_LENGTH:
            yield Problem(f"items.{at}.{name}", "text.too_long", {"most": TEXT_LENGTH})


def overrule(session: Session, case: Application, *, actor: Actor, inputs: Mapping[str, Any], now: datetime) -> None:
    """Answers every open objection of the case with the office's reason."""
    role = _role(case, "objection_overruled", actor)
    for one in open_objections(session, case):
        _answer(one, "overruled", actor=actor, role=role, now=now)
        one.answer = encrypt(str(inputs["reason"]).strip(), case=case.ref)


def uphold(
    session: Session,
    case: Application,
    *,
    notice: Notice,
    made: Sequence[NoticeItem],
    inputs: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Answers every open objection with the notice. `made` are the notice's items, in the order of `inputs["items"]`.

    InvalidInput at `left_out.<ref>` for a point of an agency that is neither in the notice nor left out with a reason.
    """
    taken = {str(item.get("objection") or ""): row for item, row in zip(inputs["items"], made, strict=True)}
    left = {str(one.get("objection") or ""): str(one.get("reason") or "").strip() for one in _left_out(inputs)}
    role = _role(case, "objection_upheld", actor)
    problems = [
        Problem(f"left_out.{ref}", "text.too_long", {"most": TEXT_LENGTH})
        for ref, why in left.items()
        if len(why) > TEXT_LENGTH
    ]
    for one in open_objections(session, case):
        _answer(one, "upheld", actor=actor, role=role, now=now)
        one.notice_id = notice.id
        # Left out as a whole: an objection without points of its own.
        one.answer = encrypt(left[one.ref], case=case.ref) if left.get(one.ref) else ""
        if one.ref in taken:
            taken[one.ref].agency = one.agency
        elif one.ref in left and not left[one.ref]:
            problems.append(Problem(f"left_out.{one.ref}", "objection.left_out"))
        for item in items_of(session, [one]):
            if item.ref in taken:
                item.notice_item_id, taken[item.ref].agency = taken[item.ref].id, one.agency
            elif left.get(item.ref):
                item.left_out = encrypt(left[item.ref], case=case.ref)
            else:
                problems.append(Problem(f"left_out.{item.ref}", "objection.left_out"))
    if problems:
        raise InvalidInput(problems)


@writes("reject")
def _answer_with_the_refusal(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> None:
    """A refusal of the registration answers what is still open: the agency reads its reason."""
    for one in open_objections(session, case):
        _answer(one, "upheld", actor=actor, role=_role(case, "reject", actor), now=now)
        one.answer = encrypt(str(inputs["reason"]).strip(), case=case.ref)


def _left_out(inputs: Mapping[str, Any]) -> Items:
    return inputs.get("left_out") or ()


def _role(case: Application, action: str, actor: Actor) -> str:
    """The role in which the office answers, as the agency reads it."""
    rows = definition_of(case.definition).rows
    return next((role for row in rows if row.action == action for role in row.by if role in actor.roles), "")


def _answer(one: Objection, outcome: str, *, actor: Actor, role: str, now: datetime) -> None:
    one.outcome, one.answered_by, one.answered_role, one.answered_at = outcome, actor.tag, role, now


def confirm_seen(ref: str, key: str, *, actor: Actor, now: datetime) -> int:
    """Records that an officer has read the answers to the own agency's objections on a part; returns how many.

    NotFound for a case in which the agency has no part.
    """
    with transaction() as session:
        case = locked(session, ref)
        access.require("part.act", actor, object_facts(session, case, actor))
        query = select(Objection).join(Part, col(Part.id) == col(Objection.part_id))
        unseen = session.scalars(
            query.where(
                col(Objection.application_id) == case.id,
                col(Part.key) == key,
                col(Objection.agency) == actor.agency,
                col(Objection.answered_at).is_not(None),
                col(Objection.seen_at).is_(None),
            )
        ).all()
        if not unseen and not _has_part(session, case, key, actor):
            raise NotFound(ref=ref, part=key)
        for one in unseen:
            one.seen_at = now
        return len(unseen)


def _has_part(session: Session, case: Application, key: str, actor: Actor) -> bool:
    own = select(col(Part.id)).where(
        col(Part.application_id) == case.id, col(Part.key) == key, col(Part.agency) == actor.agency
    )
    return session.scalars(own).first() is not None


def whole_targets(items: Items) -> list[str]:
    """The sections and documents that an objection marks, for the history."""
    return list(dict.fromkeys(whole_of(str(item["target"])) for item in items))
