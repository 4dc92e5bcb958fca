"""`heyi names`: the check of a proposed name, against the register or a file of names."""

import csv
from datetime import date, datetime
from pathlib import Path

import click

from registration import clock
from registration.cli.output import as_json, refuse, words
from registration.rules.names import NameVerdict, RegisteredName, check_name, finding_text, parse
from registration.rules.regions import region, region_called
from registration.settings import settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STATUSES = ("registered", "reserved", "deregistered", "renamed", "annulled")


@click.group()
def names() -> None:
    """企业名称。Names of enterprises."""


@names.command()
@click.argument("name")
@click.option("--entity-type", default="llc", show_default=True, help="llc, llc_single, individual")
@click.option("--region", "region6", help="住所地六位区划码 Six digits of the domicile (default: as in the name)")
@click.option("--register", "file", type=FILE, help="CSV: name,status,since (default: the database)")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="检查之日 Day of the check (default: today)")
@click.option("--json", "json_", is_flag=True)
def check(
    name: str, entity_type: str, region6: str | None, file: Path | None, on: datetime | None, json_: bool
) -> None:
    """检查名称；不予通过时以状态 1 结束。Check a name; exit status 1 when it is rejected."""
    today = on.date() if on else clock.local_date(clock.now())
    place = region6 or _region_in(name)
    if region(place) is None:
        refuse(f"没有区划 {place}", f"there is no region {place}")
    verdict = _verdict(name, entity_type=entity_type, region6=place, file=file, today=today)
    if json_:
        found = [finding.as_dict() for finding in verdict.findings]
        as_json({"name": name, "verdict": verdict.verdict, "rules": verdict.rules, "findings": found})
    else:
        _show(name, verdict)
    raise SystemExit(1 if verdict.verdict == "reject" else 0)


def read_register(file: Path) -> list[RegisteredName]:
    """The names of a CSV file with the columns `name`, `status` and `since` (a day, or empty)."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [_registered(row, file) for row in csv.DictReader(lines)]


def _registered(row: dict[str, str], file: Path) -> RegisteredName:
    try:
        since = row.get("since") or ""
        status = next(known for known in STATUSES if known == row["status"])
        return RegisteredName(row["name"], status, date.fromisoformat(since) if since else None)  # type: ignore[arg-type]
    except (KeyError, StopIteration, ValueError):
        refuse(f"{file} 中有读不懂的一行：{row}", f"{file}: cannot read the row {row}", status=2)


def _verdict(name: str, *, entity_type: str, region6: str, file: Path | None, today: date) -> NameVerdict:
    if file is not None:
        register = read_register(file)
        return check_name(name, entity_type=entity_type, region6=region6, candidates=register, today=today)
    from registration import db
    from registration.queries.names import verdict_on

    db.configure(settings())
    prefecture = region6[:4] + "00"
    try:
        with db.reading() as session:
            return verdict_on(
                session, name, entity_type=entity_type, region6=region6, prefecture=prefecture, today=today
            )
    finally:
        db.dispose()


def _region_in(name: str) -> str:
    found = region_called(parse(name).region)
    return found.code if found else refuse("名称中没有区划，请用 --region", "the name has no region: use --region")


def _show(name: str, verdict: NameVerdict) -> None:
    said = {
        "pass": words("可以使用", "may be used"),
        "warn": words("近似，须书面承诺", "similar: accept in writing"),
        "manual": words("须人工判断", "a person decides"),
        "reject": words("不得使用", "may not be used"),
    }
    parts = verdict.parts
    click.echo(f"{name}  {verdict.verdict}  {said[verdict.verdict]}")
    click.echo(f"  {parts.region} · {parts.trade} · {parts.industry} · {parts.form}")
    for finding in verdict.findings:
        zh, en = finding_text(finding, "zh"), finding_text(finding, "en")
        click.echo(f"  {finding.rule}  {words(zh, en)}")
