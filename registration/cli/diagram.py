"""`heyi workflows diagram`: a table, or a case's path through it, as Mermaid text or as an SVG picture."""

from typing import Any

import click
from sqlmodel import col

from registration.cli.compare import table
from registration.cli.output import refuse
from workflows.diagram import mermaid
from workflows.diagram.svg import Trail, draw


@click.command()
@click.argument("key", required=False)
@click.option("--format", "kind", type=click.Choice(["mermaid", "svg"]), help="默认 mermaid，带 --case 时 svg")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--parts", is_flag=True, help="并联部门的依赖图 The graph of the agencies' parts (Mermaid)")
@click.option("--case", "ref", help="画出一件申请走过的路 The way that a case has come (SVG)")
def diagram(key: str | None, kind: str | None, lang: Any, parts: bool, ref: str | None) -> None:
    """输出流程图（默认 establishment@1）。A picture of a table."""
    if (parts and (kind == "svg" or ref)) or (ref and kind == "mermaid"):
        refuse(
            "--parts 只有 mermaid，--case 只有 svg", "--parts is drawn as mermaid only, --case as svg only", status=2
        )
    if ref is not None:
        definition, trail = _case(ref)
        click.echo(draw(table(definition), lang=lang, trail=trail), nl=False)
        return
    chosen = table(key or "establishment@1")
    if kind == "svg":
        click.echo(draw(chosen, lang=lang), nl=False)
    else:
        click.echo(mermaid.parts(chosen, lang=lang) if parts else mermaid.states(chosen, lang=lang), nl=False)


def _case(ref: str) -> tuple[str, Trail]:
    from sqlmodel import select

    from registration import database
    from registration.models import Application
    from registration.queries.trail import trail_of
    from registration.settings import settings

    database.configure(settings())
    try:
        with database.reading() as session:
            case = session.exec(select(Application).where(col(Application.ref) == ref)).one_or_none()
            if case is None:
                refuse(f"没有申请 {ref}", f"there is no application {ref}")
            return case.definition, trail_of(session, case)
    finally:
        database.dispose()
