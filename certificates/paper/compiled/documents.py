"""The compiled documents of a design in this process, each made when the first one like it is printed."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.paper.compiled.document import (
    Lines,
    Source,
    compiled_document,
    filled_document,
    read_source,
    set_texts,
)
from certificates.paper.compiled.filling import STANDING_PICTURE, Record, compiled_or_none, keep
from certificates.paper.compiled.form_cache import FormCache
from certificates.paper.compiled.shaping import is_known
from certificates.paper.compiled.sheet import CompiledDocument, NotFilled, Slot
from certificates.paper.compiled.slots import STANDING
from certificates.paper.compiled.writer import FilledFile, Head, file_parts, head
from certificates.paper.design import DESIGNS, Design
from certificates.paper.render_limits import USUAL, RenderLimits, within

# Documents that a process keeps, each some 100 kB, and the frames of which it knows the slots.
MOST, MOST_FRAMES = 192, 1024


@dataclass(frozen=True)
class DocumentJob:
    """A document to be printed. `html(title, picture, words)` is its page with the title of the file and the address of
    the picture of its QR code with words for it; `code` is the text of that, None without one. `name`, `description`,
    `data` and `on` are of the data file, `identity` tells the document from others, and with `bottom` a row below the
    foot rule of its sheet is an error."""

    html: Callable[[str, str, str], str]
    sheets: tuple[str, ...]
    title: str
    words: str
    code: str | None
    name: str
    description: str
    data: bytes
    on: date
    identity: bytes
    bottom: bool = False


class CompiledDocuments:
    """The documents of one design by their frame and the numbers of lines of their texts; `warm` and `record` are the
    renderer's."""

    def __init__(self, design: Design, *, warm: Callable[[], None], record: Record) -> None:
        self._design, self._warm, self._record = design, warm, record
        # A design of an office may print a person's data outside its slots, which are no data for the cache.
        self._cache = FormCache(design.digest()) if design.folder.parent == DESIGNS else None
        self._lock = threading.Lock()
        self._slots: OrderedDict[tuple[Any, ...], Sequence[Slot | None] | None] = OrderedDict()
        self._documents: OrderedDict[tuple[Any, ...], _Ready] = OrderedDict()

    def fill(self, job: DocumentJob, *, limits: RenderLimits = USUAL) -> FilledFile | None:
        """The file; None where the document must be laid out: a design without slots, rare characters, a text that is
        broken in another way here. The same in every process, whatever was printed before.

        Raises RenderError where it takes more than `limits`.
        """
        with within(limits, size=len(job.data)):
            source = _standing(job, turn=0)
        if not source.texts or not all(map(is_known, filter(None, source.texts))):
            return None
        try:
            with self._lock:
                found = self._find(job, source, limits)
            with within(limits, size=len(job.data)):
                return self._filled(job, source.texts, *found) if found else None
        except NotFilled:
            return None

    def _filled(self, job: DocumentJob, texts: Sequence[str], ready: "_Ready", lines: list[Lines]) -> FilledFile:
        pages = filled_document(ready.document, texts, lines)
        parts = file_parts(job.title, job.words, code=job.code, data=job.data, on=job.on, identity=job.identity)
        return FilledFile(ready.document, ready.beginning, pages, parts)

    def _find(self, job: DocumentJob, source: Source, limits: RenderLimits) -> tuple["_Ready", list[Lines]] | None:
        empty = tuple(not text for text in source.texts)
        frame = (job.sheets, job.name, job.description, hashlib.sha256(source.frame.encode()).digest(), empty)
        made = None
        if frame not in self._slots:
            known = self._cache.read(FrameSlots, frame) if self._cache else None
            made = None if known else self._made(job, limits)
            if made and self._cache:
                self._cache.write(frame, FrameSlots(made.document.slots))
            found = known.slots if known else made.document.slots if made else None
            keep(self._slots, frame, found, most=MOST_FRAMES)
        slots = self._slots[frame]
        if slots is None:
            return None
        lines = set_texts(slots, source.texts)
        key = (*frame, *map(len, lines))
        ready = made or self._documents.get(key) or self._read(key)
        if ready is None:
            ready = made = self._made(job, limits)
        if ready is None or ready.document.slots != slots:
            return None
        if made and self._cache:
            self._cache.write(key, made.document)
        keep(self._documents, key, ready, most=MOST)
        return ready, lines

    def _read(self, key: tuple[Any, ...]) -> "_Ready | None":
        document = self._cache.read(CompiledDocument, key) if self._cache else None
        return _Ready(document, head(document)) if document else None

    def _made(self, job: DocumentJob, limits: RenderLimits) -> "_Ready | None":
        self._warm()
        document = compiled_or_none(lambda turn: self.compile(job, turn), self._design, limits, size=len(job.data))
        return _Ready(document, head(document)) if document else None

    def compile(self, job: DocumentJob, turn: int = 0) -> CompiledDocument:
        """The document as laid out with its texts, and a title and a QR code that stand for all; the same in every turn
        where all that varies is in slots. Raises NotCompiled, NotFilled, and what else a design leads to."""
        source = _standing(job, turn=turn)
        laid = self._record(
            source.numbered(), sheets=job.sheets, name=job.name, description=job.description, bottom=job.bottom
        )
        return compiled_document(laid, source, title=STANDING[turn])


@dataclass(frozen=True)
class FrameSlots:
    """The slots of all documents of a frame."""

    slots: tuple[Slot | None, ...]


@dataclass(frozen=True)
class _Ready:
    document: CompiledDocument
    beginning: Head


def _standing(job: DocumentJob, *, turn: int) -> Source:
    return read_source(job.html(STANDING[turn], STANDING_PICTURE, STANDING[turn]))
