"""Prints a document in the flow: filled into a compiled one like it, or laid out."""

from certificates.paper import qr
from certificates.paper.compiled.documents import DocumentJob
from certificates.paper.compiled.writer import FilledFile
from certificates.paper.pdf import DataFile, Renderer
from certificates.paper.render_limits import USUAL, RenderLimits, within

__all__ = ["DocumentJob", "Unwritten", "unwritten"]

# A document before it is written, which can be signed in its first revision; bytes where it was laid out.
Unwritten = FilledFile | bytes


def unwritten(ready: Renderer, job: DocumentJob, *, limits: RenderLimits = USUAL, compiled: bool = True) -> Unwritten:
    """PDF/A-3a of a document. Raises DesignError, RenderError."""
    if compiled and (file := ready.documents.fill(job, limits=limits)):
        return file
    data = DataFile(job.name, job.data, job.description, job.on)
    ready.warm(job.data)
    with within(limits, size=len(job.data)):
        source = job.html(job.title, qr.data_address(job.code) if job.code else "", job.words)
        return ready.print(source, sheets=job.sheets, data=data, identity=job.identity, bottom=False)
