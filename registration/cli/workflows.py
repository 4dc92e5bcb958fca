"""`heyi workflows`: the tables that are shipped, checked and drawn."""

from typing import Any

import click

from registration.cli import check, compare, diagram, move, replay, simulate
from registration.cli.output import as_json, refuse, words
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


def _shipped() -> dict[str, Definition]:
    from registration.matters import definition_of, shipped

    try:
        return {key: definition_of(key) for key in shipped()}
    except DefinitionError as broken:
        refuse(str(broken), str(broken))


def _summary(key: str, definition: Definition) -> dict[str, Any]:
    return {"key": key, "title": dict(definition.title), "states": len(definition.states), "rows": len(definition.rows)}


for command in (
    check.check,
    check.schema,
    compare.diff,
    diagram.diagram,
    move.migrate,
    move.revert,
    move.use,
    replay.replay,
    simulate.simulate,
):
    workflows.add_command(command)
