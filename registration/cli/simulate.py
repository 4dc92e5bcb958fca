"""`heyi workflows simulate`: simulates a table with a staff and a number of cases."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registration.cli.output import as_json, refuse, words
from registration.cli.simulate_options import Options, pairs, per_day, question_of, share

if TYPE_CHECKING:
    from workflows.analytics.report import Question


@click.command()
@click.option("--matter", default="establishment", show_default=True, help="事项 Matter")
@click.option("--table", "key", help="某一版本，如 establishment@1 A version of the table")
@click.option("--arrivals", callback=per_day, help="每工作日件数，如 400/day Cases a working day")
@click.option("--staff", callback=pairs, help="各岗人数，如 examiner=6,approver=2 People in each role")
@click.option("--days", default=60, show_default=True, help="计入的日历天数 Days that count")
@click.option("--warm-up", default=14, show_default=True, help="不计入的预热天数 Days before them that don't")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="首日；默认今年三月第一个周一 First day")
@click.option("--seed", default=1, show_default=True, help="随机种子；相同则结果相同 Same seed, same figures")
@click.option("--runs", default=3, show_default=True, help="独立重复次数 Independent runs")
@click.option("--plan", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="假设文件（YAML）")
@click.option("--service", multiple=True, callback=pairs, help="时长，如 under_examination=lognormal(4m,0.6) Durations")
@click.option("--choose", multiple=True, callback=pairs, help="去向占比，如 under_examination:reject=1% Ways taken")
@click.option("--holds", multiple=True, callback=pairs, help="条件成立的占比，如 two_person=30% Conditions")
@click.option("--regime", help="适用制度 Regime, such as five_numbers_2015")
@click.option("--hours", default="9:00-12:00,13:30-17:30", show_default=True, help="办公时间 Hours of work")
@click.option("--round-the-clock", is_flag=True, help="全天办公，没有时限 An office that never closes, no promises")
@click.option("--fit", is_flag=True, help="时长、去向、件数取自本库的历史 Learn from this database's history")
@click.option("--registrar", help="只取这一登记机关的历史 The history of this registrar alone")
@click.option("--find", "role", help="求这一岗位最少需要几人 The fewest people of this role")
@click.option("--for", "share", callback=share, default="95%", show_default=True, help="按期占比 Share of the cases")
@click.option("--within", default="3wd", show_default=True, help="期限 Limit, such as 3wd")
@click.option("--json", "json_", is_flag=True)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="另存为图（SVG） Save a picture")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="图的语言 Language of the picture")
def simulate(**options: Any) -> None:
    """模拟流程：等候、忙闲、按期率；或求需要多少人。Simulate a table, or find how many it takes.

    没有写人数的岗位不让人等候。A role without a number of people never makes anybody wait.
    """
    from registration.cli import simulate_report as report
    from workflows.errors import PlanInvalid, UnknownYear

    try:
        question, learned = question_of(options)
        question.plan.check(question.definition)
        with _pool() as each:
            assumed = report.assumed(question, runs=options["runs"], learned=learned)
            if options["role"]:
                _find(question, options, assumed, each)
            else:
                _run(question, options, assumed, each)
    except PlanInvalid as invalid:
        lines = [report.problem(one) for one in invalid.problems]
        refuse("；".join(zh for zh, _en in lines), "; ".join(en for _zh, en in lines))
    except UnknownYear as unknown:
        year = unknown.data["year"]
        refuse(
            f"{year} 年的工作日安排没有公布，用 --start 换一个首日",
            f"the working days of {year} are not published: choose another --start",
        )


def _run(question: "Question", options: Options, assumed: dict[str, Any], each: Any) -> None:
    from registration.cli import simulate_report as report
    from workflows.analytics.report import forecast
    from workflows.analytics.report_picture import picture

    found = forecast(question, runs=options["runs"], each=each)
    warnings = report.warnings(found)
    if options["picture"]:
        drawn = picture(
            found,
            definition=question.definition,
            arrivals=question.plan.arrivals,
            limit=assumed["limit"] or "",
            warm_up=question.period.warm_up,
            lang=options["lang"] or words("zh", "en"),
        )
        options["picture"].write_text(drawn, encoding="utf-8")
    if options["json_"]:
        as_json({"assumed": assumed, "figures": found, "warnings": [{"zh": zh, "en": en} for zh, en in warnings]})
    else:
        report.show(question.definition, assumed, found, warnings)


def _find(question: "Question", options: Options, assumed: dict[str, Any], each: Any) -> None:
    from registration.cli import simulate_report as report
    from workflows.analytics.report import enough

    if options["role"] not in question.definition.roles:
        known = ", ".join(question.definition.roles)
        refuse(f"没有岗位 {options['role']}，有：{known}", f"no role {options['role']}; there are: {known}")
    answer = enough(question, role=options["role"], share=options["share"], runs=options["runs"], each=each)
    if options["json_"]:
        as_json({"assumed": assumed, "role": options["role"], "share": options["share"], **report.answered(answer)})
    else:
        report.show_answer(question.definition, assumed, answer, role=options["role"], share=options["share"])
    raise SystemExit(0 if answer.number is not None else 1)


@contextmanager
def _pool() -> Iterator[Callable[..., Any]]:
    # A fresh process for each: nothing that this one has open is carried over.
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool.map
