"""`heyi test`, `heyi lint`, `heyi bench`: for those who carry the work on. They run from the project's folder."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import click

from registration.cli.output import refuse, words

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent
# Tests and measurements start servers under other accounts, which must read the prepared files.
USUAL_UMASK = 0o022
# Of what a failed measurement logged.
LAST_LINES = 20
PASSED_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}

CHECKS: tuple[tuple[str, Sequence[str]], ...] = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("lint-imports", ("lint-imports",)),
    ("workflows", ("python", "-m", "registration.cli", "workflows", "check")),
    ("designs", ("python", "-m", "registration.cli", "designs", "check")),
)


# What `heyi bench` measures without a name, in less than a quarter of an hour: registers of 20,000, where the figures
# of docs/bench.md are of a million.
SHORT_RUNS: tuple[Sequence[str], ...] = (
    ("licences", "--rounds", "15"),
    ("papers", "--rounds", "15"),
    ("licences", "--celery", "--cases", "40"),
    ("pages", "--rounds", "15"),
    ("transitions", "step", "door", "cases", "several", "--rounds", "1", "--seconds", "1"),
    ("transitions", "sqlite", "--seconds", "2"),
    ("names", "--names", "20000", "--checks", "500"),
    ("volume", "--sizes", "2000", "20000", "--rounds", "3"),
    ("register", "--rows", "20000", "--rounds", "30"),
    ("inbox", "--rows", "20000", "--rounds", "15"),
    ("straight_through", "--cases", "4"),
    ("day", "--seconds", "45", "--clients", "4"),
)


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """测试；其余参数交给 pytest，--slow 也跑较慢的。Run the tests; arguments go to pytest, --slow runs more."""
    # A file's tests stay on one worker, which then starts each real server once. The long files mostly wait (and come
    # first, see tests/conftest.py), so that more workers than there are cores keep these busy; each has to collect all
    # tests, and the usual run has few that wait.
    workers = str((os.cpu_count() or 1) + (2 if "--thorough" in arguments else 1))
    spread = ("-n", workers, "--dist", "loadfile", "--no-loadscope-reorder")
    raise SystemExit(_ended([sys.executable, "-m", "pytest", *spread, *arguments]))


@click.command()
def lint() -> None:
    """静态检查：格式、类型、依赖方向、流程表、译文。Style, types, direction of imports, tables, catalogues."""
    failed = [name for name, command in CHECKS if not _passes(name, command)]
    if not _catalogues_compile():
        failed.append("catalogues")
    if failed:
        refuse(f"未通过：{'、'.join(failed)}", f"failed: {', '.join(failed)}")


@click.command(context_settings=PASSED_ON)
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """性能对比；不带名称时全部短跑一遍。Run a measurement by name, or a short run of each in turn."""
    scripts = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if not path.stem.startswith("_")}
    if name is None:
        _bench_all(scripts)
        return
    if name not in scripts:
        refuse(f"没有 {name}，有：{'、'.join(scripts)}", f"no {name}; there are: {', '.join(scripts)}")
    raise SystemExit(_ended([sys.executable, str(scripts[name]), *arguments]))


def _bench_all(scripts: Mapping[str, Path]) -> None:
    """A measurement that fails stops none of the others, and is named at the end. What programs log is left out, except
    of one that failed."""
    failed = []
    for name, *arguments in SHORT_RUNS:
        click.echo(click.style(f"\n— bench/{name}.py {' '.join(arguments)}", bold=True))
        start = time.monotonic()
        with TemporaryFile("w+", encoding="utf-8") as logged:
            if _ended([sys.executable, str(scripts[name]), *arguments], logged=logged):
                failed.append(" ".join((name, *arguments)))
                logged.seek(0)
                click.echo("".join(logged.readlines()[-LAST_LINES:]))
        click.echo(words(f"用时 {time.monotonic() - start:.0f} 秒", f"took {time.monotonic() - start:.0f} s"))
    if failed:
        refuse(f"未测完：{'、'.join(failed)}", f"failed: {', '.join(failed)}")


def _ended(command: Sequence[str], *, logged: IO[str] | None = None) -> int:
    """The exit code of a command; its standard error goes to `logged`."""
    environment = _clean_environment()
    done = subprocess.run(command, cwd=ROOT, env=environment, umask=USUAL_UMASK, stderr=logged, check=False)  # noqa: S603  a developer's own command
    return done.returncode


def _passes(name: str, command: Sequence[str]) -> bool:
    click.echo(click.style(f"— {name}", bold=True))
    program, *rest = command
    return subprocess.run([str(SCRIPTS / program), *rest], cwd=ROOT, check=False).returncode == 0  # noqa: S603  the words are in CHECKS


def _catalogues_compile() -> bool:
    from babel.messages.pofile import PoFileError

    from registration.locales import CatalogueError, merged

    click.echo(click.style(f"— {words('译文', 'catalogues')}", bold=True))
    try:
        faults = [f"{message.id}: {fault}" for message in merged() for fault in message.check()]
    except (CatalogueError, PoFileError) as broken:
        faults = [str(broken)]
    for fault in faults:
        click.echo(fault)
    return not faults


def _clean_environment() -> dict[str, str]:
    # A deployment's own settings must not affect tests and measurements. Compiled code is kept: otherwise each worker,
    # and each of the dozens of processes that the tests start, compiles the program again.
    chosen, dropped = ("HEYI_REQUIRE_BROWSER",), ("DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE")
    return {
        name: value
        for name, value in os.environ.items()
        if name in chosen or not (name.startswith("HEYI_") or name in dropped)
    } | {"PYTHONPATH": str(ROOT)}
