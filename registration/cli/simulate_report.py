"""The report of a simulation in a terminal: its assumptions, its figures as tables, and warnings."""

from typing import TYPE_CHECKING, Any

from registration.cli.output import say, words
from workflows.definition.values import CHINESE, ENGLISH

if TYPE_CHECKING:
    from workflows.analytics.report import Enough, Figures, Question
    from workflows.definition import Definition
    from workflows.errors import PlanProblem

BUSY = 0.95
_PROBLEMS = {
    "unknown_role": ("没有岗位 {given}，有：{known}", "no role {given}; there are: {known}"),
    "unknown_service": ("没有状态或动作 {given}", "no state or state:action {given}"),
    "unknown_choice": ("没有 状态:动作 {given}", "no state:action {given}"),
    "unknown_condition": ("没有条件 {given}，有：{known}", "no condition {given}; there are: {known}"),
    "unknown_regime": ("没有制度 {given}，有：{known}", "no regime {given}; there are: {known}"),
    "choices_over_one": ("{given} 的去向合计超过 100%", "the ways from {given} add up to more than 100 %"),
    "no_way_on": (
        "按所给条件（{known}），没有一行能离开 {given}",
        "under the conditions given ({known}) no row leads out of {given}",
    ),
    "no_office": ("从 {given} 到不了登记机关", "no row leads from {given} to the office"),
}


def problem(one: "PlanProblem") -> tuple[str, str]:
    zh, en = _PROBLEMS[one.code]
    details = {"given": one.given, "known": ", ".join(one.known)}
    return zh.format(**details), en.format(**details)


def assumed(question: "Question", *, runs: int, learned: dict[str, Any] | None) -> dict[str, Any]:
    """Everything that the figures rest on; with the seed, enough to have them again."""
    definition, plan, period = question.definition, question.plan, question.period
    limit = _limit_of(question)
    return {
        "table": f"{definition.matter}@{definition.version}",
        "content_hash": definition.content_hash,
        "plan": plan.model_dump(mode="json"),
        "first_on": period.first_on.isoformat(),
        "days": {"warm_up": period.warm_up, "counted": period.days, "cool_down": period.cool_down},
        "hours": [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in question.shifts]
        if question.calendar
        else "always",
        "within": str(question.within),
        "limit": limit,
        "seed": question.seed,
        "runs": runs,
        "learned": learned,
    }


def _limit_of(question: "Question") -> str | None:
    clock = question.definition.clock
    if question.calendar is None or not clock:
        return None
    return str((clock[question.plan.regime] if question.plan.regime else next(iter(clock.values()))).limit)


def warnings(found: "Figures") -> list[tuple[str, str]]:
    lines = []
    for role, one in found["roles"].items():
        if one["utilisation"] and one["utilisation"]["mean"] > BUSY:
            lines.append(
                (
                    f"{role} 的工作时间几乎占满，排队会越来越长，时间数字取决于模拟多久",
                    f"{role} is busy nearly all of the time: the queue grows, and how long it gets depends on the days",
                )
            )
    return lines


def show(definition: "Definition", said: dict[str, Any], found: "Figures", cautions: list[tuple[str, str]]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    _introduce(console, definition, said)
    cases = found["cases"]
    console.print(
        words(
            f"计入期内收到 {_n(cases['arrived'])} 件，办完 {_n(cases['finished'])} 件；"
            f"在办 {_n(cases['in_process_before'])} → {_n(cases['in_process_after'])} 件",
            f"arrived {_n(cases['arrived'])}, finished {_n(cases['finished'])}; "
            f"in process {_n(cases['in_process_before'])} → {_n(cases['in_process_after'])}",
        )
    )
    if found["on_time"]:
        console.print(
            words(
                f"按期（{said['limit']}）{_percent(found['on_time']['share'])}",
                f"in time ({said['limit']}): {_percent(found['on_time']['share'])}",
            )
            + "    "
            + words("用时（工作日）", "turnaround in working days: ")
            + _four(found["turnaround"])
        )
    console.print(_roles(definition, found))
    console.print(_states(definition, found))
    for zh, en in cautions:
        console.print(f"! {words(zh, en)}")


def _introduce(console: Any, definition: "Definition", said: dict[str, Any]) -> None:
    plan, days = said["plan"], said["days"]
    staff = ", ".join(f"{role}={number}" for role, number in plan["staff"].items()) or words(
        "不限人数", "nobody limited"
    )
    hours = said["hours"] if isinstance(said["hours"], str) else ",".join(said["hours"])
    console.print(
        words(
            f"{definition.title[CHINESE]} {said['table']}：每工作日 {plan['arrivals']:g} 件，{staff}",
            f"{definition.title[ENGLISH]} {said['table']}: {plan['arrivals']:g} cases a working day, {staff}",
        ),
        style="bold",
    )
    console.print(
        words(
            f"自 {said['first_on']} 起：预热 {days['warm_up']} 天，计入 {days['counted']} 天；办公 {hours}；"
            f"种子 {said['seed']}，重复 {said['runs']} 次",
            f"from {said['first_on']}: {days['warm_up']} days of warm-up, {days['counted']} counted; hours {hours}; "
            f"seed {said['seed']}, {said['runs']} runs",
        )
    )
    service = ", ".join(f"{key} {value}" for key, value in plan["service"].items())
    ways = ", ".join(f"{key} {share:.1%}" for key, share in plan["choices"].items())
    console.print(words(f"假设时长：{service}", f"assumed durations: {service}"), style="dim")
    console.print(words(f"假设去向：{ways}", f"assumed ways: {ways}"), style="dim")
    if said["learned"]:
        known = ", ".join(said["learned"]["measured"])
        console.print(
            words(
                f"取自历史（{said['learned']['cases']} 件）：{known}",
                f"learnt from the history ({said['learned']['cases']} cases): {known}",
            ),
            style="dim",
        )


def _roles(definition: "Definition", found: "Figures") -> Any:
    from rich.table import Table

    table = Table(title=words("岗位", "Roles"), title_justify="left")
    heads = [("岗位", "role"), ("人数", "staff"), ("忙碌", "busy"), ("排队", "queue")]
    heads += [("等候小时：平均", "wait in hours: mean"), ("中位", "median"), ("90%", "90 %"), ("95%", "95 %")]
    for place, (zh, en) in enumerate(heads):
        table.add_column(words(zh, en), justify="left" if place == 0 else "right")
    for role, one in found["roles"].items():
        if one["staff"] is not None:
            wait = one["wait_hours"] or {}
            table.add_row(
                say(definition.roles[role]),
                _n(one["staff"]),
                _percent(one["utilisation"]),
                _n(one["queue"], digits=1),
                _spread(wait.get("mean")),
                *(_n(wait.get(name), digits=2) for name in ("median", "p90", "p95")),
            )
    return table


def _states(definition: "Definition", found: "Figures") -> Any:
    from rich.table import Table

    table = Table(title=words("状态", "States"), title_justify="left")
    heads = [("状态", "state"), ("次数", "visits"), ("平均在办", "mean number")]
    heads += [("停留小时：平均", "hours: mean"), ("中位", "median"), ("90%", "90 %"), ("按期", "in time")]
    for place, (zh, en) in enumerate(heads):
        table.add_column(words(zh, en), justify="left" if place == 0 else "right")
    for state, one in found["states"].items():
        if one and definition.states[state].kind in ("office", "applicant"):
            hours = one.get("hours") or {}
            table.add_row(
                say(definition.states[state].label),
                _n(one["visits"]),
                _n(one.get("mean_number"), digits=1),
                _spread(hours.get("mean")),
                *(_n(hours.get(name), digits=2) for name in ("median", "p90")),
                _percent(one["on_time"]["share"]) if one.get("on_time") else "—",
            )
    return table


def answered(answer: "Enough") -> dict[str, Any]:
    return {
        "number": answer.number,
        "load": round(answer.load, 2),
        "reached_at_best": round(answer.best, 4),
        "tried": {str(number): round(reached, 4) for number, reached in answer.tried.items()},
    }


def show_answer(definition: "Definition", said: dict[str, Any], answer: "Enough", *, role: str, share: float) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    _introduce(console, definition, said)
    label, within = definition.roles[role], said["within"]
    if answer.number is None:
        console.print(
            words(
                f"再多{label[CHINESE]}也不够：不等候时也只有 {answer.best:.1%} 在 {within} 内办结",
                f"no number of this role is enough: with no waiting for it, {answer.best:.1%} are decided in {within}",
            )
        )
        return
    console.print(
        words(
            f"{label[CHINESE]}至少 {answer.number} 人，{share:.0%} 的申请在 {within} 内办结",
            f"{label[ENGLISH]}: at least {answer.number}, for {share:.0%} of the cases decided within {within}",
        ),
        style="bold green",
    )
    tried = "  ".join(f"{number}: {reached:.1%}" for number, reached in answer.tried.items())
    console.print(words(f"试过 {tried}", f"tried {tried}"))
    console.print(
        words(
            f"工作量本身相当于 {answer.load:.1f} 人；假定人多不会更慢，每次试的是同样的申请",
            f"the work alone fills {answer.load:.1f} people; assumed: more people are never slower; "
            "every try had the same cases",
        ),
        style="dim",
    )


def _n(figure: dict[str, Any] | None, *, digits: int = 0) -> str:
    return "—" if figure is None else f"{figure['mean']:,.{digits}f}"


def _percent(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "—"
    if figure["low"] is None:
        return f"{figure['mean']:.1%}"
    return f"{figure['mean']:.1%} ±{(figure['high'] - figure['mean']) * 100:.1f}"


def _spread(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["low"] is None:
        return _n(figure, digits=2)
    return f"{figure['mean']:.2f} ±{figure['high'] - figure['mean']:.2f}"


def _four(summary: dict[str, Any] | None) -> str:
    if summary is None:
        return "—"
    columns = [("平均", "mean"), ("中位", "median"), ("90%", "p90"), ("95%", "p95")]
    return "  ".join(f"{words(zh, name)} {_n(summary[name], digits=2)}" for zh, name in columns)
