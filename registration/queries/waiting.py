"""Who must act next on a case, since when, and on which of the promised working days.

The texts are in every offered language; only the office sees the numbers of its staff.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from registration.actor import Actor
from registration.clock import local
from registration.matters import calendar, definition_of, office_hours
from registration.models import Part
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import PartView
from registration.queries.promises import arrived_at, case_span, part_span, promise_for, promise_for_part
from registration.rules.languages import dated, in_offered, joined, said
from registration.rules.reference import texts
from workflows.clock import remaining
from workflows.definition import Definition
from workflows.definition.values import Text
from workflows.errors import UnknownYear
from workflows.promise import Span

_FILE = "reference/explanations.yaml"


@dataclass(frozen=True, slots=True)
class Pace:
    """Working day `day` of `of`, 0 before the first; `late` counts those after the last. None: not known."""

    day: int | None = None
    of: int | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who must act next on the case (`part` None) or one of its parts; `holder` is the one who has claimed it."""

    part: str | None
    who: Text
    holder: str | None
    since: datetime | None
    due_at: datetime | None
    pace: Pace
    words: Text


def waiting_for(file: CaseFile, *, actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """One for each open part if agencies have the case, else one for its state's holders; none for a closed case."""
    definition = definition_of(file.case.definition)
    parts = definition.parts
    if parts is not None and file.case.state in parts.runs_in:
        at_work = [view for view in file.parts if parts.states[view.part.state].kind == "office"]
        return tuple(_part_waits(file, view, definition, now=now) for view in at_work)
    state = definition.states[file.case.state]
    if state.kind == "final" or not state.holder:
        return ()
    return (_case_waits(file, definition, actor=actor, now=now),)


def _case_waits(file: CaseFile, definition: Definition, *, actor: Actor, now: datetime) -> Waiting:
    case = file.case
    is_office = actor.is_staff and actor.agency is None
    holder = (file.facts.holder or "").removeprefix("staff:") if is_office else ""
    who = in_each_language(lambda lang: _who(definition, definition.states[case.state].holder, lang, number=holder))
    # Days of a period are no working days that somebody has to act.
    span = None if definition.states[case.state].is_period else case_span(case, file.history)
    pace = _pace(case.due_at, span, now=now)
    words = _words(who, case.due_at, pace, paused=case.paused_at is not None, year=_missing_year(file), now=now)
    return Waiting(None, who, holder or None, arrived_at(file.history), case.due_at, pace, words)


def _missing_year(file: CaseFile, part: Part | None = None) -> object:
    """The year of the missing calendar because of which the case, or a part, has no promise; else None."""
    if (part or file.case).due_at is not None or file.case.paused_at is not None:
        return None
    try:
        promise_for(file.case, file.history) if part is None else promise_for_part(file.case, part, file.history)
    except UnknownYear as unknown:
        return unknown.data["year"]
    return None


def _part_waits(file: CaseFile, view: PartView, definition: Definition, *, now: datetime) -> Waiting:
    part, parts = view.part, definition.parts
    assert parts is not None
    acting, label = parts.graph[part.key].role, parts.graph[part.key].label
    roles = [acting if role == parts.acting_role else role for role in parts.states[part.state].holder]
    who = in_each_language(lambda lang: say("part", lang, who=_who(definition, roles, lang), part=label.in_(lang)))
    span = part_span(file.case, part, file.history)
    pace = _pace(part.due_at, span, now=now)
    words = _words(who, part.due_at, pace, paused=False, year=_missing_year(file, part), now=now)
    return Waiting(part.key, who, None, span.begun_at if span else None, part.due_at, pace, words)


def _pace(due_at: datetime | None, span: Span | None, *, now: datetime) -> Pace:
    if due_at is None or span is None or span.days is None:
        return Pace()
    try:
        left = remaining(now, due_at, calendar=calendar(), hours=office_hours())
    except UnknownYear:
        return Pace(of=span.days)
    if due_at < now:
        return Pace(of=span.days, late=-left)
    return Pace(day=max(0, span.days - left), of=span.days)


def _words(who: Text, due_at: datetime | None, pace: Pace, *, paused: bool, year: object, now: datetime) -> Text:
    key = _key(due_at, pace, paused=paused, year=year, now=now)
    data = {"day": pace.day, "of": pace.of, "late": pace.late, "year": year}
    return in_each_language(
        lambda lang: say(f"waiting.{key}", lang, who=who.in_(lang), due=_moment(due_at, lang), **data)
    )


def _moment(at: datetime | None, lang: str) -> str:
    return dated("moment", lang, local(at)) if at is not None else ""


def _key(due_at: datetime | None, pace: Pace, *, paused: bool, year: object, now: datetime) -> str:
    if due_at is None:
        return "paused" if paused else "plain" if year is None else "unknown"
    if due_at < now:
        return "late_since" if pace.late is None else "late" if pace.late else "late_today"
    if pace.day is None:
        return "until"
    return "day" if pace.day else "starts"


def _who(table: Definition, roles: Iterable[str], lang: str, *, number: str = "") -> str:
    names = listed((table.roles[role] for role in roles), lang)
    return say("holder", lang, who=names, number=number) if number else names


def listed(labels: Iterable[Text], lang: str, *, quoted: bool = False) -> str:
    names = (said(label, lang) for label in labels)
    return joined("list", lang, (f"“{name}”" if quoted else name for name in names))


def in_each_language(words: Callable[[str], str]) -> Text:
    return Text(**in_offered(words))


def say(key: str, lang: str, **data: object) -> str:
    """A sentence of the explanations."""
    template = said(texts(_FILE)[key], lang)
    return template.format_map(data)
