"""An agency's objections in words: for the office that answers them, and for the agency that reads the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.queries.casefile import CaseFile
from registration.queries.objections import AnsweredLine, PartObjection
from registration.web.i18n import day
from registration.web.present.asked import pairs_at
from registration.web.present.changes import Pair
from registration.web.present.objecting import name_of_target
from registration.web.present.objection_words import part_label
from registration.web.wording import role_words


@dataclass(frozen=True)
class PointText:
    """One point: where, what and how; `fate` says whether it went into the notice, `pairs` what changed since."""

    label: str
    problem: str
    remedy: str
    fate: str = ""
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class ObjectionText:
    """An objection with its answer; `outcome` is empty while it waits."""

    ref: str
    part: str
    reason: str
    made_at: datetime
    points: tuple[PointText, ...]
    outcome: str
    who: str
    answer: str
    next: str
    answered_at: datetime | None
    seen: bool
    corrected: bool


def objection_texts(
    file: CaseFile, objections: Sequence[PartObjection], *, pairs: Mapping[int, Sequence[Pair]] | None = None
) -> list[ObjectionText]:
    """`pairs`: what changed since each revision that an objection is about."""
    return [_text(file, one, (pairs or {}).get(one.revision, ())) for one in objections]


def _text(file: CaseFile, one: PartObjection, pairs: Sequence[Pair]) -> ObjectionText:
    return ObjectionText(
        ref=one.ref,
        part=part_label(file.case, one.part),
        reason=one.reason,
        made_at=one.made_at,
        points=tuple(
            PointText(
                name_of_target(file, point.mark.target, lang=lang_here()),
                point.mark.problem,
                point.mark.remedy,
                _fate(point.printed, point.left_out),
                pairs_at(_within(point.mark.target), pairs),
            )
            for point in one.points
        ),
        outcome=outcome_words(one.outcome),
        who=role_words([one.answered_role]) if one.answered_role else "",
        answer=one.answer,
        next=_next_words(one),
        answered_at=one.answered_at,
        seen=one.seen,
        corrected=one.notice is not None and one.notice.answered_at is not None,
    )


def _within(target: str) -> str:
    """A target whose changes are asked for: a document's file was replaced by another, so its kind counts."""
    return ".".join(target.split(".", 2)[:2]) if target.startswith("material.") else target


def outcome_words(outcome: str | None) -> str:
    return {"upheld": _("异议成立"), "overruled": _("异议不成立")}.get(outcome or "", "")


def _fate(printed: str, left_out: str) -> str:
    if printed:
        return _("已写入告知书：%(words)s", words=printed)
    return _("没有写入告知书：%(why)s", why=left_out) if left_out else ""


def _next_words(one: PartObjection) -> str:
    """When the applicant answers, or did."""
    notice = one.notice
    if notice is None:
        return ""
    if notice.answered_at is not None:
        return _("申请人已于%(day)s重新提交", day=day(notice.answered_at).striptags())
    if notice.expires_at is None:
        return _("告知书已经发给申请人")
    return _("告知书已经发给申请人，最迟%(day)s补正", day=day(notice.expires_at).striptags())


def answered_words(one: AnsweredLine) -> str:
    """A line of the agency's inbox."""
    name, who, outcome = one.name or one.ref, role_words([one.role]) if one.role else "", outcome_words(one.outcome)
    if one.answer:
        return _(
            "“%(name)s”：%(outcome)s（%(who)s）。理由：%(reason)s",
            name=name,
            outcome=outcome,
            who=who,
            reason=one.answer,
        )
    return _("“%(name)s”：%(outcome)s（%(who)s），已请申请人补正。", name=name, outcome=outcome, who=who)
