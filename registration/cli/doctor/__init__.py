"""`heyi doctor`: checks the requirements of a deployment one by one, each with the command that corrects it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from registration.cli.doctor import machine, records
from registration.cli.doctor.found import Found
from registration.cli.output import as_json

CHECKS: tuple[Callable[[], Iterator[Found]], ...] = (
    machine.python,
    machine.libraries,
    machine.fonts,
    machine.own_keys,
    machine.permissions,
    machine.mail,
    machine.signing,
    machine.timestamps,
    records.database,
    records.tables,
    machine.matters,
    machine.providers,
    records.messages,
    records.demonstration,
    records.working_days,
    records.parked_licences,
    records.daily_roots,
    records.public_log,
    records.letterheads,
    records.number_pools,
    records.stored_files,
    machine.message_broker,
    machine.disk,
)


@click.command()
@click.option("--json", "json_", is_flag=True)
def doctor(json_: bool) -> None:
    """检查运行环境；有问题时以状态 1 结束。Check this machine; exit status 1 when something is wrong."""
    found = [one for check in CHECKS for one in check()]
    if json_:
        as_json([asdict(one) for one in found])
    else:
        for one in found:
            _show(one)
    raise SystemExit(1 if any(one.state == "bad" for one in found) else 0)


def _show(one: Found) -> None:
    mark, colour = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}[one.state]
    click.echo(f"{click.style(mark, fg=colour)} {one.check}: {one.told}")
    if one.fix:
        click.echo(f"    → {one.fix}")
