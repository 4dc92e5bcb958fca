"""The only importer of WeasyPrint: HTML of a design in, PDF/A-3a and PDF/UA-1 out, nothing fetched from outside."""

import hashlib
import mimetypes
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.images import get_image_from_uri
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certificates.errors import MissingLibrary, RenderError
from certificates.paper import glyphs
from certificates.paper.accessibility import Tags
from certificates.paper.collected_warnings import collected_warnings
from certificates.paper.compiled.compile import LaidOut, record
from certificates.paper.compiled.documents import CompiledDocuments
from certificates.paper.compiled.filling import CompiledSheets
from certificates.paper.compiled.writer import FilledFile
from certificates.paper.design import Design, find
from certificates.paper.licence import html_of
from certificates.paper.licence_job import LicenceJob, licence_job
from certificates.paper.overflow import refuse_overflow
from certificates.paper.pdf_streams import finish_streams
from certificates.paper.rare_characters import with_rare_fonts
from certificates.paper.recorded_pictures import RecordedPicture
from certificates.paper.render_limits import USUAL, RenderLimits, uncollected, within
from certificates.particulars import CopyKind, Particulars
from certificates.signatures.unwritten_file import written

# An address that no resolver knows: only a base for the relative names in a style sheet.
BASE = "https://design.invalid"
# Of the data file in each licence.
DESCRIPTION = "营业执照记载事项 Particulars of the licence"
# Loading fonts does not depend on the document, and a slow machine may need long for it.
WARMING = RenderLimits(seconds=30, megabytes=1000)
WARM_PAGE = "<html lang=zh><title>合一</title><h1>合一</h1><p>合一"
APT_LINE = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

_Made = TypeVar("_Made")


class _ForbiddenAddress(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """Stops WeasyPrint, which ignores ordinary exceptions of a fetcher."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class PackageFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves `data:`, a design's own files and the fonts; any other address, local or remote, stops the rendering."""

    def __init__(self, files: Mapping[str, bytes | Path]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Return the content of one address; called by WeasyPrint for every picture, font and style sheet."""
        if url in self._files:
            found = self._files[url]
            content = found if isinstance(found, bytes) else glyphs.unpacked(found.name)
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, content, headers={"Content-Type": kind})
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise _ForbiddenAddress(url)


class Renderer:
    """Prints one design: loads fonts and parses style sheets once per process, draws pictures once.

    Do not create it before a worker forks. Printing takes a lock: Pango's font map is not thread-safe.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        self._base = f"{BASE}/designs/{design.name}/"
        self._files: dict[str, bytes | Path] = {self._base + name: content for name, content in design.contents.items()}
        self._files |= {
            f"{BASE}/fonts/{name}": glyphs.FONTS / name for name in (*design.fonts(), *glyphs.fallback_files())
        }
        self._families = design.families()
        self._lock = threading.Lock()
        self._is_warm = False
        self._sheets: dict[str, CSS] = {}
        self.fetcher = PackageFetcher(self._files)
        self.compiled = CompiledSheets(design, warm=self.warm, record=self.record)
        self.documents = CompiledDocuments(design, warm=self.warm, record=self.record)

    def identity(self, content: bytes) -> bytes:
        """The identity of a document: the same design and content give the same bytes."""
        return self.design.name.encode() + content

    def warm(self, content: bytes = b"") -> None:
        """Loads fonts, styles and pictures before the first document, whose time is limited, and the fonts for rare
        characters of this content. Does nothing when they are loaded."""
        files = [file for file in glyphs.fallbacks(content.decode()) if file not in self._sheets]
        if self._is_warm and not files:
            return
        with within(WARMING, size=0):
            if not self._is_warm:
                sheets = tuple(name for name in self.design.contents if name.endswith(".css"))
                data = DataFile("warm.json", b"{}", "", date(2000, 1, 1))
                self.print(WARM_PAGE, sheets=sheets, data=data, identity=b"", bottom=False)
                self._is_warm = True
            with self._lock:
                for file in files:
                    self._face(file)

    def print(self, source: str, *, sheets: tuple[str, ...], data: "DataFile", identity: bytes, bottom: bool) -> bytes:
        """PDF/A-3a of an HTML text. With `bottom`, a row below the foot rule of its sheet is an error.

        `identity` becomes the PDF's identifier, so that the same input gives the same bytes.
        """

        def work() -> bytes:
            document = self._layout(source, sheets)
            if bottom:
                refuse_overflow(document)
            return self._write(document, data, identity)

        return self._guarded(work)

    def record(
        self, source: str, *, sheets: tuple[str, ...], name: str, description: str, bottom: bool = False
    ) -> LaidOut:
        """A document as laid out, with a data file of this name and description, to compile it from; `bottom` as of
        `print`."""
        data = DataFile(name, b"{}", description, date(2000, 1, 1))

        def work() -> LaidOut:
            document = self._layout(source, sheets)
            if bottom:
                refuse_overflow(document)
            return record(document, lambda keep: self._write(document, data, b"", keep=keep))

        return self._guarded(work)

    def _guarded(self, work: Callable[[], _Made]) -> _Made:
        """Does the work alone. Raises RenderError where WeasyPrint warns or asks for a foreign address."""
        made: _Made | None = None
        with self._lock, uncollected(), collected_warnings() as warnings:
            try:
                made = work()
            except _ForbiddenAddress as forbidden:
                raise RenderError("render.forbidden_address", {"address": forbidden.address[:200]}) from None
            finally:
                if warnings or not made:
                    self._forget()
        if warnings:
            raise RenderError("render.warning", {"messages": warnings})
        return made

    def _forget(self) -> None:
        """Loads styles and fonts again next time, because WeasyPrint continues without a font that failed to load.

        Otherwise a time limit during loading would spoil every later licence of this process.
        """
        self._is_warm = False
        self._sheets.clear()
        vars(self).pop("_fonts", None)

    @cached_property
    def _fonts(self) -> FontConfiguration:
        return FontConfiguration()

    @cached_property
    def _pictures(self) -> dict[str, RecordedPicture]:
        addresses = [address for address in self._files if address.endswith(".svg")]
        images = (get_image_from_uri({}, self.fetcher, DEFAULT_OPTIONS, address) for address in addresses)
        return {address: RecordedPicture(image) for address, image in zip(addresses, images, strict=True)}

    def _sheet(self, name: str) -> CSS:
        if name not in self._sheets:
            self._sheets[name] = CSS(
                string=self.design.text(name), base_url=self._base, url_fetcher=self.fetcher, font_config=self._fonts
            )
        return self._sheets[name]

    def _face(self, file: str) -> None:
        """Loads a font of rare characters once, as a family of its own."""
        if file not in self._sheets:
            family = glyphs.family_of(file)
            face = f'@font-face {{ font-family: "{family}"; src: url({BASE}/fonts/{file}); font-weight: 400 }}'
            self._sheets[file] = CSS(string=face, url_fetcher=self.fetcher, font_config=self._fonts)

    def _layout(self, source: str, sheets: tuple[str, ...]) -> Document:
        for file in glyphs.fallbacks(source):
            self._face(file)
        html = HTML(string=with_rare_fonts(source), base_url=self._base, url_fetcher=self.fetcher)
        return html.render(
            font_config=self._fonts,
            stylesheets=[self._sheet(name) for name in sheets],
            cache=dict(self._pictures),
        )

    def _write(
        self, document: Document, data: "DataFile", identity: bytes, *, keep: Callable[[Any], None] = lambda _: None
    ) -> bytes:
        """The file; `keep` is given its objects before they are written."""

        tags = Tags(document)

        def finish(_document: Document, pdf: Any) -> None:
            tags.finish(pdf)
            finish_streams(pdf)
            keep(pdf)

        pdf: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
            pdf_identifier=hashlib.sha256(identity).digest()[:16],
            attachments=[data.attachment(self.fetcher)],
            finisher=finish,
        )
        packaged = self._families | {glyphs.family_of(file) for file in self._sheets if file.endswith(".xz")}
        foreign = {font.family for font in document.fonts.values()} - packaged
        if foreign:
            raise RenderError("render.foreign_font", {"families": sorted(foreign)})
        return pdf


@dataclass(frozen=True)
class DataFile:
    """A data file in the PDF, for programs; it has the document's date, since a PDF must be repeatable."""

    name: str
    content: bytes
    description: str
    on: date

    def attachment(self, fetcher: URLFetcher) -> Attachment:
        """The attachment, a new object each time: WeasyPrint consumes its source."""
        midnight = datetime(self.on.year, self.on.month, self.on.day, tzinfo=UTC)
        return Attachment(
            string=self.content,
            name=self.name,
            description=self.description,
            created=midnight,
            modified=midnight,
            relationship="Data",
            url_fetcher=fetcher,
        )


@cache
def renderer(design: str, *, own: Path | None = None) -> Renderer:
    """The renderer of a design in this process; `own` is the folder of the office's own designs."""
    require_fast_subsetter()
    return Renderer(find(design, own=own))


def render(
    particulars: Particulars,
    *,
    design: str = "jinhua",
    paper: CopyKind | None = None,
    qr_text: str | None = None,
    seal: bytes | None = None,
    own: Path | None = None,
    limits: RenderLimits = USUAL,
    compiled: bool = True,
) -> bytes:
    """The licence as PDF/A-3a with its particulars attached; `paper` overrides the kind of copy that they name.

    It is filled into the compiled sheet of its kind; without `compiled`, or where it does not fit, WeasyPrint lays it
    out, which looks the same.

    `qr_text` is the check address followed by a signed statement (certificates.credentials.qr_statement); without it
    the QR code holds the address alone. `seal` is the picture whose digest the particulars name, `own` the folder of
    the office's own designs. The same particulars, text, design and fonts give the same bytes. Raises
    InvalidParticulars, MissingGlyph, DesignError, RenderError.
    """
    if paper is not None:
        particulars = particulars.model_copy(update={"copy_kind": paper})
    ready = renderer(design, own=own)
    return licence(ready, particulars, qr_text=qr_text, seal=seal, limits=limits, compiled=compiled)


def licence(ready: Renderer, particulars: Particulars, **more: Any) -> bytes:
    """The same with a loaded renderer."""
    return written(unwritten(ready, particulars, **more))


def unwritten(
    ready: Renderer,
    particulars: Particulars,
    *,
    qr_text: str | None = None,
    seal: bytes | None = None,
    limits: RenderLimits = USUAL,
    compiled: bool = True,
) -> FilledFile | bytes:
    """The same before it is written, so that it can be signed in its first revision; bytes where it was laid out."""
    job = licence_job(particulars, design=ready.design, qr_text=qr_text, seal=seal, limits=limits)
    if compiled and (file := _filled(ready, job, limits=limits)):
        return file
    data = DataFile("licence.json", job.content, DESCRIPTION, job.on)
    ready.warm(job.content)
    with within(limits, size=len(job.content)):
        source = html_of(job.facts, design=ready.design, code=job.code, seal=job.picture)
        return ready.print(
            source, sheets=("licence.css",), data=data, identity=ready.identity(job.identity), bottom=True
        )


def filled(
    ready: Renderer,
    particulars: Particulars,
    *,
    qr_text: str | None = None,
    seal: bytes | None = None,
    limits: RenderLimits = USUAL,
) -> FilledFile | None:
    """The licence filled into the compiled sheet of its kind, which is made when it is first needed; None where it
    must be laid out: an annex, rare characters, a design without marked places. Raises what `render` raises."""
    job = licence_job(particulars, design=ready.design, qr_text=qr_text, seal=seal, limits=limits)
    return _filled(ready, job, limits=limits)


def _filled(ready: Renderer, job: LicenceJob, *, limits: RenderLimits) -> FilledFile | None:
    sheet = ready.compiled.sheet_for(job.facts, seal=job.picture, description=DESCRIPTION, limits=limits)
    if sheet is None:
        return None
    with within(limits, size=len(job.content)):
        return sheet.fill(job.facts, code=job.code, data=job.content, on=job.on, identity=ready.identity(job.identity))


def drawing(svg: str, *, side: int, background: str, share: float) -> bytes:
    """A page of `side` CSS pixels with a drawing in its middle, as wide as this `share` of it: to be made a picture."""
    size = f"size: {side}px; margin: 0; background: {background}"
    at = f"position: absolute; left: {50 * (1 - share)}%; top: {50 * (1 - share)}%; width: {100 * share}%"
    source = f"<style>@page {{ {size} }} div {{ {at} }} svg {{ width: 100% }}</style><div>{svg}</div>"
    pdf: bytes = HTML(string=source, url_fetcher=PackageFetcher({})).write_pdf()
    return pdf


def require_fast_subsetter(probe: Callable[[], object] = lambda: harfbuzz_subset) -> None:
    """Raises MissingLibrary without libharfbuzz-subset: a licence would take seconds, not milliseconds."""
    if not probe():
        raise MissingLibrary("library.missing", {"library": "libharfbuzz-subset", "apt": APT_LINE})
