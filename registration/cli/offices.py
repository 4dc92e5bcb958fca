"""`heyi offices`: the letterhead of each registrar, today or on another day."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from sqlmodel import col

from registration import clock, database
from registration.cli.output import as_json, words
from registration.settings import settings

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def offices() -> None:
    """登记机关和签发信息。Registrars and what they print of themselves."""
    database.configure(settings())


@offices.command("list")
@click.option("--json", "json_", is_flag=True)
def list_(json_: bool) -> None:
    """各登记机关今天印的名称、文号冠字，和等待中的变更。What each prints today, and the changes that wait."""
    from sqlmodel import select

    from registration.models import Registrar
    from registration.queries.registrar_profiles import overview

    with database.reading() as session:
        codes = session.exec(select(col(Registrar.code)).order_by(col(Registrar.code))).all()
        found = [(code, overview(session, code, now=clock.now())) for code in codes]
        rows = [
            {
                "registrar": code,
                "name": one.now.name_zh,
                "prefix": one.now.number_prefix,
                "since": one.now.valid_from,
                "next": one.coming[0].valid_from if one.coming else None,
                "open": len(one.open),
            }
            for code, one in found
        ]
    if json_:
        as_json(rows)
        return
    for row in rows:
        click.echo(_line(row))


@offices.command()
@click.argument("code")
@click.option("--on", type=DAY, help="哪一天，默认今天 Which day; today when left out")
@click.option("--json", "json_", is_flag=True)
def show(code: str, on: datetime | None, json_: bool) -> None:
    """一个登记机关某一天印在执照和文书上的内容。What one registrar prints on a day."""
    from registration.errors import NotFound
    from registration.models import Registrar
    from registration.queries.registrar_profiles import profile_on

    day = on.date() if on else clock.local_date(clock.now())
    with database.reading() as session:
        registrar = session.get(Registrar, code)
        if registrar is None:
            raise NotFound("registrar_unknown", registrar=code)
        head = profile_on(session, registrar, on=day)
    if json_:
        as_json({"on": day, **asdict(head)})
        return
    for name, value in asdict(head).items():
        if value:
            click.echo(f"{name}: {value}")


def _line(row: dict[str, Any]) -> str:
    soon = words(f"  {row['next']}起改变", f"  changes on {row['next']}") if row["next"] else ""
    waiting = words(f"  {row['open']}份变更等待决定", f"  {row['open']} changes wait") if row["open"] else ""
    return f"{row['registrar']}  {row['name']}  {row['prefix']}{soon}{waiting}"
