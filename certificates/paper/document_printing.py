"""Prints a document in the flow: filled into a compiled one like it, or laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.paper import qr
from certificates.paper.compiled.documents import DocumentJob
from certificates.paper.compiled.writer import FilledFile
from certificates.paper.pdf import DataFile, Renderer
from certificates.paper.render_limits import USUAL, RenderLimits, within
from certificates.paper.templates import fill

# A document before it is written, which can be signed in its first revision; bytes where it was laid out.
Unwritten = FilledFile | bytes


@dataclass(frozen=True)
class DocumentSource:
    """What a kind of document prints with the template of this name: `context` are the data of the template beside
    title and QR code, `noun` is what the words for the code call it. The other fields are those of the document."""

    template: str
    context: Mapping[str, Any]
    noun: str
    title: str
    number: str
    sample: bool
    check_url: str | None
    check_host: str
    description: str
    content: bytes
    on: date


def unwritten(
    ready: Renderer, source: DocumentSource, *, limits: RenderLimits = USUAL, compiled: bool = True
) -> Unwritten:
    """PDF/A-3a of a document. Raises DesignError, RenderError."""
    return unwritten_job(ready, _job(ready, source), limits=limits, compiled=compiled)


def unwritten_job(
    ready: Renderer, job: DocumentJob, *, limits: RenderLimits = USUAL, compiled: bool = True
) -> Unwritten:
    """The same of a document that is described to the printer already."""
    if compiled and (file := ready.documents.fill(job, limits=limits)):
        return file
    data = DataFile(job.name, job.data, job.description, job.on)
    ready.warm(job.data)
    with within(limits, size=len(job.data)):
        html = job.html(job.title, qr.data_address(job.code) if job.code else "", job.words)
        return ready.print(html, sheets=job.sheets, data=data, identity=job.identity, bottom=job.bottom)


def _job(ready: Renderer, source: DocumentSource) -> DocumentJob:
    def html(title: str, picture: str, words: str) -> str:
        code = {"image": picture, "alt": words} if source.check_url else None
        return fill(ready.design, f"{source.template}.html", **source.context, title=title, qr=code)

    style, marked = f"{source.template}.css", "演示样本" if source.sample else ""
    return DocumentJob(
        html=html,
        sheets=(style, "paper-sample.css") if source.sample else (style,),
        title=" · ".join(filter(None, (source.title, source.number, marked))),
        words=f"二维码：核验本{source.noun}，网址 {source.check_host}，编号 {source.number}",
        code=source.check_url,
        name=f"{source.template}.json",
        description=source.description,
        data=source.content,
        on=source.on,
        identity=ready.identity(source.content),
    )
