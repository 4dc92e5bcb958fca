"""`heyi workflows migrate`, `revert` and `use`: moves open cases to a new version of their table."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from registration.cli.compare import table
from registration.cli.output import as_json, refuse, words
from workflows.errors import Blocker

if TYPE_CHECKING:
    from registration.operations.move_runs import Course, MoveVerdict


def _by() -> str:
    """Who runs the command, as the history names it: the account of this machine."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        # A container may run under a number that has no name.
        name = str(os.getuid())
    return f"command line ({name})"


@click.command()
@click.option("--from", "source", type=int, required=True, help="原版本 The version that cases have")
@click.option("--to", "target", type=int, required=True, help="新版本 The version that they get")
@click.option("--matter", default="establishment", show_default=True)
@click.option("--map", "named", multiple=True, metavar="OLD=NEW", help="状态改名 A state's new name (repeatable)")
@click.option("--registrar", help="只迁移一个登记机关 One registrar's cases only")
@click.option("--batch", default=500, show_default=True, type=click.IntRange(1), help="每批件数 Cases looked at a time")
@click.option("--dry-run", is_flag=True, help="只报告 Report only")
@click.option("--json", "json_", is_flag=True)
def migrate(
    source: int,
    target: int,
    matter: str,
    named: tuple[str, ...],
    registrar: str | None,
    batch: int,
    dry_run: bool,
    json_: bool,
) -> None:
    """把在办申请迁移到新版本；有不能迁移的，以状态 1 结束。Move live cases; exit status 1 when some cannot.

    中断后再次运行即继续。Run it again after an interruption, and it goes on.
    """
    from registration import clock
    from registration.operations import move_runs as moves

    with _database():
        chosen = _course(f"{matter}@{source}", f"{matter}@{target}", _names(named), registrar)
        run = None if dry_run else moves.begin(chosen, actor=_by(), now=clock.now())
        verdicts = []
        for verdict in _verdicts(run, chosen, batch):
            verdicts.append(verdict)
            if not json_:
                click.echo(_line(verdict))
        if run is not None:
            moves.finish(run, now=clock.now())
    stay = [verdict for verdict in verdicts if verdict.obstacles]
    if json_:
        as_json({"run": run, "source": chosen.source, "target": chosen.target, "cases": list(map(_case, verdicts))})
    else:
        click.echo(_summary(run, len(verdicts) - len(stay), len(stay)))
    raise SystemExit(1 if stay else 0)


@click.command()
@click.argument("run", type=int)
@click.option("--json", "json_", is_flag=True)
def revert(run: int, json_: bool) -> None:
    """撤销一次迁移；已继续办理的除外，以状态 1 结束。Take a run back; exit status 1 when some cases went on since."""
    from registration import clock
    from registration.operations import move_runs as moves

    with _database():
        found = list(moves.revert(run, actor=_by(), now=clock.now()))
    stay = [one.ref for one in found if one.acted]
    back = [one.ref for one in found if not one.acted]
    if json_:
        as_json({"run": run, "returned": back, "acted": stay})
    else:
        for ref in stay:
            click.echo(f"{ref}  {words('已继续办理，保留在新版本', 'went on since, and stays')}")
        click.echo(words(f"已撤销 {len(back)} 件，保留 {len(stay)} 件", f"{len(back)} taken back, {len(stay)} stay"))
    raise SystemExit(1 if stay else 0)


@click.command()
@click.argument("key")
@click.option("--registrar", required=True, help="登记机关代码 The registrar's code")
def use(key: str, registrar: str) -> None:
    """指定登记机关的新申请使用哪一版本。Which table a registrar's new cases are opened under."""
    from registration import clock
    from registration.operations import move_runs as moves

    _refuse_faults(key)
    with _database():
        moves.use(key, registrar, actor=_by(), now=clock.now())
    click.echo(words(f"{registrar} 的新申请使用 {key}", f"new cases of {registrar} use {key}"))


@contextmanager
def _database() -> Iterator[None]:
    from registration import database
    from registration.settings import settings

    database.configure(settings())
    try:
        yield
    finally:
        database.dispose()


def _names(named: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in named]
    wrong = [old + sign + new for old, sign, new in pairs if not (old and sign and new)]
    if wrong:
        refuse(f"应写成 原状态=新状态：{' '.join(wrong)}", f"write it as old=new: {' '.join(wrong)}", status=2)
    return {old: new for old, _, new in pairs}


def _course(source: str, target: str, names: dict[str, str], registrar: str | None) -> "Course":
    from registration.errors import InvalidInput
    from registration.operations.move_runs import course

    table(source)
    _refuse_faults(target)
    try:
        return course(source, target, names=names, registrar=registrar)
    except InvalidInput as refused:
        wrong = ", ".join(problem.path for problem in refused.problems)
        refuse(f"没有这样的选择：{wrong}", f"there is no such choice: {wrong}")


def _refuse_faults(key: str) -> None:
    """A table in which cases could be stuck takes no case."""
    from registration.matters import guards
    from registration.rules.guards import CONDITIONS
    from registration.runtime.matter_checks import effects_known
    from workflows.check import check

    found = check(table(key), guards=guards(), conditions=CONDITIONS, effects=effects_known())
    if found:
        lines = "; ".join(f"{fault.place} {fault.code}" for fault in found)
        refuse(f"{key} 有问题，请先改正：{lines}", f"{key} has faults; correct them first: {lines}")


def _verdicts(run: int | None, chosen: "Course", batch: int) -> Iterator["MoveVerdict"]:
    from registration import clock
    from registration.operations import move_runs as moves

    for cases in moves.batches(chosen, size=batch):
        if run is None:
            yield from moves.preview(chosen, cases, now=clock.now())
            continue
        for case in cases:
            verdict = moves.move(run, case, chosen, now=clock.now())
            if verdict is not None:
                yield verdict


def _line(verdict: "MoveVerdict") -> str:
    where = verdict.state if verdict.state == verdict.target else f"{verdict.state} → {verdict.target}"
    if verdict.obstacles:
        why = " ".join(words(one["zh"], one["en"]) for one in _reasons(verdict))
        return f"- {verdict.ref}  {where}  {why}"
    sooner = verdict.due_at != verdict.due_then
    due = f"  {words('期限', 'due')} {_day(verdict.due_at)} → {_day(verdict.due_then)}" if sooner else ""
    return f"+ {verdict.ref}  {where}{due}"


def _day(at: Any) -> str:
    from registration.clock import local

    return f"{local(at):%Y-%m-%d %H:%M}" if at else "–"


def _reasons(verdict: "MoveVerdict") -> list[dict[str, str]]:
    from registration.rules.blockers import blocker_text

    reasons = []
    for one in verdict.obstacles:
        data = {key: ", ".join(value) if isinstance(value, tuple) else value for key, value in one.data.items()}
        said = Blocker(one.code, data)
        reasons.append({"code": one.code, "zh": blocker_text(said, "zh"), "en": blocker_text(said, "en")})
    return reasons


def _case(verdict: "MoveVerdict") -> dict[str, Any]:
    return {
        "ref": verdict.ref,
        "state": verdict.state,
        "target": verdict.target,
        "moves": not verdict.obstacles,
        "due_at": verdict.due_at.isoformat() if verdict.due_at else None,
        "due_then": verdict.due_then.isoformat() if verdict.due_then else None,
        "obstacles": _reasons(verdict),
    }


def _summary(run: int | None, moved: int, stay: int) -> str:
    if run is None:
        return words(f"{moved} 件可以迁移，{stay} 件不能", f"{moved} would move, {stay} cannot")
    return words(
        f"第 {run} 次迁移：已迁移 {moved} 件，{stay} 件不能（撤销：heyi workflows revert {run}）",
        f"run {run}: {moved} moved, {stay} cannot (to take it back: heyi workflows revert {run})",
    )
