"""`heyi workflows`: the tables that are shipped, checked and drawn."""

from typing import Any

import click

from registration.cli import check, compare, migrate
from registration.cli.output import as_json, refuse, words
from workflows import diagram as drawing
from workflows.definition import Definition
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


def _shipped() -> dict[str, Definition]:
    from registration.matters import definition_of, shipped

    try:
        return {key: definition_of(key) for key in shipped()}
    except DefinitionError as broken:
        refuse(str(broken), str(broken))


def _summary(key: str, definition: Definition) -> dict[str, Any]:
    title = {"zh": definition.title.zh, "en": definition.title.en}
    return {"key": key, "title": title, "states": len(definition.states), "rows": len(definition.rows)}


for command in (check.check, check.schema, compare.diff, migrate.migrate, migrate.revert, migrate.use):
    workflows.add_command(command)
