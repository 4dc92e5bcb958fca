"""`heyi workflows check`: every fault of tables and of offices that work by them; `schema`: help to write a table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from registration.cli.output import as_json, say, words
from registration.rules.folder_files import FolderFault, fault_of, line_of
from workflows.check import Finding, without_holder
from workflows.check import check as faults_of
from workflows.definition import Definition, load, source
from workflows.errors import DefinitionError, Problem

_MEND = {"zh": "改正后再检查", "en": "correct it, then check again"}


@dataclass(frozen=True)
class FindingText:
    """A finding of this command: in a file at a line, or, with `office`, in a registrar's desks."""

    code: str
    message: Mapping[str, str]
    fix: Mapping[str, str]
    place: str | None
    table: str | None = None
    office: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def at(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.file else f"{self.office} ({self.table})"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--live", is_flag=True, help="另对照数据库中的账号 Also against the accounts in the database")
@click.option("--json", "json_", is_flag=True)
def check(files: tuple[Path, ...], live: bool, json_: bool) -> None:
    """检查各事项的文件夹，或者只检查流程表 FILES。Check all matters, or tables alone; exit status 1 on findings."""
    of_tables = [one for path in files or _all() for one in _faults(path)]
    findings = [*of_tables, *(() if files else _folders()), *(_live() if live else ())]
    if json_:
        as_json([asdict(one) for one in findings])
    else:
        lang = words("zh", "en")
        for one in findings:
            click.echo(f"{one.at} {one.code} {one.message[lang]} — {one.fix[lang]}")
        click.echo(words(f"{len(findings)} 个问题", f"{len(findings)} findings"))
    raise SystemExit(1 if findings else 0)


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入文件 Write to a file")
def schema(out: Path | None) -> None:
    """输出流程表的 JSON Schema，供编辑器使用。The JSON Schema of a workflow file, for editors."""
    from workflows.definition.schema import schema as made

    text = json.dumps(made(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _all() -> list[Path]:
    from registration.rules.matter_folders import folders

    return [path for folder in folders() for path in sorted(folder.glob("*/workflow@*.yaml"))]


def _folders() -> Iterator[FindingText]:
    """What is wrong with the other files of the matters."""
    from registration.queries.matter_faults import all_faults

    for fault in all_faults():
        path = Path(fault.file)
        line = line_of(path, fault.key)
        yield FindingText(fault.code, _both(fault), _MEND, fault.key or None, file=_shown(path), line=line, column=1)


def _both(fault: FolderFault) -> Mapping[str, str]:
    at = f"{fault.key}: " if fault.key else ""
    return {lang: at + fault.sentence(lang) for lang in ("zh", "en")}


def _faults(path: Path) -> Iterator[FindingText]:
    from registration.rules.guards import CONDITIONS
    from registration.runtime.matter_checks import effects_known, guards_known

    file = _shown(path)
    try:
        table = load(path)
    except DefinitionError as broken:
        yield from (replace(_unreadable(one), file=file) for one in broken.problems)
        return
    text = source.read(path.read_text(encoding="utf-8"), file=file)
    for fault in faults_of(table, guards=guards_known(), conditions=CONDITIONS, effects=effects_known(), source=text):
        yield _said(fault, table=_key(table), file=file)


def _unreadable(problem: Problem) -> FindingText:
    """The file is not a table."""
    message = _both(fault_of(problem))
    return FindingText("unreadable", message, _MEND, None, file=problem.file, line=problem.line, column=problem.column)


def _said(fault: Finding, *, table: str, file: str | None = None, office: str | None = None) -> FindingText:
    message = {"zh": fault.message_in("zh"), "en": fault.message_in("en")}
    fix = {"zh": fault.fix_in("zh"), "en": fault.fix_in("en")}
    return FindingText(fault.code, message, fix, fault.place, table, office, file, fault.line, fault.column)


def _live() -> Iterator[FindingText]:
    """Each registrar against the tables that its new cases use."""
    from registration import database
    from registration.matters import definition_of
    from registration.queries.offices import offices
    from registration.settings import settings

    database.configure(settings())
    with database.reading() as session:
        found = offices(session)
    database.dispose()
    for office in found:
        for key in office.tables:
            for fault in without_holder(definition_of(key), held=office.held, given=office.given):
                yield _said(fault, table=key, office=f"{office.code} {say(office.name)}")


def _key(table: Definition) -> str:
    return f"{table.matter}@{table.version}"


def _shown(path: Path) -> str:
    """As an editor in this folder would open it."""
    here = Path.cwd()
    return str(path.resolve().relative_to(here)) if path.resolve().is_relative_to(here) else str(path)
