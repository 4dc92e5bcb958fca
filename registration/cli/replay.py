"""`heyi workflows replay`: checks the state of every case against its history."""

from typing import TYPE_CHECKING

import click

from registration.cli.output import as_json, refuse, words
from registration.rules.verification import compared_words

if TYPE_CHECKING:
    from registration.queries.replays import ReplayDifference


@click.command()
@click.option("--case", "ref", help="一件申请 One case, such as HY-2026-000012")
@click.option("--registrar", help="一个登记机关 One registrar's, by its six digits")
@click.option("--json", "json_", is_flag=True)
def replay(ref: str | None, registrar: str | None, json_: bool) -> None:
    """按流程表重放历史，与所存状态比较；不一致时以状态 1 结束。

    Replay histories through their tables; exit status 1 when a case isn't where its history leads.
    """
    from registration import database
    from registration.queries.history import DaySpan
    from registration.queries.integrity import Counted
    from registration.queries.replays import differences
    from registration.settings import settings

    database.configure(settings())
    counted, found = Counted(), []
    with database.reading() as session:
        for one in differences(session, DaySpan(registrar, ref=ref), counted=counted):
            found.append(one)
            if not json_:
                click.echo(_line(one))
    if ref is not None and not counted.cases:
        refuse(f"没有申请 {ref}", f"there is no case {ref}")
    if json_:
        as_json({"cases": counted.cases, "entries": counted.entries, "differences": list(map(vars, found))})
    else:
        zh = f"重放 {counted.cases} 件申请、{counted.entries} 条历史：{len(found)} 处不一致"
        click.echo(words(zh, f"{counted.cases} cases, {counted.entries} entries replayed: {len(found)} differences"))
    raise SystemExit(1 if found else 0)


def _line(one: "ReplayDifference") -> str:
    where = " ".join(filter(None, (one.ref, words(f"第 {one.seq} 条", f"entry {one.seq}") if one.seq else "")))
    what = compared_words(one.what, words("zh", "en"))
    return f"{where}: {what}: " + words(
        f"应为 {one.expected}，实为 {one.found}", f"expected {one.expected}, found {one.found}"
    )
