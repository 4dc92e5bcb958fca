"""`heyi demo`: six applications of five entity types, driven from outside to licences that a stranger can check.

The applications about a founded business that an example names follow its licence.
"""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import click
import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from registration.cli.output import as_json, refuse, words
from registration.demo.checking import NotGenuine, check, download
from registration.demo.client import ApiRefused
from registration.demo.example import FOLDER, Example, examples
from registration.demo.journey import Journey, JourneyOutcome, NeverCame
from registration.demo.later import LaterSteps
from registration.demo.server import NoServer, own_server
from registration.operations.samples import PASSWORD

SECONDS = 60.0
FAILURES = (ApiRefused, NeverCame, NotGenuine, httpx.HTTPError, OSError, KeyError)


@click.command()
@click.option("--url", help="已在运行的服务地址；不写则自己启动 A running server; left out, one is started")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-licences"), show_default=True
)
@click.option("--examples", "folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, hidden=True)
@click.option("--password", default=PASSWORD, help="示例账号的密码 Password of the sample accounts")
@click.option("--json", "json_", is_flag=True, help="结果以 JSON 输出 The result as JSON")
def demo(url: str | None, out: Path, folder: Path, password: str, json_: bool) -> None:
    """从外部走完六件申请，取得并核验执照，再办后续事项。Drive six applications to their licences, and beyond."""
    signal.signal(signal.SIGTERM, _interrupt)
    console = Console(stderr=json_, quiet=json_)
    spoken = {"Accept-Language": words("zh", "en")}
    with _server(url, console) as address, httpx.Client(base_url=address, timeout=SECONDS, headers=spoken) as http:
        outcomes = [_drive(http, example, password, out, console) for example in examples(folder)]
    if json_:
        as_json([asdict(one) | {"good": one.good} for one in outcomes])
    else:
        console.print(_table(outcomes))
        console.print(words(f"执照在 {out}", f"The licences are in {out}"))
    raise SystemExit(0 if all(one.good for one in outcomes) else 1)


@contextmanager
def _server(url: str | None, console: Console) -> Iterator[str]:
    if url is not None:
        yield _answering(url.rstrip("/"))
        return
    from registration.cli.run import free_port

    console.print(words("启动临时服务……", "starting a server of our own ..."))
    try:
        with own_server(port=free_port("127.0.0.1", 8600)) as address:
            console.print(words(f"服务地址 {address}", f"it listens at {address}"))
            yield address
    except NoServer as failure:
        refuse(f"服务没有启动：{failure}", f"the server did not come up: {failure}")


def _answering(url: str) -> str:
    try:
        httpx.get(f"{url}/livez", timeout=10).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        refuse(f"{url} 没有回应：{failure}", f"{url} does not answer: {failure}")
    return url


def _drive(http: httpx.Client, example: Example, password: str, out: Path, console: Console) -> JourneyOutcome:
    """Takes one example to its checked licences; an error is kept in the outcome, and the next example follows."""
    outcome, begun = JourneyOutcome(example.key), time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console.rule(words(example.title["zh"], example.title["en"]), align="left")
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(example.key)

        def say(who: str, zh: str, en: str) -> None:
            text = words(zh, en)
            progress.update(task, description=f"{who} {text}")
            progress.console.print(f"  [green]✓[/] {time.monotonic() - begun:6.1f}s  [bold]{who}[/]  {text}")

        road = Journey(http, example, password, say)
        try:
            _fill_in(outcome, road.walk(), road, out)
        except FAILURES as failure:
            outcome.error = f"{type(failure).__name__}: {failure}"
            progress.console.print("  [red]✗[/]", escape(outcome.error))
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def _fill_in(outcome: JourneyOutcome, seen: dict[str, Any], road: Journey, out: Path) -> None:
    outcome.ref, outcome.name = seen["ref"], seen["name"]
    outcome.numbers = seen["licences"][0]["numbers"]
    _check(outcome, seen["licences"], road, out)
    later = LaterSteps(road, seen)
    outcome.later = later.walk()
    if sheets := later.newest_sheets():
        _check(outcome, sheets, road, out)


def _check(outcome: JourneyOutcome, sheets: Sequence[dict[str, Any]], road: Journey, out: Path) -> None:
    for sheet in sheets:
        path = download(road.as_("applicant"), outcome.ref, sheet, out)
        outcome.checks += check(road.http, sheet, path)
        outcome.files.append(path)
    road.say("public", f"核验 {len(sheets)} 份执照", f"checks {len(sheets)} sheets")


def _table(outcomes: list[JourneyOutcome]) -> Table:
    table = Table(title=words("结果", "Result"))
    for heading in (
        words("名称", "Name"),
        words("号码", "Numbers"),
        words("核验", "Checks"),
        "s",
        words("结果", "Result"),
    ):
        table.add_column(heading, overflow="fold")
    for one in outcomes:
        numbers = "\n".join(dict.fromkeys(one.numbers.values()))
        mark = "[green]✓[/]" if one.good else f"[red]✗[/] {one.error.partition(':')[0]}"
        later = [f"{application.title}{words('：', ': ')}{application.state}" for application in one.later]
        titles = "\n".join([one.name or one.example, *later])
        table.add_row(titles, numbers, str(one.checks), f"{one.seconds:.1f}", mark)
    return table


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # As Ctrl-C, so that the own server is stopped at the end.
    raise KeyboardInterrupt
