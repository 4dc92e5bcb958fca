"""What agencies object to, as points of the one notice: to be edited, left out with a reason, and previewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request

from registration.clock import local_date
from registration.http.context import in_language, lang_here
from registration.matters import calendar, definition_of, office_hours
from registration.models import NoticeItem
from registration.queries.casefile import CaseFile
from registration.queries.objections import PartObjection, Point
from registration.queries.paper_words import correction_words
from registration.queries.papers_asked import Words
from registration.rules.languages import known
from registration.rules.marks import Mark
from registration.web.forms.marks import with_remedies
from registration.web.present.marks import about_of, targets_of
from registration.web.present.objecting import name_of_target
from registration.web.present.objection_words import part_label
from registration.web.present.targets import target_label, usual_reason
from workflows.clock import Clock, advance
from workflows.engine import Offer
from workflows.errors import UnknownYear
from workflows.promise import StepTaken, step_taken

PREFIX = "o."
_FIELDS = ("what", "how", "why", "in", "left", "shown", "target")


@dataclass(frozen=True)
class NoticePoint:
    """A point of an agency on the page of the notice. `mark` has the point's place among the fields as its target.

    `target` is what it is about, empty until the clerk chooses it for an objection as a whole (`choices`).
    """

    ref: str
    agency: str
    part: str
    label: str
    mark: Mark
    target: str
    chosen: bool
    why_left: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        return f"{PREFIX}{self.ref}"


def points_of(file: CaseFile) -> list[NoticePoint]:
    """The points of the open objections, with the clerk's changes that the page carries."""
    found = [one for one in file.objections if one.is_open]
    points = [_point(file, one, point) for one in found for point in one.points or (_whole(one),)]
    marks = {point.place: point.mark for point in points}
    filled = with_remedies(marks, matter=file.case.matter, lang=known(file.case.locale))
    return [NoticePoint(**vars(point) | {"mark": filled[point.place]}) for point in points]


def _whole(one: PartObjection) -> Point:
    """An objection without points: its reason is the text of one, whose target the clerk chooses."""
    return Point(one.ref, Mark("", "bad", "", one.reason))


def _point(file: CaseFile, one: PartObjection, point: Point) -> NoticePoint:
    place, posted = f"{PREFIX}{point.ref}", request.form
    target = point.mark.target or posted.get(f"target.{place}", "")
    mark = Mark(
        place,
        "bad",
        posted.get(f"why.{place}") or point.mark.reason_code or usual_reason(".".join(target.split(".", 2)[:2])),
        posted.get(f"what.{place}", point.mark.problem).strip(),
        posted.get(f"how.{place}", point.mark.remedy).strip(),
    )
    wholes = targets_of(file).wholes if not point.mark.target else ()
    return NoticePoint(
        ref=point.ref,
        agency=one.agency,
        part=part_label(file.case, one.part),
        label=name_of_target(file, target, lang=lang_here()) if target else "",
        mark=mark,
        target=target,
        chosen=f"shown.{place}" not in posted or f"in.{place}" in posted,
        why_left=posted.get(f"left.{place}", "").strip(),
        choices=tuple((whole, target_label(whole, case=file.case)) for whole in wholes),
    )


def item_of(file: CaseFile, point: NoticePoint) -> dict[str, str]:
    """The point as an item of the notice. Its words begin with the field or the person that it is about."""
    with in_language(known(file.case.locale)):
        about = about_of(file, point.target) if point.target else ""
    mark = Mark(point.target, "bad", point.mark.reason_code, point.mark.problem, point.mark.remedy)
    return mark.as_item(about=about) | {"objection": point.ref}


def inputs_from(file: CaseFile, points: Sequence[NoticePoint]) -> dict[str, list[dict[str, str]]]:
    """The chosen points as items, and the others with why they are left out."""
    chosen = [item_of(file, point) for point in points if point.chosen]
    left = [{"objection": point.ref, "reason": point.why_left} for point in points if not point.chosen]
    return {"items": chosen, "left_out": left}


def are_shown() -> bool:
    """Whether the posted page lists the points of agencies: no notice has what its clerk did not see."""
    return any(name.startswith(f"shown.{PREFIX}") for name in request.form)


def carried_points() -> dict[str, str]:
    """What the clerk changed at the points, for the pages in between, so that nothing is lost."""
    starts = tuple(f"{name}.{PREFIX}" for name in _FIELDS)
    return {name: value for name, value in request.form.items() if name.startswith(starts)}


def words_of(
    file: CaseFile, offer: Offer, items: Sequence[Mapping[str, Any]], agencies: Mapping[str, str], *, now: datetime
) -> Words:
    """The words of the notice as its paper would print them; `agencies` has that of each point, by its reference."""
    rows = [
        NoticeItem(
            notice_id=0,
            agency=agencies.get(str(item.get("objection"))),
            **{name: item[name] for name in ("target", "reason_code", "problem", "remedy")},
        )
        for item in items
        if item["target"]
    ]
    return correction_words(file.case, rows, until=_last_day(file, offer, now=now), on=local_date(now))


def _last_day(file: CaseFile, offer: Offer, *, now: datetime) -> Any:
    """The last day of the correction if the notice were sent now; None without a calendar for it."""
    case = file.case
    table = definition_of(case.definition)
    row = offer.row
    step = step_taken(table, StepTaken(offer.action, case.state, row.target_from(case.state), row.by[0], now))
    if step is None:
        return None
    clock = Clock(case.case_due_at, case.state_due_at, case.paused_at)
    try:
        policy = table.clock[case.regime]
        due_at = advance(clock, step, at=now, policy=policy, calendar=calendar(), hours=office_hours()).state_due_at
    except UnknownYear:
        return None
    return local_date(due_at) if due_at else None
