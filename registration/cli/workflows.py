"""`heyi workflows`: the tables that are shipped, checked and drawn."""

import pkgutil
from importlib import import_module
from typing import Any

import click

from registration.cli import migrate
from registration.cli.output import as_json, refuse, words
from workflows import diagram as drawing
from workflows.check import check as faults_of
from workflows.definition import Definition, load
from workflows.errors import DefinitionError


@click.group()
def workflows() -> None:
    """流程表。Workflow tables."""


@workflows.command(name="list")
@click.option("--json", "json_", is_flag=True)
def list_(json_: bool) -> None:
    """列出全部流程表。Every table that is shipped."""
    rows = [_summary(key, definition) for key, definition in _shipped().items()]
    if json_:
        as_json(rows)
        return
    for row in rows:
        click.echo(
            words(
                "{key}  {title[zh]}  {states} 个状态，{rows} 行", "{key}  {title[en]}  {states} states, {rows} rows"
            ).format(**row)
        )


@workflows.command()
@click.option("--json", "json_", is_flag=True)
def check(json_: bool) -> None:
    """检查全部流程表；有问题时以状态 1 结束。Check every table; exit status 1 when something is wrong."""
    from registration.rules.guards import CONDITIONS, GUARDS

    effects = _effects()
    found = [
        {"table": key, "code": fault.code, "place": fault.place, "message": fault.message, "fix": fault.fix}
        for key, definition in _shipped().items()
        for fault in faults_of(definition, guards=GUARDS, conditions=CONDITIONS, effects=effects)
    ]
    if json_:
        as_json(found)
    else:
        for fault in found:
            click.echo("{table} {place}: {message} ({fix})".format(**fault))
        click.echo(words(f"{len(found)} 个问题", f"{len(found)} findings"))
    raise SystemExit(1 if found else 0)


@workflows.command()
@click.argument("key", default="establishment@1")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--parts", is_flag=True, help="并联部门的依赖图 The graph of the agencies' parts")
def diagram(key: str, lang: Any, parts: bool) -> None:
    """输出 Mermaid 图。A Mermaid diagram of a table."""
    tables = _shipped()
    if key not in tables:
        refuse(f"没有流程表 {key}，有：{', '.join(tables)}", f"no table {key}; there are: {', '.join(tables)}")
    drawn = drawing.parts(tables[key], lang=lang) if parts else drawing.states(tables[key], lang=lang)
    click.echo(drawn, nl=False)


def _effects() -> frozenset[str]:
    """What the application can do: effects inside the transaction, and tasks after it."""
    from registration import operations
    from registration.operations.act import LOCAL_EFFECTS
    from registration.tasks import TASKS

    for module in pkgutil.iter_modules(operations.__path__):
        # An operation's effects are known once its module is loaded.
        import_module(f"{operations.__name__}.{module.name}")
    return frozenset({*LOCAL_EFFECTS, *TASKS})


def _shipped() -> dict[str, Definition]:
    from registration.matters import FOLDER

    try:
        tables = [load(path) for path in sorted(FOLDER.glob("*/workflow@*.yaml"))]
    except DefinitionError as broken:
        refuse(str(broken), str(broken))
    return {f"{table.matter}@{table.version}": table for table in tables}


def _summary(key: str, definition: Definition) -> dict[str, Any]:
    title = {"zh": definition.title.zh, "en": definition.title.en}
    return {"key": key, "title": title, "states": len(definition.states), "rows": len(definition.rows)}


workflows.add_command(migrate.diff)
