"""What the options of `heyi workflows simulate` mean: a table, a plan, a period and an office."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from registration.cli.output import refuse, words

if TYPE_CHECKING:
    from workflows.analytics.report import Question
    from workflows.analytics.staffing import Plan
    from workflows.definition import Definition

MARCH = 3
Options = dict[str, Any]


def pairs(_context: click.Context, _option: click.Parameter, given: str | Sequence[str] | None) -> dict[str, str]:
    """`a=1,b=2`, once or several times; a comma inside brackets belongs to its value."""
    whole = [given] if isinstance(given, str) else list(given or ())
    found = {}
    for one in (part for text in whole for part in _split(text)):
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(words(f"{one} 应写成 名称=值", f"{one}: write it as name=value"))
        found[name.strip()] = value.strip()
    return found


def _split(text: str) -> list[str]:
    depth, parts = 0, [""]
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def per_day(_context: click.Context, _option: click.Parameter, given: str | None) -> float | None:
    if given is None:
        return None
    try:
        return float(given.removesuffix("/day"))
    except ValueError:
        raise click.BadParameter(words("写成 400/day", "write it like 400/day")) from None


def share(_context: click.Context, _option: click.Parameter, given: str | None) -> float | None:
    if given is None:
        return None
    try:
        share = float(given.removesuffix("%")) / (100 if given.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise click.BadParameter(words("写成 95%", "write it like 95%"))
    return share


def question_of(options: Options) -> tuple["Question", dict[str, Any] | None]:
    from registration.matters import CURRENT, calendar, definition_of
    from workflows.analytics.report import Question
    from workflows.analytics.simulate import Period

    try:
        definition = definition_of(options["key"] or CURRENT[options["matter"]])
    except KeyError as unknown:
        refuse(f"没有流程表 {unknown.args[0]}", f"no table {unknown.args[0]}")
    limit, shifts = _limit(options["within"]), _hours(options["hours"])
    plan, learned = _plan(options, definition, shifts)
    first_on = options["start"].date() if options["start"] else _first_monday(datetime.now().astimezone().date())
    period = Period(first_on, warm_up=options["warm_up"], days=options["days"])
    days = None if options["round_the_clock"] else calendar()
    asked = Question(definition, plan, period, days, seed=options["seed"], shifts=shifts, within=limit)
    _reach(asked)
    return asked, learned


def _reach(asked: "Question") -> None:
    """A year that is not published is found now, and not when half of the work is done."""
    if asked.calendar is not None:
        last = asked.period.first_on + timedelta(
            days=asked.period.warm_up + asked.period.days + asked.period.cool_down + 30
        )
        asked.calendar.is_working(last)


def _plan(options: Options, definition: "Definition", shifts: Any) -> tuple["Plan", dict[str, Any] | None]:
    from pydantic import ValidationError

    from workflows.analytics.staffing import Plan

    try:
        plan = Plan.model_validate(_assumptions(options, definition))
    except ValidationError as wrong:
        lines = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors())
        refuse(f"假设有误：{lines}", f"the assumptions are wrong: {lines}")
    if not options["fit"]:
        return plan, None
    found, summary = _learned(options, definition, shifts)
    return _repeated(found.onto(plan), plan, options), summary


def _assumptions(options: Options, definition: "Definition") -> dict[str, Any]:
    """The assumptions of the matter, or of the given file, overridden by options of the command line."""
    import yaml

    from registration.queries.simulation_plan import ARRIVALS, assumptions_of

    path = options["file"]
    assumptions: dict[str, Any]
    if path:
        assumptions = {"arrivals": ARRIVALS} | yaml.safe_load(path.read_text(encoding="utf-8"))
    else:
        assumptions = assumptions_of(definition)
    for name, option in (("service", "service"), ("choices", "choose"), ("holds", "holds")):
        assumptions[name] = {**assumptions.get(name, {}), **options[option]}
    assumptions |= {name: options[name] for name in ("arrivals", "staff", "regime") if options[name]}
    return assumptions


def _repeated(measured: "Plan", plan: "Plan", options: Options) -> "Plan":
    """Options of the command line take precedence over the history."""
    service = {**measured.service, **{key: plan.service[key] for key in options["service"]}}
    again = {key.partition(":")[0] for key in options["choose"]}
    choices = {key: one for key, one in measured.choices.items() if key.partition(":")[0] not in again}
    choices |= {key: plan.choices[key] for key in plan.choices if key.partition(":")[0] in again}
    arrivals = plan.arrivals if options["arrivals"] else measured.arrivals
    return measured.model_copy(update={"arrivals": arrivals, "service": service, "choices": choices})


def _learned(options: Options, definition: "Definition", shifts: Any) -> tuple[Any, dict[str, Any]]:
    from registration import clock, database
    from registration.matters import calendar
    from registration.queries.estimate import learned
    from registration.settings import settings

    database.configure(settings())
    with database.reading() as session:
        found = learned(
            session,
            definition=definition,
            registrar=options["registrar"],
            now=clock.now(),
            calendar=calendar(),
            shifts=shifts,
        )
    if not found.measured:
        refuse(
            f"历史太少，学不到什么（{found.cases} 件）",
            f"the history holds too little to learn from ({found.cases} cases)",
        )
    return found, {"cases": found.cases, "measured": found.measured, "service": sorted(found.service)}


def _limit(text: str) -> Any:
    from pydantic import ValidationError

    from workflows.definition.values import Limit

    try:
        return Limit.model_validate(text)
    except ValidationError:
        refuse(f"{text} 应写成 3wd（工作日）或 60d", f"{text}: write it like 3wd (working days) or 60d")


def _hours(text: str) -> tuple[tuple[time, time], ...]:
    try:
        spans = tuple(_span(one) for one in text.split(","))
    except ValueError:
        refuse(f"{text} 应写成 9:00-12:00,13:30-17:30", f"{text}: write it like 9:00-12:00,13:30-17:30")
    return spans


def _span(text: str) -> tuple[time, time]:
    opens, closes = (time.fromisoformat(end.strip().zfill(5)) for end in text.split("-"))
    if opens >= closes:
        raise ValueError(text)
    return opens, closes


def _first_monday(today: date) -> date:
    """Of March: far from the long holidays, and the same all year, so that figures can be had again."""
    first = date(today.year, MARCH, 1)
    return first + timedelta(days=-first.weekday() % 7)
