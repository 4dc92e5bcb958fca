"""`heyi log`: the public log of licences: its head, its proofs, and its integrity."""

import json
from pathlib import Path
from typing import Any

import click

from registration import clock, database
from registration.cli.output import as_json, refuse, words
from registration.gateways.storage import storage
from registration.keys import log as log_keys
from registration.operations import log as writing
from registration.queries import log as kept
from registration.queries.log_integrity import LogFinding, Walked, broken_log
from registration.rules.verification import fault_words
from registration.settings import settings


@click.group()
def log() -> None:
    """执照公开日志。The public log of licences."""
    database.configure(settings())


@log.command()
@click.option("--sign", is_flag=True, help="先写入待写的内容并签署 First append what waits, and sign")
@click.option("--json", "json_", is_flag=True)
def head(sign: bool, json_: bool) -> None:
    """最近签署的树头；可存于他处，日后核对。The latest signed head; keep it elsewhere to hold the log to it."""
    if sign:
        writing.append_and_sign(now=clock.now())
        writing.sign_head(now=clock.now())
    with database.reading() as session:
        found = kept.head_at(session)
    if found is None:
        refuse("日志还没有树头", "the log has no head yet")
    published = kept.as_head(found)
    if json_:
        as_json(published)
        return
    click.echo(words(f"{published['time']}，{found.size} 条", f"{published['time']}, {found.size} entries"))
    click.echo(found.root)
    click.echo(found.signed)


@log.command()
@click.argument("sought")
@click.option("--json", "json_", is_flag=True)
def prove(sought: str, json_: bool) -> None:
    """按代码、执照编号、散列值或条号给出证明。The proof of each entry about a code, a serial, a hash or a number."""
    with database.reading() as session:
        signed = kept.head_at(session)
        found = [one for one in kept.find(session, sought) if signed is not None and one.position < signed.size]
        proofs = [kept.as_proof(kept.proof_of(session, one.position)) for one in found]
    if not proofs:
        refuse(f"日志中没有 {sought}", f"the log has no entry about {sought}")
    if json_:
        as_json(proofs)
        return
    for proof in proofs:
        click.echo(f"{proof['leaf']['position'] + 1}  {proof['leaf']['data']}")
        for step in proof["path"]:
            click.echo(f"    {step}")
        click.echo(f"  = {proof['head']['root']}  ({proof['head']['size']}, {proof['head']['time']})")


@log.command()
@click.option(
    "--heads", "published", type=click.Path(path_type=Path), help="另行保存的树头 Heads that were kept elsewhere"
)
@click.option("--json", "json_", is_flag=True)
def verify(published: Path | None, json_: bool) -> None:
    """重新计算全部内容；有问题逐条指出，以状态 1 结束。Hash everything anew and name what is wrong; exit status 1 then.

    核对每一条、每个树头、每张执照的文件。Every entry, every head, and the file of every licence.
    """
    walked, found = Walked(), list[LogFinding]()
    given = _signed_in(published) if published else []
    store = storage(settings())
    with database.reading() as session:
        keys = log_keys.public_keys(settings())
        for finding in broken_log(session, now=clock.now(), keys=keys, fetch=store.get, walked=walked, published=given):
            found.append(finding)
            if not json_:
                click.echo(finding_text(finding))
    counted = {"entries": walked.entries, "heads": walked.heads, "licences": walked.licences}
    if json_:
        as_json({"whole": not found, **counted, "findings": list(map(vars, found))})
    else:
        click.echo(_summary(walked, len(found)))
    raise SystemExit(1 if found else 0)


def finding_text(finding: LogFinding) -> str:
    """One line: the place and the problem. Entries are numbered from 1 for people."""
    data = dict(finding.data)
    if "last" in data:
        data["last"] += 1
    entry = "" if finding.position is None else words(f"第 {finding.position + 1} 条", f"entry {finding.position + 1}")
    serial = words(f"执照 {finding.serial}", f"licence {finding.serial}") if finding.serial else ""
    where = " ".join(filter(None, (entry, serial))) or words("日志", "log")
    return f"{where}: {fault_words(finding.code, data, words('zh', 'en'))}  [{finding.code}]"


def _signed_in(path: Path) -> list[str]:
    """The heads of a file: one, a list of them, or `{"items": [...]}`, as this command and the API write them."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        rows = content.get("items", [content]) if isinstance(content, dict) else content
        return [str(row["signed"]) for row in rows]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        refuse(f"{path} 不是树头：{error}", f"{path} holds no heads: {error}", status=2)


def _summary(walked: Walked, findings: int) -> str:
    zh = f"核对 {walked.entries} 条、{walked.heads} 个树头、{walked.licences} 份执照"
    en = f"{walked.entries} entries, {walked.heads} heads and {walked.licences} sheets looked at"
    if findings:
        return words(f"{zh}：发现 {findings} 处问题", f"{en}: {findings} findings")
    return words(f"{zh}：完整", f"{en}: whole")
