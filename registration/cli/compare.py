"""`heyi workflows diff`: the differences of two tables, by meaning."""

from pathlib import Path
from typing import Any

import click

from registration.cli.output import as_json, refuse, words
from workflows.definition import Definition, load
from workflows.errors import DefinitionError
from workflows.versions.diff import Aspect, TableChange
from workflows.versions.diff import diff as differences

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_PLACES = {
    "title": "事项 matter",
    "roles": "角色 roles",
    "citations": "依据 citations",
    "states": "状态 states",
    "actions": "操作 actions",
    "rows": "规则 rows",
    "clock": "时限 clock",
    "parts": "并联 parts",
}


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--exit-code", "tell", is_flag=True, help="有差异时以状态 1 结束 Exit status 1 where they differ")
@click.option("--json", "json_", is_flag=True)
def diff(old: str, new: str, tell: bool, json_: bool) -> None:
    """比较两张流程表（establishment@1 或文件）。Compare two tables, by key or file, by what they mean."""
    changes = differences(table(old), table(new))
    if json_:
        as_json({"old": old, "new": new, "changes": [_plain(change) for change in changes]})
    else:
        _show(changes)
    raise SystemExit(1 if changes and tell else 0)


def table(name: str) -> Definition:
    """The table of a key or of a file; ends the command where there is none or it cannot be read."""
    from registration.matters import definition_of, shipped

    try:
        return load(Path(name)) if Path(name).is_file() else definition_of(name)
    except DefinitionError as broken:
        refuse(str(broken), str(broken))
    except KeyError:
        known = ", ".join(shipped())
        refuse(f"没有流程表或文件 {name}，有：{known}", f"no table or file {name}; there are: {known}")


def _plain(change: TableChange) -> dict[str, Any]:
    aspects = [{"name": one.name, "before": one.before, "after": one.after} for one in change.aspects]
    return {"change": change.kind, "place": change.place, "key": change.key, "aspects": aspects}


def _show(changes: list[TableChange]) -> None:
    if not changes:
        click.echo(words("两张表的含义相同", "The two tables mean the same"))
    place = ""
    for change in changes:
        if change.place != place:
            place = change.place
            named = _PLACES.get(place.removeprefix("parts."), place)
            click.echo(f"{_PLACES['parts']} · {named}" if place.startswith("parts.") else named)
        click.echo(f"  {_SIGNS[change.kind]} {change.key}")
        for aspect in change.aspects:
            click.echo(f"      {aspect.name}: {_said(aspect)}")


def _said(aspect: Aspect) -> str:
    """For a list the added and removed items, if that is complete; for other values the old and the new."""
    if aspect.gone or aspect.new:
        return " ".join([*(f"-{one}" for one in aspect.gone), *(f"+{one}" for one in aspect.new)])
    return " → ".join(" ".join(one) if isinstance(one, tuple) else one or "–" for one in (aspect.before, aspect.after))
