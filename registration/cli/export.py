"""`heyi history export`: the event log for process-mining tools."""

import os
import secrets
from datetime import date
from importlib import import_module
from pathlib import Path

import click

from registration.cli.days import Day
from registration.cli.output import refuse, words

FORMATS = {"ocel2": "ocel", "xes": "xes", "csv": "table"}
KEY_BYTES = 32


@click.command()
@click.option("--format", "form", type=click.Choice(list(FORMATS)), required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出文件 The file to write"
)
@click.option("--registrar", help="一个登记机关 One registrar's, by its six digits")
@click.option("--from", "first", type=Day(), help="第一日 The first day")
@click.option("--to", "last", type=Day(), help="最后一日 The last day")
@click.option("--refs", is_flag=True, help="保留申请编号 Keep the cases' references: for use inside the office only")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="化名密钥文件；省略则用后即弃 A file with the key of the pseudonyms; without one the key is thrown away",
)
def export(
    form: str, out: Path, registrar: str | None, first: date | None, last: date | None, refs: bool, key: Path | None
) -> None:
    """导出事件日志，供流程挖掘；人员以化名出现。The event log for process mining; persons appear under pseudonyms."""
    from registration import database
    from registration.exports.pseudonyms import Pseudonyms
    from registration.queries.events import EventLog
    from registration.queries.history import DaySpan

    names = Pseudonyms(_key(key), keep_refs=refs)
    writer = import_module(f"registration.exports.{FORMATS[form]}")
    half = out.with_name(f".{out.name}.part")
    with database.reading() as session, half.open("w", encoding="utf-8", newline="") as file:
        events = writer.write(EventLog(session, DaySpan(registrar, first, last)), names, file)
    # Nobody takes half a log for a whole one.
    os.replace(half, out)
    click.echo(words(f"{events} 个事件写入 {out}", f"{events} events written to {out}"))


def _key(path: Path | None) -> bytes:
    if path is None:
        return secrets.token_bytes(KEY_BYTES)
    key = path.read_bytes()
    if len(key) < KEY_BYTES:
        refuse(f"{path} 不足 {KEY_BYTES} 字节", f"{path} has less than {KEY_BYTES} bytes", status=2)
    return key
