"""`heyi certificates`: licences as files, verified away from any server."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from registration import clock
from registration.cli.check_qr import check_qr
from registration.cli.output import as_json, refuse, say, words
from registration.rules.reference import texts
from registration.settings import settings

if TYPE_CHECKING:
    from certificates.conformance.rules import Fault
    from registration.errors import Unavailable
    from registration.gateways.examination import Examined

# Not 2, which is click's own for a command that was called wrongly.
UNEXAMINED = 3


@click.group()
def certificates() -> None:
    """证照文件。Licences as files."""


certificates.add_command(check_qr)


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "json_", is_flag=True)
def verify(file: Path, json_: bool) -> None:
    """验证证照文件的签章；无效时以状态 1 结束，没能检查完的以状态 3 结束。Verify a licence's seal.

    Exit status 1: it does not hold. Exit status 3: the file could not be examined to an end, which says nothing of it.

    FILE 写 - 表示标准输入。FILE may be - for standard input. Whether the licence is still in force stands in the
    register, not in the file: see the page that its code names.
    """
    from registration.errors import Unavailable
    from registration.verification import look_into

    try:
        found = look_into(_read(file), settings=settings())
    except Unavailable as away:
        _refuse_unexamined(file, away, json_=json_)
    if json_:
        as_json({"file": str(file), "genuine": not found.problems, **_plain(found)})
    else:
        _show(file, found)
    raise SystemExit(1 if found.problems else 0)


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "json_", is_flag=True)
def conformance(file: Path, json_: bool) -> None:
    """检查文件是否符合 PDF/UA-1 和 PDF/A-3a；不符合时以状态 1 结束。Check a file against PDF/UA-1 and PDF/A-3a.

    FILE 写 - 表示标准输入。FILE may be - for standard input. Exit status 1: it breaks a rule. The rules are those of
    the Matterhorn Protocol 1.1 that a machine can check and that concern files of ours: see docs/certificates.md.
    """
    from certificates.conformance.checked import conformance_faults

    faults = conformance_faults(_read(file))
    if json_:
        rows = [{"rule": one.rule, "clause": one.clause, "place": one.place, **_sentences(one)} for one in faults]
        as_json({"file": str(file), "conforms": not faults, "faults": rows})
    else:
        click.echo(f"{'✗' if faults else '✓'} {file}  PDF/UA-1  PDF/A-3a")
        for one in faults:
            click.echo(f"  {one.rule:<14}{one.clause:<24}{one.sentence(words('zh', 'en'))}  {one.place}")
    raise SystemExit(1 if faults else 0)


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

    lines, label = lines_of(batch), words("制照", "licences")
    with interruptible() as stopped:
        steps = making(lines, out=out, settings=settings(), stopped=stopped)
        rows = list(track(steps, total=len(lines), description=label, console=Console(stderr=True), transient=True))
    report = summary(rows)
    if json_:
        as_json(report)
    else:
        for row in report["failures"]:
            click.echo(f"{words('行', 'line')} {row['line']}: {row['field'] or ''} {row['code']} {row['data'] or ''}")
        click.echo(
            words(
                f"制作{report['made']}份，已有{report['kept']}份，失败{report['failed']}份",
                f"{report['made']} made, {report['kept']} kept, {report['failed']} failed",
            )
        )
    if len(rows) < len(lines):
        left = len(lines) - len(rows)
        refuse(
            f"已中断，还有{left}行；再运行一次即可续做", f"stopped with {left} lines to go: run it again", status=130
        )
    raise SystemExit(1 if report["failed"] else 0)


def _sentences(fault: "Fault") -> dict[str, str]:
    return {lang: fault.sentence(lang) for lang in ("zh", "en")}


def _read(file: Path) -> bytes:
    """Reads only one byte more than the limit: the input may be endless."""
    from certificates.signatures.verify import MOST_BYTES

    with click.open_file(str(file), "rb") as stream:
        content: bytes = stream.read(MOST_BYTES + 1)
    return content


def _refuse_unexamined(file: Path, away: "Unavailable", *, json_: bool) -> NoReturn:
    """Not examined is not the same as not genuine."""
    if json_:
        as_json({"file": str(file), "genuine": None, "unavailable": away.reason})
        raise SystemExit(UNEXAMINED)
    said = texts("reference/refusals.yaml").get(away.reason) or texts("reference/refusals.yaml")["unavailable"]
    refuse(said["zh"], said["en"], status=UNEXAMINED)


def _show(file: Path, found: "Examined") -> None:
    from certificates.signatures.wording import PROBLEMS, problem_text, rows

    click.echo(f"{'✗' if found.problems else '✓'} {file}")
    for problem in found.problems:
        click.echo(f"  {problem}" + (f": {problem_text(problem, say=say)}" if problem in PROBLEMS else ""))
    for row in rows(found.signature, say=say, moment=clock.written) if found.signature else ():
        click.echo(f"  {row.label}: {row.text}")
    if found.sha256:
        click.echo(f"  SHA-256: {found.sha256}")
    for name, value in found.particulars.model_dump(mode="json").items() if found.particulars else ():
        if value is not None:
            click.echo(f"    {name}: {value}")
    click.echo(words("  是否仍然有效，以登记簿为准", "  whether it is still in force stands in the register"))


def _plain(found: "Examined") -> dict[str, Any]:
    seal = found.signature
    return {
        "signer": seal.holder.name if seal else None,
        "signed_at": seal.signed_at if seal else None,
        "level": seal.level if seal else None,
        "timestamped_at": seal.stamped_at if seal else None,
        "sha256": found.sha256,
        "problems": found.problems,
        "signature": seal.model_dump(mode="json") if seal else None,
        "particulars": found.particulars.model_dump(mode="json") if found.particulars else None,
    }
