"""The compiled sheets of a design in this process, each made when a licence of its kind is first printed."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from certificates.errors import CertificateError, RenderError
from certificates.paper import qr
from certificates.paper.compiled.compile import LaidOut, compiled
from certificates.paper.compiled.fill import filled
from certificates.paper.compiled.form_cache import FormCache
from certificates.paper.compiled.shaping import NotShaped
from certificates.paper.compiled.sheet import CompiledSheet, NotCompiled, NotFilled
from certificates.paper.compiled.slots import STANDING, Facts, kind_of, slot_texts, standing_facts, with_seal_place
from certificates.paper.compiled.writer import FilledFile, Head, file_parts, head
from certificates.paper.design import DESIGNS, Design
from certificates.paper.licence import with_pictures
from certificates.paper.render_limits import USUAL, RenderLimits, within
from certificates.paper.templates import fill

# Kinds of sheets that a process keeps, each some 150 kB: an office needs some dozens.
MOST = 128
# The QR code of a standing sheet, which is never printed.
STANDING_PICTURE = qr.data_address("https://heyi.example/v")
# What a design of any form may lead to while its sheet is read: it is laid out then.
UNLIKE_OURS = (
    NotCompiled,
    NotShaped,
    CertificateError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)
LIMITS = ("render.too_slow", "render.too_large")


# A compiled sheet or document.
Compiled = TypeVar("Compiled")
Kept = TypeVar("Kept")


class Record(Protocol):
    """Lays a document out and keeps what it is compiled from; its data file has this name and description. With
    `bottom`, a row below the foot rule of its sheet is an error."""

    def __call__(
        self, source: str, *, sheets: tuple[str, ...], name: str, description: str, bottom: bool = False
    ) -> LaidOut: ...


@dataclass(frozen=True)
class ReadySheet:
    """A compiled sheet with the beginning of its files."""

    sheet: CompiledSheet
    beginning: Head
    sealed: bool

    def fill(self, facts: Facts, *, code: str, data: bytes, on: date, identity: bytes) -> FilledFile | None:
        """The file of a licence with these facts, or None where its texts do not fit. `code` is the text of the QR
        code, `data` the content of the data file with its day, and `identity` identifies the licence."""
        try:
            page = filled(self.sheet, with_seal_place(slot_texts(facts), facts, seal=self.sealed))
        except NotFilled:
            return None
        parts = file_parts(facts["title"], facts["alt"], code=code, data=data, on=on, identity=identity)
        return FilledFile(self.sheet, self.beginning, page, parts)


def keep(kept: OrderedDict[Any, Kept], key: Any, value: Kept, *, most: int) -> Kept:
    """Keeps a value as the one used last, and forgets that which was not used for longest."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
    return value


def compiled_or_none(
    make: Callable[[int], Compiled], design: Design, limits: RenderLimits, *, size: int
) -> Compiled | None:
    """What is made with standing texts of a turn; None where the design cannot be filled. `size` as of `within`.

    Raises RenderError where making it takes more than `limits`.
    """
    try:
        with within(limits, size=size):
            made = make(0)
        # Tests compare each design of the package with its layout. Another design is compared with itself here.
        if design.folder.parent != DESIGNS:
            with within(limits, size=size):
                other = make(len(STANDING) - 1)
            if made != other:
                return None
    except RenderError as refused:
        if refused.code in LIMITS:
            raise
        return None
    except UNLIKE_OURS:
        return None
    return made


class CompiledSheets:
    """The sheets of one design by their kind; `warm` and `record` are the renderer's."""

    def __init__(self, design: Design, *, warm: Callable[[], None], record: Record) -> None:
        self._design, self._warm, self._record = design, warm, record
        self._digest = design.digest()
        self._cache = FormCache(self._digest)
        self._lock = threading.Lock()
        self._sheets: OrderedDict[tuple[Any, ...], ReadySheet | None] = OrderedDict()

    def sheet_for(
        self, facts: Facts, *, seal: str | None, description: str, limits: RenderLimits = USUAL
    ) -> ReadySheet | None:
        """The sheet for a licence with these facts; None where licences of its kind are laid out. `seal` is the
        address of a picture, `description` that of the data file.

        Raises RenderError where making it takes more than `limits`.
        """
        if facts["annex"]:
            return None
        kind = kind_of(facts, design=self._digest, seal=seal)
        with self._lock:
            return self._known(kind, facts, seal, description, limits)

    def _known(
        self, kind: tuple[Any, ...], facts: Facts, seal: str | None, description: str, limits: RenderLimits
    ) -> ReadySheet | None:
        if kind not in self._sheets:
            sheet = self._cache.read(CompiledSheet, kind) or self._made(kind, facts, seal, description, limits)
            self._sheets[kind] = ReadySheet(sheet, head(sheet), seal is not None) if sheet else None
        return keep(self._sheets, kind, self._sheets[kind], most=MOST)

    def _made(
        self, kind: tuple[Any, ...], facts: Facts, seal: str | None, description: str, limits: RenderLimits
    ) -> CompiledSheet | None:
        def make(turn: int) -> CompiledSheet:
            return self.compile(facts, seal=seal, description=description, turn=turn)

        self._warm()
        sheet = compiled_or_none(make, self._design, limits, size=0)
        # What cannot be compiled is tried again by the next process: the cause may be gone then.
        if sheet is not None:
            self._cache.write(kind, sheet)
        return sheet

    def compile(self, facts: Facts, *, seal: str | None, description: str, turn: int = 0) -> CompiledSheet:
        """A sheet of the kind of these facts, with standing texts; the same in every turn where all that varies is in
        slots. Raises NotCompiled, and what else a design leads to."""
        standing = standing_facts(facts, turn)
        pictures = with_pictures(standing, code=STANDING_PICTURE, seal=seal)
        laid = self._record(
            fill(self._design, "licence.html", **pictures),
            sheets=("licence.css",),
            name="licence.json",
            description=description,
        )
        texts = with_seal_place(slot_texts(standing), standing, seal=seal is not None)
        return compiled(laid, texts, title=standing["title"])
