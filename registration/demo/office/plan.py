"""The plan of the example office: which cases there are, and what happens to each at which moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from registration import clock
from registration.matters import calendar
from registration.operations import samples
from registration.rules.city import folder_in_use
from registration.rules.entity_types import entity_type_keys
from registration.rules.reference import LOADER
from registration.settings import settings
from workflows.errors import UnknownYear

# In the city's folder: cases.yaml, courses.yaml, persons.yaml, places.yaml. A city without it has no example office.
FOLDER = "example_office"
# What follows from a step (papers, mails, a licence) is done before the next step of any case.
APART = timedelta(minutes=2)
MINUTES, SPREAD = 7, 43


@dataclass(frozen=True)
class Case:
    """A line of cases.yaml. `number` is its place, `facts` what its form says otherwise than a simple one."""

    number: int
    course: str
    entity_type: str
    registrar: str
    applicant: int
    begin: int
    facts: Mapping[str, Any]

    @property
    def scope(self) -> list[str]:
        """The items of the business scope; a place to eat where the line names none."""
        return list(self.facts.get("scope", ("HY0154", "HY0099")))


@dataclass(frozen=True)
class Step:
    """A line of a course. `by` is a role or an agency, empty for what the applicant does; `given` are its inputs."""

    day: int
    at: time
    do: str
    by: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """A step of a case, and the moment (UTC) at which it is taken; `begun_at` is that of the case's first step."""

    at: datetime
    case: Case
    step: Step
    begun_at: datetime

    @property
    def is_first(self) -> bool:
        return self.at == self.begun_at


def cases() -> tuple[Case, ...]:
    """Every case of a type that the rules know, at a registrar whose desk the sample accounts hold."""
    if not (folder_in_use() / FOLDER).is_dir():
        return ()
    desks = {one.registrar_code for one in samples.ACCOUNTS}
    read = [_case(number, dict(line)) for number, line in enumerate(_read("cases"), start=1)]
    return tuple(one for one in read if one.registrar in desks and one.entity_type in entity_type_keys())


def events(chosen: Sequence[Case], *, filled_at: datetime) -> list[Event]:
    """All steps of the chosen cases in their order, the same for the same moment; the last is over before it."""
    planned = sorted(
        (_moment(case, step, filled_at), case.number, at, case, step)
        for case in chosen
        for at, step in enumerate(course(case.course))
    )
    spaced: list[Event] = []
    begun: dict[int, datetime] = {}
    for moment, number, _place, case, step in planned:
        at = max(moment, spaced[-1].at + APART) if spaced else moment
        spaced.append(Event(at, case, step, begun.setdefault(number, at)))
    return [event for event in spaced if event.at < filled_at - APART]


def courses() -> tuple[str, ...]:
    """The names of all courses."""
    return tuple(_read("courses"))


@cache
def course(key: str) -> tuple[Step, ...]:
    """The steps of a course, those of the course that it continues first."""
    return tuple(_steps(key))


def _steps(key: str) -> Iterator[Step]:
    lines = _read("courses")[key]
    if not isinstance(lines, list):
        yield from _steps(lines["after"])
        lines = lines["steps"]
    for line in lines:
        given = {name: value for name, value in line.items() if name not in ("day", "at", "do", "by")}
        yield Step(line["day"], time.fromisoformat(line["at"]), line["do"], line.get("by", ""), given)


def _case(number: int, line: dict[str, Any]) -> Case:
    head = {name: line.pop(name) for name in ("course", "registrar", "applicant", "begin")}
    return Case(number=number, entity_type=line.pop("type"), facts=line, **head)


def _moment(case: Case, step: Step, filled_at: datetime) -> datetime:
    day = _working_day(clock.local_date(filled_at), back=max(case.begin - step.day, 0))
    local = datetime.combine(day, step.at, ZoneInfo(settings().timezone))
    return local.astimezone(UTC) + timedelta(minutes=case.number * MINUTES % SPREAD)


def _working_day(today: date, *, back: int) -> date:
    """The working day `back` working days before today, or the last one up to today."""
    day = today if back == 0 else today - timedelta(days=1)
    while True:
        if _is_working(day):
            back -= 1
        if back <= 0 and _is_working(day):
            return day
        day -= timedelta(days=1)


def _is_working(day: date) -> bool:
    try:
        return calendar().is_working(day)
    except UnknownYear:
        return day.weekday() < 5


def _read(name: str) -> Any:
    return _read_file(folder_in_use() / FOLDER / f"{name}.yaml")


@cache
def _read_file(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe one


def places() -> Mapping[str, Any]:
    """Where the cases lie: `registrars` (code to region and name), `phone` and `streets`."""
    known: Mapping[str, Any] = _read("places")
    return known


def persons() -> Mapping[str, Mapping[str, str]]:
    """The invented persons by their keys."""
    people: Mapping[str, Mapping[str, str]] = _read("persons")
    return people
