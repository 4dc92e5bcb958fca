"""`heyi barred`: lists of persons whom the law bars from offices."""

from pathlib import Path

import click

from registration import clock, database
from registration.cli.output import as_json, refuse, words
from registration.settings import settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def barred() -> None:
    """限制任职人员名单。Lists of barred persons."""
    database.configure(settings())


@barred.command()
@click.argument("file", type=FILE)
@click.option("--list", "list_name", required=True, help="名单的名称 Name of the list, which the file replaces")
@click.option("--by", default="command line", show_default=True, help="由谁载入 Who loads it")
@click.option("--json", "json_", is_flag=True)
def load(file: Path, list_name: str, by: str, json_: bool) -> None:
    """载入整份名单（CSV）；文件里没有的，不再限制。Load a whole list; who is no longer in the file is free.

    Columns: name,id_type,id_no,ground,from,until,source. Only keyed hashes of names and numbers are stored: delete the
    file afterwards. All of the file is loaded or nothing.
    """
    from registration.errors import InvalidInput
    from registration.operations import barred as lists
    from registration.rules.problems import problem_text

    try:
        found = lists.load(file.read_bytes(), list_name=list_name, by=by, now=clock.now())
    except InvalidInput as wrong:
        zh, en = ("\n".join(problem_text(one, lang) for one in wrong.problems) for lang in ("zh", "en"))
        refuse(f"没有载入 {file}\n{zh}", f"nothing was loaded of {file}\n{en}")
    if json_:
        as_json({"list": list_name, **vars(found)})
        return
    click.echo(
        words(
            f"{list_name}：新增{found.added}条，结束{found.ended}条，不变{found.kept}条",
            f"{list_name}: {found.added} added, {found.ended} ended, {found.kept} as before",
        )
    )


@barred.command()
@click.option("--json", "json_", is_flag=True)
def show(json_: bool) -> None:
    """载入过的名单。The lists that were loaded, the newest first; never their content."""
    from registration.queries.barred import loads

    with database.reading() as session:
        rows = [
            {
                "list": one.list_name,
                "at": one.loaded_at.isoformat(),
                "by": one.loaded_by,
                "added": one.added,
                "ended": one.ended,
                "kept": one.kept,
                "sha256": one.sha256,
            }
            for one in loads(session)
        ]
    if json_:
        as_json(rows)
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


@barred.command()
def grounds() -> None:
    """名单可以写的事由。The grounds that a list may name."""
    from registration.rules.barred import grounds as known
    from registration.rules.languages import said

    for key, row in known().items():
        click.echo(f"{key:<20}{words(said(row.words, 'zh'), said(row.words, 'en'))}")
