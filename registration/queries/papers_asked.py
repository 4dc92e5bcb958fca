"""Papers on request: no action makes them, or the action was taken before such papers existed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates import chinese
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, IssuedNumber, Part
from registration.queries.application_document import DOCUMENTS
from registration.queries.case_rows import OUTGOING, PAPERS, PARTS
from registration.queries.checks import name_held_until, reservation
from registration.rules.languages import OF_PAPERS
from registration.rules.reasons import bases

# Paragraphs, the rows of the table, paragraphs, and where a kind has them its further tables by key.
Words = tuple[Any, ...]


@dataclass(frozen=True)
class Moment:
    """The day of a paper, the promised date, its revision, and the bodies that its remedies name."""

    on: date
    due_at: datetime | None = None
    revision: int = 0
    reconsideration_body: str = ""
    court: str = ""


def name_reservation(session: Session, case: Application, moment: Moment) -> Words:
    """The reserved name of the case, and its last day (Name Regulation art. 18)."""
    held = reservation(session, case)
    assert held is not None
    rows = [("保留的名称", held.name)]
    rows += [("保留日期", chinese.day(held.since_on))] if held.since_on else []
    rows += [("保留期至", f"{chinese.day(held.expires_on)}（含当日）")] if held.expires_on else []
    rows += [
        ("依据", law) for law in bases(["NR18"], matter=case.matter, regime=case.regime, on=moment.on, lang=OF_PAPERS)
    ]
    after = (
        "保留期内，本登记机关不向他人登记相同的名称。名称由申请人自主申报，可能的名称争议由申请人依法承担责任。",
        "本告知书不是营业执照，不能凭本告知书从事经营活动。保留期满没有办理登记的，名称不再保留。",
    )
    return (("您申报的名称经核对已经保留，供本次登记使用。",), tuple(rows), after)


def joint_handling(session: Session, case: Application, moment: Moment) -> Words:
    """The agencies' steps and numbers: the joint handling sheet of the five-number model."""
    definition = definition_of(case.definition)
    graph = definition.parts.graph if definition.parts else {}
    labels = definition.parts.states if definition.parts else {}
    found = {part.key: part for part in parts_of(session, case)}
    rows = [_approved(session, case)]
    for key, node in graph.items():
        if (part := found.get(key)) is not None:
            rows.append(
                (node.label[OF_PAPERS], labels[part.state].label[OF_PAPERS], part.number or "——", _day(part.decided_at))
            )
    before = "本申请按五证联办的方式办理：一表申报、一窗受理，由各部门同时办理，号码统一载入营业执照。"
    return ((before,), tuple(rows), ("本表按办理记录生成，记载到签发之日为止。",))


def parts_of(session: Session, case: Application) -> list[Part]:
    return PARTS.all(session, case_id=case.id)


def may_be_asked(session: Session, case: Application) -> tuple[str, ...]:
    """The kinds of paper that this case can have now."""
    return tuple(kind for kind, has in ASKED.items() if has(session, case))


def _lacks(kind: str) -> Callable[[Session, Application], bool]:
    """Whether the submitted revision has no document of this kind, because it is older than such documents."""

    def lacks(session: Session, case: Application) -> bool:
        if not case.revision:
            return False
        papers = PAPERS.all(session, case_id=case.id)
        if any(paper.kind == kind and paper.revision == case.revision for paper in papers):
            return False
        return all(message.effect != f"paper.{kind}" for message in OUTGOING.all(session, case_id=case.id))

    return lacks


ASKED: Mapping[str, Callable[[Session, Application], bool]] = {
    **{kind: _lacks(kind) for kind in DOCUMENTS},
    "name_reservation": lambda session, case: name_held_until(session, case) is not None,
    "joint_handling": lambda session, case: bool(parts_of(session, case)),
}


def _approved(session: Session, case: Application) -> tuple[str, ...]:
    """The registrar's own row: it examines first and assigns the registration number."""
    number = session.scalars(
        select(col(IssuedNumber.value)).where(
            col(IssuedNumber.application_id) == case.id, col(IssuedNumber.scheme) == "registration_number"
        )
    ).one_or_none()
    at = session.scalars(
        select(col(HistoryEntry.at))
        .where(col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag) == "application:approve")
        .order_by(col(HistoryEntry.seq).desc())
        .limit(1)
    ).one_or_none()
    return ("工商登记", "已核准", number or "——", _day(at))


def _day(at: datetime | None) -> str:
    return chinese.day(local_date(at)) if at else "——"
