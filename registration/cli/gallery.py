"""Everything that a design prints, with invented facts, signed with keys of its own: files to look at, and to check."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials.qr_statement import qr_text
from certificates.paper import samples
from certificates.paper.design import Design, find
from certificates.paper.english_summary import render_english_summary
from certificates.paper.founding_document import PAPER as FOUNDING_DOCUMENT
from certificates.paper.founding_document import render_founding_document
from certificates.paper.page_images import pages, png
from certificates.paper.papers import HEADINGS, render_paper
from certificates.paper.pdf import render
from certificates.particulars import EntityType, Particulars, Style
from certificates.signatures.sample_key import make_sample_key
from certificates.signatures.signer import Signer
from registration.rules.city import city

Sheet = tuple[str, str, Callable[[], bytes]]


def one(design: str, *, entity_type: EntityType, style: Style, paper: str, own: Path | None) -> bytes:
    """One sample as PDF: a licence (`original`, `duplicate`) or another paper."""
    if paper in HEADINGS:
        return render_paper(samples.paper(paper), design=design, own=own)
    facts = samples.particulars(entity_type, style=style)
    return render(facts, design=design, paper=paper, own=own)  # type: ignore[arg-type]  # what is no other paper is one of the two sheets


def save(pdf: bytes, *, folder: Path, stem: str, dpi: int) -> list[Path]:
    """The PDF and a PNG of each of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.pdf").write_bytes(pdf)
    written = [folder / f"{stem}.pdf"]
    for number, picture in enumerate(pages(pdf, dpi=dpi), 1):
        path = folder / f"{stem}-{number}.png"
        path.write_bytes(png(picture))
        written.append(path)
    return written


def lay_out(
    folder: Path, *, design: str, own: Path | None, dpi: int, now: datetime, step: Callable[[int], None]
) -> Path:
    """The gallery of a design; the path of its index page. `root.pem` beside it is the root of its signatures."""
    rows, signer = [], _signer(folder, now=now)
    for stem, title, work in _sheets(find(design, own=own), own=own):
        pdf = signer.sign(work(), signed_at=now, reason=title, location=design)
        rows.append((stem, title, [path.name for path in save(pdf, folder=folder, stem=stem, dpi=dpi)[1:]]))
        step(1)
    index = folder / "index.html"
    index.write_text(_page(design, rows), encoding="utf-8")
    return index


def _signer(folder: Path, *, now: datetime) -> Signer:
    """A sample key that is deleted after the gallery is made."""
    with TemporaryDirectory() as kept:
        make_sample_key(Path(kept), common_name="版式样张", valid_from=now - timedelta(days=1))
        signer = Signer.load(Path(kept))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root.pem").write_bytes(signer.root)
    return signer


@cache
def _statement_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _licence(facts: Particulars, *, design: str, own: Path | None) -> bytes:
    """As a deployment prints it, with a statement in its code."""
    text = qr_text(facts, registrar=city().registrars[0].code, key=_statement_key())
    return render(facts, design=design, own=own, qr_text=text)


def _sheets(design: Design, *, own: Path | None) -> Iterator[Sheet]:
    name, served = design.name, design.manifest.serves
    for style, entity_type, copy_kind in samples.kinds(served):
        facts = samples.particulars(entity_type, style=style, copy_kind=copy_kind)
        title = f"{facts.type_text} · {'正本' if copy_kind == 'original' else '副本'}"
        stem = f"{style}-{entity_type}-{copy_kind}"
        yield stem, title, partial(_licence, facts, design=name, own=own)
    for style, entity_types in served.items():
        yield from _long(name, entity_types[0], style=style, own=own)
    for kind, heading in HEADINGS.items():
        if kind in design.manifest.papers:
            work = partial(render_paper, samples.paper(kind), design=name, own=own)
            yield f"paper-{kind}", heading.title, work
    if FOUNDING_DOCUMENT in design.manifest.papers:
        work = partial(render_founding_document, samples.founding_document(), design=name, own=own)
        yield "document", "章程 Founding document", work
    yield from _translations(design, own=own)


def _translations(design: Design, *, own: Path | None) -> Iterator[Sheet]:
    if "courtesy" not in design.manifest.papers:
        return
    for style, entity_types in design.manifest.serves.items():
        for number, items in enumerate((0, 80), 1):
            page = samples.english_summary(entity_types[0], style=style, items=items)
            work = partial(render_english_summary, page, design=design.name, own=own)
            yield f"courtesy-{style}-{number}", "英文译本 Courtesy translation", work


def _long(design: str, entity_type: EntityType, *, style: Style, own: Path | None) -> Iterator[Sheet]:
    scopes = ("一页内的长范围", 24), ("附页", 80)
    for number, (title, items) in enumerate(scopes, 1):
        scope = {"general_items": samples.LONG_ITEMS[:items], "licensed_items": ()}
        facts = samples.particulars(entity_type, style=style, **scope)
        yield f"{style}-long-{number}", title, partial(_licence, facts, design=design, own=own)
    for number, (title, facts) in enumerate(samples.longest(entity_type, style=style, copy_kind="duplicate"), 1):
        work = partial(_licence, facts, design=design, own=own)
        yield f"{style}-longest-{number}", title, work


def _page(design: str, rows: list[tuple[str, str, list[str]]]) -> str:
    figures = "".join(
        f"<figure>{''.join(_picture(picture, title) for picture in pictures)}"
        f'<figcaption><a href="{escape(stem)}.pdf">{escape(title)}</a>'
        f" <code>{escape(stem)}</code></figcaption></figure>"
        for stem, title, pictures in rows
    )
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(design)}</title>'
        "<style>body{font:16px/1.5 system-ui;margin:2rem;background:#eee}"
        "main{display:grid;grid-template-columns:repeat(auto-fill,minmax(26rem,1fr));gap:1.5rem}"
        "figure{margin:0;padding:1rem;background:#fff}img{width:100%;border:1px solid #ccc}</style>"
        f"<h1>{escape(design)}</h1><main>{figures}</main></html>\n"
    )


def _picture(file: str, title: str) -> str:
    return f'<img src="{escape(file)}" alt="{escape(title)}" loading="lazy">'
