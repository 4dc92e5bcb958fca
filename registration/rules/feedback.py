"""Ratings and complaints: the five grades, what can be rated in a matter, and by when the office answers.

Good-and-bad review system (好差评), 国办发〔2019〕51号: five grades; the office calls back after a poor one within one
working day, and answers it within fifteen.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from registration.rules.languages import pair
from registration.rules.matter_folders import matter_data
from registration.rules.matter_shapes import RatedStep, RatingReason
from workflows.clock import Calendar, OfficeHours, deadline
from workflows.definition.values import Limit
from workflows.errors import UnknownYear

GRADES: Mapping[int, Mapping[str, str]] = {
    1: pair("非常满意", "Very satisfied"),
    2: pair("满意", "Satisfied"),
    3: pair("基本满意", "Rather satisfied"),
    4: pair("不满意", "Dissatisfied"),
    5: pair("非常不满意", "Very dissatisfied"),
}
POOR = frozenset({4, 5})
# Working days.
CHECK_WITHIN, ANSWER_WITHIN = 1, 15


def rated_steps(matter: str) -> Mapping[str, RatedStep]:
    return matter_data(matter).ratings.steps


def rating_reasons(matter: str) -> Mapping[str, RatingReason]:
    return matter_data(matter).ratings.reasons


def due_after(at: datetime, *, days: int, calendar: Calendar, hours: OfficeHours) -> datetime:
    """The end of the working day by which the office acts.

    In a year whose holidays are not published Monday to Friday count, which is never later than the rule allows.
    """
    try:
        return deadline(at, Limit(amount=days, unit="wd"), calendar=calendar, hours=hours)
    except UnknownYear as unknown:
        known = replace(calendar, years=calendar.years | {unknown.year})
        return due_after(at, days=days, calendar=known, hours=hours)
