"""`heyi names`: the check of a proposed name, and bringing names into the register."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session

from registration import clock
from registration.cli.output import as_json, refuse, words
from registration.rules.name_register import PARTS
from registration.rules.name_register import read_register as read
from registration.rules.names import (
    ComparedName,
    NameVerdict,
    basis_text,
    check_name,
    finding_text,
    name_types,
    outside_name,
    parse,
)
from registration.rules.names_parts import region_text
from registration.rules.problems import InvalidForm, problem_text
from registration.rules.regions import is_code
from registration.settings import settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def names() -> None:
    """企业名称。Names of enterprises."""


@names.command()
@click.argument("name")
@click.option(
    "--type",
    "--entity-type",
    "entity_type",
    type=click.Choice(name_types()),
    default=name_types()[0],
    show_default=True,
)
@click.option("--region", "region6", help="住所地六位区划码 Six digits of the domicile (default: as in the name)")
@click.option("--register", "file", type=FILE, help="CSV: name,status,since (default: the database)")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="检查之日 Day of the check (default: today)")
@click.option("--investor", "investors", multiple=True, help="投资人的名称 Name of an investor")
@click.option("--acquired", multiple=True, help="受让的原名称 Former name that was acquired")
@click.option("--json", "json_", is_flag=True)
def check(
    name: str,
    entity_type: str,
    region6: str | None,
    file: Path | None,
    on: datetime | None,
    investors: tuple[str, ...],
    acquired: tuple[str, ...],
    json_: bool,
) -> None:
    """检查名称；不予通过时以状态 1 结束。Check a name; exit status 1 when it is rejected."""
    name = outside_name(name)
    place = region6 or _region_in(name)
    if not is_code(place):
        refuse(f"没有区划 {place}", f"there is no region {place}")
    asked = {"entity_type": entity_type, "region6": place, "today": on.date() if on else clock.local_date(clock.now())}
    verdict = _verdict(name, file, asked | {"investors": investors, "acquired": acquired})
    if json_:
        found = [one.as_dict() | {"basis": basis_text(one.rule, "zh")} for one in verdict.findings]
        answer = {"name": name, "verdict": verdict.verdict, "rules": verdict.rules, "findings": found}
        as_json(answer | {"parts": verdict.parts._asdict()})
    else:
        _show(name, verdict)
    raise SystemExit(1 if verdict.verdict == "reject" else 0)


@names.command("parts")
@click.argument("file", type=FILE)
def show_parts(file: Path) -> None:
    """把名册里的名称分成四个部分。Divide the names of a CSV file into their parts, to look at and to mend.

    What it writes can be given to `import` again, after a wrong division was mended.
    """
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("name", "status", "since", *PARTS))
    for one in read_register(file):
        parts = one.parts or parse(one.name)
        out.writerow((one.name, one.status, one.since_on or "", *(getattr(parts, part) for part in PARTS)))


@names.command("import")
@click.argument("file", type=FILE)
@click.option("--prefecture", required=True, help="设区的市六位区划码 Six digits of the prefecture")
def bring_in(file: Path, prefecture: str) -> None:
    """把名册载入登记簿；已有的名称改其部分。Bring names into the register; parts of names that are there are mended.

    The file has the columns name, status and since, and where the parts are known region, trade, industry, form and
    region_place; names without parts are read once, as `parts` shows them.
    """
    if not is_code(prefecture):
        refuse(f"没有区划 {prefecture}", f"there is no region {prefecture}")
    from registration import database
    from registration.operations.name_imports import bring_in as bring_names_in

    register = read_register(file)
    database.configure(settings())
    try:
        with database.transaction() as session:
            new, mended = bring_names_in(session, register, prefecture=prefecture)
    finally:
        database.dispose()
    click.echo(words(f"新增 {new} 个名称，修改 {mended} 个", f"{new} names brought in, {mended} mended"))


def read_register(file: Path) -> Sequence[ComparedName]:
    """The names of a CSV file (rules/name_register.py); refuses a file with a wrong line."""
    try:
        return read(file.read_bytes())
    except InvalidForm as wrong:
        zh, en = ("\n".join(problem_text(one, lang) for one in wrong.problems) for lang in ("zh", "en"))
        refuse(f"{file} 有读不懂的内容\n{zh}", f"{file} cannot be read\n{en}", status=2)


def _verdict(name: str, file: Path | None, asked: dict[str, Any]) -> NameVerdict:
    if file is not None:
        return check_name(name, candidates=read_register(file), **asked)
    from registration.queries.names import verdict_on

    with _reading() as session:
        prefecture = str(asked["region6"])[:4] + "00"
        return verdict_on(session, name, prefecture=prefecture, **asked)


@contextmanager
def _reading() -> Iterator[Session]:
    from registration import database

    database.configure(settings())
    try:
        with database.reading() as session:
            yield session
    finally:
        database.dispose()


def _region_in(name: str) -> str:
    found = region_text(parse(name).region)
    if found is None or not found.chain:
        refuse("名称中没有区划，请用 --region", "the name has no region: use --region")
    return found.chain[-1].code


def _show(name: str, verdict: NameVerdict) -> None:
    said = {
        "pass": words("可以使用", "may be used"),
        "warn": words("近似，须书面承诺", "similar: accept in writing"),
        "manual": words("须人工判断", "a person decides"),
        "reject": words("不得使用", "may not be used"),
    }
    parts = verdict.parts
    click.echo(f"{name}  {verdict.verdict}  {said[verdict.verdict]}")
    labels = (words("区划", "region"), words("字号", "trade name"), words("行业", "industry"), words("形式", "form"))
    shown = zip(labels, (parts.region, parts.trade, parts.industry, parts.form), strict=True)
    click.echo("  " + " · ".join(f"{label} {part or '—'}" for label, part in shown))
    for finding in verdict.findings:
        text = words(finding_text(finding, "zh"), finding_text(finding, "en"))
        basis = words(basis_text(finding.rule, "zh"), basis_text(finding.rule, "en"))
        click.echo(f"  {finding.rule}  {finding.severity.name.lower()}  {text}  [{basis}]")
