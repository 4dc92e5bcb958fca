"""`heyi designs`: how licences and papers look. Listed, shown with invented facts, checked, laid out as a gallery."""

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from certificates.errors import CertificateError
from certificates.paper.papers import HEADINGS
from certificates.particulars import EntityType, Style
from registration import clock
from registration.cli.output import as_json, refuse, say, words
from registration.settings import settings

if TYPE_CHECKING:
    from certificates.design_check.findings import DesignFinding
    from certificates.paper.design import Design
    from registration.cli.compiled_kinds import CompiledKind, CompiledPaper

FOLDER = click.Path(file_okay=False, path_type=Path)
PAPERS = ("duplicate", "original", *HEADINGS)


@click.group()
def designs() -> None:
    """证照版式。How licences and papers look."""


@designs.command("list")
@click.option("--json", "json_", is_flag=True)
def list_(json_: bool) -> None:
    """列出随程序提供的和本机关自己的版式。The designs of the package and the office's own."""
    rows = [_row(name) for name in _names()]
    if json_:
        as_json(rows)
        return
    for row in rows:
        mark = "*" if row["in_use"] else " "
        click.echo(f"{mark} {row['name']:<16}{row['version']:<8}{row['title']:<20}{row['serves']}  {row['folder']}")


@designs.command()
@click.argument("name")
@click.option(
    "--entity-type", default=get_args(EntityType)[0], show_default=True, type=click.Choice(get_args(EntityType))
)
@click.option("--style", default="present", show_default=True, type=click.Choice(get_args(Style)))
@click.option("--paper", default="duplicate", show_default=True, type=click.Choice(PAPERS))
@click.option("--dpi", default=110, show_default=True, type=click.IntRange(36, 600))
@click.option("--to", "folder", default=".", show_default=True, type=FOLDER, help="文件夹 Folder")
def preview(name: str, *, entity_type: EntityType, style: Style, paper: str, dpi: int, folder: Path) -> None:
    """用虚构事项印一份，存为 PDF 和 PNG。Print one with invented facts, as PDF and PNG."""
    from registration.cli.gallery import one, save

    pdf = one(name, entity_type=entity_type, style=style, paper=paper, own=settings().designs)
    stem = "-".join((name, paper) if paper in HEADINGS else (name, style, entity_type, paper))
    for path in save(pdf, folder=folder, stem=stem, dpi=dpi):
        click.echo(path)


@designs.command()
@click.argument("names", nargs=-1)
@click.option("--json", "json_", is_flag=True)
def check(names: tuple[str, ...], json_: bool) -> None:
    """检查版式；有问题时以状态 1 结束。Check designs (default: all); exit status 1 when something is wrong."""
    from certificates.design_check.files import check_files

    found = {name: check_files(name, own=settings().designs) for name in names or _names()}
    if json_:
        as_json({name: [_plain(finding) for finding in findings] for name, findings in found.items()})
    else:
        for name, findings in found.items():
            _show_findings(name, findings)
    raise SystemExit(1 if any(found.values()) else 0)


@designs.command("compile")
@click.argument("names", nargs=-1)
@click.option("--json", "json_", is_flag=True)
def compile_(names: tuple[str, ...], json_: bool) -> None:
    """编排每种执照和文书并存入缓存，列出以后只填字的和仍逐份排版的。Compile each kind; say which are filled."""
    from registration.cli.compiled_kinds import compiled_kinds, compiled_papers
    from registration.tasks.renderer import use_form_cache

    use_form_cache()
    for name in names or (settings().design,):
        found = list(compiled_kinds(name, own=settings().designs))
        papers = list(compiled_papers(name, own=settings().designs))
        if json_:
            kinds, others = ([vars(one) for one in rows] for rows in (found, papers))
            as_json({"design": name, "kinds": kinds, "papers": others})
            continue
        for kind in found:
            click.echo(f"{name:<16}{kind.style:<14}{kind.entity_type:<12}{kind.copy_kind:<11}{_how(kind)}")
        for paper in papers:
            click.echo(f"{name:<16}{paper.paper:<37}{_how(paper)}")


def _how(one: "CompiledKind | CompiledPaper") -> str:
    how = words("填字", "filled") if one.filled else words("逐份排版", "laid out")
    return f"{one.compiling_ms:>8.0f} ms {one.making_ms:>8.1f} ms  {how}"


@designs.command("hash")
@click.argument("name")
def hash_(name: str) -> None:
    """把文件的 SHA-256 写进清单：看过改动以后运行。Write the files' hashes into the manifest, after you looked."""
    from certificates.paper.design import folder_of, read, record

    folder = folder_of(name, own=settings().designs)
    changed = record(read(folder))
    click.echo("\n".join(changed) if changed else words("没有变化", "nothing has changed"))


@designs.command()
@click.argument("folder", type=FOLDER)
@click.option("--design", "name", default=None, help="版式 Design (default: the one in use)")
@click.option("--dpi", default=80, show_default=True, type=click.IntRange(36, 300))
def gallery(folder: Path, *, name: str | None, dpi: int) -> None:
    """每种主体、每种纸张各印一份，附目录页。Print every kind into a folder, with an index page."""
    from registration.cli.gallery import lay_out

    with click.progressbar(length=0, label=words("印制", "printing"), show_pos=True) as bar:
        index = lay_out(
            folder,
            design=name or settings().design,
            own=settings().designs,
            dpi=dpi,
            now=clock.now(),
            step=bar.update,
        )
    click.echo(index)


def _names() -> list[str]:
    from certificates.paper.design import names

    own = settings().designs
    if own is not None and not own.is_dir():
        refuse(f"没有版式文件夹 {own}", f"there is no folder of designs at {own}")
    return names(own=own)


def _row(name: str) -> dict[str, object]:
    from certificates.paper.design import folder_of, read

    folder = folder_of(name, own=settings().designs)
    try:
        design = read(folder)
    except CertificateError as broken:
        reason = str(broken.data.get("reason", ""))
        return {"name": name, "version": "?", "title": "?", "serves": reason, "folder": str(folder), "in_use": False}
    return {
        "name": name,
        "version": design.manifest.version,
        "title": say(design.manifest.title),
        "serves": _serves(design),
        "folder": str(folder),
        "in_use": name == settings().design,
        "sample": design.manifest.sample,
        "languages": list(design.manifest.languages),
    }


def _serves(design: "Design") -> str:
    parts = [f"{style} {len(types)}" for style, types in design.manifest.serves.items()]
    return ", ".join([*parts, f"papers {len(design.manifest.papers)}"])


def _plain(finding: "DesignFinding") -> dict[str, str]:
    said = {"zh": finding.sentence("zh"), "en": finding.sentence("en")}
    return {"code": finding.code, "place": finding.place, **said, "fix": finding.fix("zh"), "fix_en": finding.fix("en")}


def _show_findings(name: str, findings: "list[DesignFinding]") -> None:
    if not findings:
        click.echo(f"✓ {name}")
    for finding in findings:
        lang = words("zh", "en")
        click.echo(f"✗ {name} · {finding.place} · {finding.code}")
        click.echo(f"    {finding.sentence(lang)}")
        click.echo(f"    → {finding.fix(lang)}")
