"""`heyi register`: what the register has of an entity, and whether it agrees with cases, ledger and licences."""

from datetime import date

import click

from registration import clock, database
from registration.cli.days import Day
from registration.cli.history import finding_text
from registration.cli.output import as_json, refuse, words
from registration.queries.integrity import Counted
from registration.queries.register import Registered, cause_of, entity_with, registered_on
from registration.queries.register_integrity import broken_register
from registration.rules.languages import said
from registration.rules.register_words import item_label, value_lines
from registration.settings import settings


@click.group()
def register() -> None:
    """登记簿：查看、核验。The register: show an entity, verify everything."""
    database.configure(settings())


@register.command()
@click.argument("code")
@click.option("--on", "day", type=Day(), help="截至这一天 As of this day")
@click.option("--json", "json_", is_flag=True)
def show(code: str, day: date | None, json_: bool) -> None:
    """显示一个主体的登记和备案事项（含不公示的）。What is registered and filed of CODE, also what is not public."""
    day = day or clock.local_date(clock.now())
    with database.reading() as session:
        entity = entity_with(session, code.strip().upper())
        if entity is None:
            refuse(f"登记簿里没有 {code}", f"{code} is not in the register")
        found = registered_on(session, entity, day, public=False)
        if not found.versions:
            refuse(
                f"{code} 在 {day} 尚未登记，{entity.founded_on} 成立",
                f"{code} was not registered on {day}: it was founded on {entity.founded_on}",
            )
        if json_:
            as_json(_data(found))
        else:
            _print(found)


@register.command()
@click.option("--code", help="一个主体 One entity, by its code")
@click.option("--json", "json_", is_flag=True)
def verify(code: str | None, json_: bool) -> None:
    """核对登记簿与申请、执照和撤销记录；有不同时逐条指出，以状态 1 结束。Name every difference; exit status 1 then."""
    counted, found = Counted(), []
    with database.reading() as session:
        for finding in broken_register(session, code=code, counted=counted):
            found.append(finding)
            if not json_:
                click.echo(finding_text(finding))
    if code is not None and not counted.cases:
        refuse(f"登记簿里没有 {code}", f"{code} is not in the register")
    if json_:
        as_json({"whole": not found, "entities": counted.cases, "findings": list(map(vars, found))})
    else:
        zh, en = f"核对 {counted.cases} 个主体", f"{counted.cases} entities looked at"
        ends = (f"{zh}：发现 {len(found)} 处不同", f"{en}: {len(found)} differences")
        click.echo(words(*ends) if found else words(f"{zh}：一致", f"{en}: no difference"))
    raise SystemExit(1 if found else 0)


def _data(found: Registered) -> dict[str, object]:
    items = [
        {"item": one.item, "version": one.number, "valid_on": one.valid_on, "case": one.ref, "value": one.value}
        for one in found.versions
    ]
    return {"code": found.entity.code, "name": found.entity.name, "on": found.on, "items": items}


def _print(found: Registered) -> None:
    lang = words("zh", "en")
    click.echo(f"{found.entity.code}  {found.entity.name}  {found.on}")
    for one in found.versions:
        label = item_label(one.item, entity_type=found.entity.entity_type, lang=lang)
        since = f"{one.valid_on}  {said(cause_of(one.cause), lang)}  {one.ref}"
        click.echo(f"{label}  [{words('第', 'version ')}{one.number}{words('版', '')}  {since}]")
        for line in value_lines(one.item, one.value, lang):
            click.echo(f"  {line}")
