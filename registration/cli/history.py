"""`heyi history`: integrity of the histories, their roots, and event logs."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from registration import clock, database
from registration.cli.days import Day
from registration.cli.export import export
from registration.cli.output import as_json, refuse, words
from registration.operations import roots as sealing
from registration.queries import roots as kept
from registration.queries.history import DaySpan, entries_in
from registration.queries.integrity import Counted, HistoryFinding, broken_chains
from registration.rules.chain import text_of
from registration.rules.verification import fault_words
from registration.settings import settings

Command = TypeVar("Command", bound=Callable[..., Any])


def spanned(command: Command) -> Command:
    """The options that select histories."""
    click.option("--to", "last", type=Day(), help="最后一日 The last day")(command)
    click.option("--from", "first", type=Day(), help="第一日 The first day")(command)
    click.option("--registrar", help="一个登记机关 One registrar's, by its six digits")(command)
    return command


@click.group()
def history() -> None:
    """办理历史：核验、每日的根、事件日志。The record: verify it, its daily roots, event logs."""
    database.configure(settings())


@history.command()
@spanned
@click.option("--case", "ref", help="一件申请 One case, such as HY-2026-000012")
@click.option(
    "--roots", "published", type=click.Path(path_type=Path), help="与先前公布的根比较 Roots published earlier"
)
@click.option("--json", "json_", is_flag=True)
def verify(
    registrar: str | None,
    first: date | None,
    last: date | None,
    ref: str | None,
    published: Path | None,
    json_: bool,
) -> None:
    """核验历史；有改动、缺失或调换时逐条指出，以状态 1 结束。Find every change, gap or reorder; exit status 1 then."""
    span, counted = DaySpan(registrar, first, last, ref), Counted()
    known = _published(published) if published else []
    found: list[HistoryFinding] = []
    for finding in _findings(span, counted, known):
        found.append(finding)
        if not json_:
            click.echo(finding_text(finding))
    if ref is not None and not (counted.cases or found):
        refuse(f"没有申请 {ref}", f"there is no case {ref}")
    if json_:
        as_json({"whole": not found, **vars(counted), "findings": list(map(vars, found))})
    else:
        click.echo(_summary(counted, len(found)))
    raise SystemExit(1 if found else 0)


@history.command()
@click.option("--json", "json_", is_flag=True)
def seal(json_: bool) -> None:
    """立即生成已到期的根；转发进程平时自动生成。Make the roots that are due now, as the relay does by itself."""
    made = sealing.seal_days(now=clock.now())
    if json_:
        as_json([vars(one) for one in made])
        return
    for one in made:
        click.echo(f"{one.registrar}  {one.day}  {one.entries:>7}  {one.root}")
    click.echo(words(f"生成了 {len(made)} 个根", f"{len(made)} roots made"))


@history.command()
@spanned
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
def roots(registrar: str | None, first: date | None, last: date | None, form: str) -> None:
    """输出每日的根，供公布。The roots of the days, for publishing."""
    with database.reading() as session:
        rows = kept.roots_in(session, DaySpan(registrar, first, last))
        if form == "json":
            as_json({"roots": list(rows)})
            return
        table = csv.DictWriter(sys.stdout, kept.PUBLISHED, lineterminator="\r\n")
        table.writeheader()
        table.writerows(rows)


@history.command()
@spanned
@click.option("--case", "ref", help="一件申请 One case, such as HY-2026-000012")
def entries(registrar: str | None, first: date | None, last: date | None, ref: str | None) -> None:
    """逐条输出：散列值、制表符、所散列的原文。The entries as they are hashed: the hash, a tab, the very text.

    按根的顺序；含个人信息，仅供审计。In the order of the roots; with personal data, for auditors.
    """
    with database.reading() as session:
        for row in entries_in(session, DaySpan(registrar, first, last, ref)):
            hashed = {name: value for name, value in row._mapping.items() if name not in ("id", "hash")}
            click.echo(f"{row.hash}\t{text_of(hashed)}")


history.add_command(export)


def finding_text(finding: HistoryFinding) -> str:
    """One line: the place and the problem."""
    entry = words(f"第 {finding.seq} 条", f"entry {finding.seq}") if finding.seq else ""
    day = finding.day.isoformat() if finding.day else ""
    where = " ".join(filter(None, (finding.registrar, finding.ref, day, entry)))
    return f"{where}: {fault_words(finding.code, finding.data, words('zh', 'en'))}  [{finding.code}]"


def _findings(span: DaySpan, counted: Counted, known: list[dict[str, Any]]) -> Iterator[HistoryFinding]:
    last_due = sealing.last_due(clock.now())
    with database.reading() as session:
        yield from broken_chains(session, span, counted=counted)
        yield from kept.broken_roots(session, span, counted=counted, last_due=last_due)
        yield from kept.differing(session, known, span)


def _published(path: Path) -> list[dict[str, Any]]:
    """The roots of a file that `heyi history roots` wrote; refused if the hash of one is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)["roots"] if text.lstrip().startswith("{") else _rows(text)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        refuse(f"{path} 不是公布的根：{error}", f"{path} is not a list of published roots: {error}", status=2)
    if not found:
        refuse(f"{path} 中没有根", f"there is no root in {path}", status=2)
    for number, root in enumerate(found, start=1):
        if not kept.is_published_form(root):
            refuse(
                f"{path} 第 {number} 个根与其内容不符",
                f"{path}: root {number} isn't the hash of what it says",
                status=2,
            )
    return list(found)


def _rows(text: str) -> list[dict[str, Any]]:
    return [{**row, "entries": int(row["entries"])} for row in csv.DictReader(text.splitlines())]


def _summary(counted: Counted, findings: int) -> str:
    zh = f"核验 {counted.cases} 件申请、{counted.entries} 条历史、{counted.days} 个每日的根"
    en = f"{counted.cases} cases, {counted.entries} entries and {counted.days} daily roots looked at"
    if findings:
        return words(f"{zh}：发现 {findings} 处问题", f"{en}: {findings} findings")
    return words(f"{zh}：完整", f"{en}: whole")
