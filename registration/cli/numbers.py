"""`heyi numbers`: the blocks of official numbers that each registrar gives out."""

from typing import Any

import click

from registration import clock, database
from registration.cli.output import as_json, refuse, words
from registration.queries.number_pools import LOW, Pool, PoolState, Supply, supplies
from registration.rules.number_blocks import schemes
from registration.settings import settings


@click.group()
def numbers() -> None:
    """登记机关的号段。Blocks of official numbers of the registrars."""
    database.configure(settings())


@numbers.command("list")
@click.option("--registrar", help="只看一个登记机关 Only those of one registrar")
@click.option("--below", default=LOW, show_default=True, type=click.IntRange(1), help="少于多少算不足 Warn below this")
@click.option("--json", "json_", is_flag=True)
def list_(registrar: str | None, below: int, json_: bool) -> None:
    """各登记机关的号段和余量；缺少或用完时以状态 1 结束。Blocks and what is left; exit status 1 on none."""
    with database.reading() as session:
        found = [one for one in supplies(session) if registrar in (None, one.registrar)]
    if json_:
        as_json([_row(one, below=below) for one in found])
    for one in () if json_ else found:
        mark = {"enough": "✓", "low": "!", "empty": "✗", "missing": "✗"}[one.state(below=below)]
        click.echo(f"{mark} {one.registrar}  {one.scheme}  {_state_text(one.state(below=below), one.left)}")
        for pool in one.pools:
            click.echo(f"    {pool.block.low}–{pool.block.high}  {_next_text(pool)}")
    raise SystemExit(1 if any(one.state() in ("empty", "missing") for one in found) else 0)


@numbers.command()
@click.argument("registrar")
@click.argument("scheme", type=click.Choice(schemes()))
@click.argument("first")
@click.argument("last")
def add(registrar: str, scheme: str, first: str, last: str) -> None:
    """登记号段；首尾都写完整号码（含校验码）。Add a block; FIRST and LAST are whole numbers with check digits."""
    from registration.errors import InvalidInput
    from registration.operations import number_pools
    from registration.rules.problems import problem_text

    try:
        pool = number_pools.add(registrar, scheme, first, last, by="command line", now=clock.now())
    except InvalidInput as wrong:
        zh, en = ("\n".join(problem_text(one, lang) for one in wrong.problems) for lang in ("zh", "en"))
        refuse(f"号段没有登记\n{zh}", f"the block was not added\n{en}")
    click.echo(
        words(f"{registrar} {scheme}：新增{pool.left}个号码", f"{registrar} {scheme}: {pool.left} numbers added")
    )


def _row(one: Supply, *, below: int) -> dict[str, Any]:
    blocks = [
        {"from": pool.block.low, "to": pool.block.high, "next": pool.next, "left": pool.left} for pool in one.pools
    ]
    state = one.state(below=below)
    return {"registrar": one.registrar, "scheme": one.scheme, "state": state, "left": one.left, "blocks": blocks}


def _state_text(state: PoolState, left: int) -> str:
    return {
        "enough": words(f"余{left}个", f"{left} left"),
        "low": words(f"只余{left}个，请登记新号段", f"{left} left only: add a block"),
        "empty": words("已经用完，请登记新号段", "used up: add a block"),
        "missing": words("没有号段，请登记", "there is no block: add one"),
    }[state]


def _next_text(pool: Pool) -> str:
    used = pool.next - pool.block.first
    return words(f"已用{used}个，余{pool.left}个", f"{used} used, {pool.left} left")
