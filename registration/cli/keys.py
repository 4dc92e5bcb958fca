"""`heyi keys`: the secrets of a deployment, made once and shown by name, never by content."""

from pathlib import Path

import click

from registration import clock
from registration import keys as own
from registration.cli.output import as_json, words
from registration.settings import settings


@click.group()
def keys() -> None:
    """密钥。Keys."""


@keys.command()
def init() -> None:
    """生成缺少的密钥，演示模式下另有签章密钥；已有的不动。Make missing keys, in demo mode also one that signs."""
    made = own.make(settings().keys)
    signing = own.make_sample_signing_key(settings(), now=clock.now()) if settings().demo else None
    for path in (*made, *([signing] if signing else [])):
        click.echo(f"{words('已生成', 'made')} {path}")
    if not made and not signing:
        click.echo(words("密钥齐全", "all keys are there"))


@keys.command()
@click.option("--json", "json_", is_flag=True)
def show(json_: bool) -> None:
    """列出密钥文件及状态；有问题时以状态 1 结束。The key files and their state; exit status 1 when one is not good."""
    folder = settings().keys
    rows = [_row(folder / f"{name}.key") for name in own.NAMES]
    if json_:
        as_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['path']}  {row['state']}")
    raise SystemExit(0 if all(row["state"] == "good" for row in rows) else 1)


def _row(path: Path) -> dict[str, str]:
    state = "missing" if path in own.missing(path.parent) else "good"
    return {"path": str(path), "state": "exposed" if path in own.exposed(path.parent) else state}
