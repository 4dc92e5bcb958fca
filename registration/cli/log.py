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
from registration.settings import settings

# The text of each finding; `{...}` is filled from its data.
SAID: dict[str, tuple[str, str]] = {
    "leaf_removed": ("起至第 {last} 条缺失", "to entry {last} are missing"),
    "leaf_altered": ("内容被改动", "was altered"),
    "leaf_differs": ("与登记的不同：{fields}", "says otherwise than the ledger: {fields}"),
    "leaf_without_event": ("所记的事在登记簿中已不存在", "tells of something that the ledger does not know"),
    "leaf_reordered": ("被调换了位置", "was moved to another place"),
    "leaf_backdated": (
        "时间 {time} 早于当时已签署的树头 {signed}",
        "is back-dated: it says {time}, but a head without it was signed at {signed}",
    ),
    "node_differs": ("至第 {last} 条之间有改动", "to entry {last}: something among these was changed"),
    "head_unsigned": ("{time} 的树头（{size} 条）签名无效", "the head of {time} ({size} entries) is not signed by us"),
    "head_altered": ("{time} 的树头（{size} 条）被改动", "the head of {time} ({size} entries) was altered"),
    "head_differs": (
        "{time} 的树头（{size} 条）与现有内容不符",
        "the first {size} entries are not those of the head signed at {time}",
    ),
    "head_reordered": ("{time} 的树头（{size} 条）次序不对", "the head of {time} ({size} entries) is out of order"),
    "published_unsigned": ("给出的树头不是本系统签署的：{head}…", "a given head is not signed by us: {head}…"),
    "published_differs": (
        "与 {time} 公布的树头（{size} 条）不符",
        "this log does not begin as the head of {time} ({size} entries) says",
    ),
    "event_unlogged": ("{time} 的“{event}”没有写入公开日志", "what happened at {time} ({event}) is not in the log"),
    "licence_unlogged": ("{sheet} 已签发而没有任何记录", "{sheet} is issued and nothing tells of it"),
    "status_differs": ("{sheet} 的状态 {status} 与最后一次记录“{event}”不符", "{sheet} is {status}, but last: {event}"),
    "file_missing": ("{sheet} 的文件缺失", "the file of {sheet} is missing"),
    "record_differs": (
        "登记簿对 {sheet} 的记载与签发的文件不同：{fields}",
        "what the ledger says of {sheet} is not what its file says: {fields}",
    ),
    "file_altered": ("{sheet} 的文件被改动", "the file of {sheet} was altered"),
}


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
    return f"{where}: {words(*SAID[finding.code]).format(**data)}  [{finding.code}]"


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
