"""Ratings and complaints as texts: the grades, the reasons, the steps, and by when the office answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from registration.http.context import say
from registration.models import Application
from registration.operations.feedback import may_change_until
from registration.queries.casefile import CaseFile
from registration.queries.feedback import FeedbackRow, is_own_work
from registration.rules.feedback import GRADES, rated_steps, rating_reasons
from registration.web.present.progress import events_of, title_for_applicant
from registration.web.present.story import story

NOW = "0"


@dataclass(frozen=True, slots=True)
class ToRate:
    """A step that has ended; `row` is the rating it has already, and `open` whether it can be given or changed."""

    key: str
    label: str
    row: FeedbackRow | None
    open: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Whether the office owes an answer, is late with one, or has given one."""

    waiting: bool
    late: bool
    answered: bool


def answers_of(rows: list[FeedbackRow], *, now: datetime) -> Answers:
    return Answers(
        waiting=any(row.item.due_at is not None and row.item.answered_at is None for row in rows),
        late=any(row.is_late(now=now) for row in rows),
        answered=any(row.item.answered_at is not None for row in rows),
    )


def to_rate(case: Application, ended: list[str], rows: list[FeedbackRow], *, now: datetime) -> list[ToRate]:
    given = {row.item.step: row for row in rows if row.item.kind == "rating"}
    return [_to_rate(case, key, given.get(key), now=now) for key in ended]


def _to_rate(case: Application, key: str, row: FeedbackRow | None, *, now: datetime) -> ToRate:
    until = may_change_until(row.item) if row else None
    still = row is None or (row.item.answered_at is None and until is not None and now <= until)
    return ToRate(key, step_words(case, key), row, still, until)


def step_words(case: Application, key: str) -> str:
    step = rated_steps(case.matter).get(key)
    return say(step.words) if step else key


def grade_words(grade: int | None) -> str:
    return say(GRADES[grade]) if grade is not None else ""


def reason_words(row: FeedbackRow) -> str:
    known = rating_reasons(row.case.matter)
    return _("；").join(say(known[key].words) for key in row.item.reasons if key in known)


def title_of_row(row: FeedbackRow) -> str:
    """What was rated or complained about, in plain words."""
    if row.item.kind == "rating":
        return step_words(row.case, row.item.step)
    if row.entry is None:
        return _("办理到现在的情况")
    (event,) = story(row.case, [row.entry])
    return title_for_applicant(row.case, row.entry) or event.title


def steps_to_complain(file: CaseFile) -> Iterator[tuple[str, str, str]]:
    """(number of the entry, what was done, when and by whom), the newest first; at last the case as it is now."""
    own = {entry.seq for entry in file.history if is_own_work(entry)}
    for event in events_of(file):
        if event.seq in own:
            yield str(event.seq), event.title, event.who
    yield NOW, _("办理到现在的情况，例如等得太久"), ""
