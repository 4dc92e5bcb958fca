"""`heyi certificates`: licences as files, verified away from any server."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registration import clock
from registration.cli.check_qr import check_qr
from registration.cli.output import as_json, refuse, words
from registration.settings import settings

if TYPE_CHECKING:
    from certificates.verify import Verdict


@click.group()
def certificates() -> None:
    """证照文件。Licences as files."""


certificates.add_command(check_qr)


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "json_", is_flag=True)
def verify(file: Path, json_: bool) -> None:
    """验证证照文件的签章；无效时以状态 1 结束。Verify a licence's seal; exit status 1 when it does not hold.

    FILE 写 - 表示标准输入。FILE may be - for standard input. Whether the licence is still in force stands in the
    register, not in the file: see the page that its code names.
    """
    from certificates.verify import verify as verdict_on
    from registration.believed import Believed

    believed = Believed.here(settings())
    roots = {"trust_roots": believed.trust_roots, "timestamp_roots": believed.timestamp_roots}
    verdict = verdict_on(_read(file), **roots, words=believed.words)
    if json_:
        as_json({"file": str(file), "genuine": verdict.genuine, **_plain(verdict)})
    else:
        _show(file, verdict)
    raise SystemExit(0 if verdict.genuine else 1)


@certificates.command()
@click.option("--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--json", "json_", is_flag=True)
def issue(batch: Path, out: Path, json_: bool) -> None:
    """按文件批量制作执照（JSONL），可续做；有失败时以状态 1 结束。Make licences from a file; status 1 if one failed.

    Each line is one JSON object of particulars. No register is asked and none is told: without a design and a signing
    key of the deployment's own every licence is a sample. Run again, it goes on where it was stopped.
    """
    from rich.console import Console
    from rich.progress import track

    from registration.cli.batch import interruptible, lines_of, summary
    from registration.cli.batch import issue as making

    lines, seen = lines_of(batch), {"description": words("制照", "licences"), "transient": True}
    with interruptible() as stopped:
        steps = making(lines, out=out, settings=settings(), stopped=stopped)
        rows = list(track(steps, total=len(lines), console=Console(stderr=True), **seen))
    told = summary(rows)
    if json_:
        as_json(told)
    else:
        for row in told["failures"]:
            click.echo(f"{words('行', 'line')} {row['line']}: {row['field'] or ''} {row['code']} {row['data'] or ''}")
        click.echo(
            words(
                f"制作{told['made']}份，已有{told['kept']}份，失败{told['failed']}份",
                f"{told['made']} made, {told['kept']} kept, {told['failed']} failed",
            )
        )
    if len(rows) < len(lines):
        left = len(lines) - len(rows)
        refuse(
            f"已中断，还有{left}行；再运行一次即可续做", f"stopped with {left} lines to go: run it again", status=130
        )
    raise SystemExit(1 if told["failed"] else 0)


def _read(file: Path) -> bytes:
    """No more than is needed to see that it is too much: what is named may have no end."""
    from certificates.verify import MOST_BYTES

    with click.open_file(str(file), "rb") as stream:
        content: bytes = stream.read(MOST_BYTES + 1)
    return content


def _show(file: Path, verdict: "Verdict") -> None:
    from certificates.signature_words import problem_text, rows

    lang = words("zh", "en")
    click.echo(f"{'✓' if verdict.genuine else '✗'} {file}")
    for problem in verdict.problems:
        click.echo(f"  {problem}: {problem_text(problem, lang=lang)}")
    for row in rows(verdict.signature, lang=lang, moment=clock.written) if verdict.signature else ():
        click.echo(f"  {row.label}: {row.text}")
    if verdict.sha256:
        click.echo(f"  SHA-256: {verdict.sha256}")
    for name, value in verdict.particulars.model_dump(mode="json").items() if verdict.particulars else ():
        if value is not None:
            click.echo(f"    {name}: {value}")
    click.echo(words("  是否仍然有效，以登记簿为准", "  whether it is still in force stands in the register"))


def _plain(verdict: "Verdict") -> dict[str, Any]:
    plain = {
        name: getattr(verdict, name)
        for name in ("signer", "signed_at", "level", "timestamped_at", "sha256", "problems")
    }
    told = {"signature": verdict.signature, "particulars": verdict.particulars}
    return plain | {name: one.model_dump(mode="json") if one else None for name, one in told.items()}
