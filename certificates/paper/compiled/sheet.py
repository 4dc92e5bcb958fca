"""What is kept of a kind of sheet: its fixed bytes, and the places of the texts that each licence sets."""

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["start", "center", "right"]


class NotCompiled(Exception):
    """A sheet that cannot be filled: the design marks no places, or prints a varying text outside them."""


class NotFilled(Exception):
    """A licence whose texts do not fit the places of its sheet; it is laid out instead."""


@dataclass(frozen=True)
class Piece:
    """A text on one line of a block. Lengths are CSS pixels, `spacing` between letters is in 1/1024 pixel.

    `slot` names the varying text, and is None for a fixed one, whose glyphs are in `show`. `gap` is the space before it
    on its line, `state` the operators before it, `mark` its number in the marked content of the page. An artifact has
    `opening` in place of the usual one.
    """

    slot: str | None
    font: str
    size: float
    x: float
    y: float
    gap: float
    width: float
    spacing: int
    unbroken: bool
    mark: int
    opening: bytes
    state: bytes
    show: bytes


@dataclass(frozen=True)
class Block:
    """Lines of text that share a width: a cell or a paragraph. `table` and `row` are the place of a cell."""

    pieces: tuple[Piece, ...]
    x: float
    width: float
    align: Align
    line: float
    table: int | None = None
    row: int = 0
    varies: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "varies", any(piece.slot is not None for piece in self.pieces))


@dataclass(frozen=True)
class Row:
    """A row of a table with its top and height as compiled, each varying text on one line. `least` is the height that
    its label needs, `around` the space above and below the lines of its varying block."""

    top: float
    height: float
    least: float
    around: float


@dataclass(frozen=True)
class Table:
    """The rows of a table. A rigid one has borders, so no row of it may grow. No cell may end below `floors`, nor below
    one of `limits` if it begins above it."""

    rows: tuple[Row, ...]
    rigid: bool
    floors: tuple[float, ...]
    limits: tuple[float, ...]


@dataclass(frozen=True)
class SheetFont:
    """A font of the sheet: its file, the numbers of its objects, and glyphs of the fixed texts in their new order."""

    file: str
    descendant: int
    program: int
    unicode: int
    head: bytes
    glyphs: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class LiveObjects:
    """The numbers of the objects that are written for each document: `page` is its first page, `contents` are the
    drawing commands of its pages, `figures` the elements of the QR code, `document` is the outermost element of its
    tags, and `marks` the table of marked content."""

    catalog: int
    page: int
    contents: tuple[int, ...]
    info: int
    metadata: int
    data: int
    figures: tuple[int, ...]
    picture: int | None
    document: int
    marks: int


@dataclass(frozen=True, kw_only=True)
class FileObjects:
    """The objects of a file: `objects` and `streams` are the fixed ones by their number, without the lines around them.

    `dictionaries` are the varying objects as far as they are fixed, `kids` the elements below a parent
    of lines and below the document, `parents` the parent of each varying number of marked content, `marks` the elements
    of the marked content of the first page, and `further` the rest of that table.
    """

    streams: dict[int, bytes]
    objects: dict[int, bytes]
    live: LiveObjects
    dictionaries: dict[int, bytes]
    kids: dict[int, tuple[bytes, ...]]
    parents: dict[int, int]
    marks: tuple[bytes, ...]
    further: bytes
    metadata: tuple[bytes, bytes]
    size: int


@dataclass(frozen=True, kw_only=True)
class CompiledSheet(FileObjects):
    """One kind of sheet. `content` are the drawing commands of the page; a number in it is the index of a piece in
    `pieces`, whose text belongs there.
    """

    content: tuple[bytes | int, ...]
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    fonts: dict[str, SheetFont]
    pieces: tuple[Piece, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", tuple(piece for block in self.blocks for piece in block.pieces))


@dataclass(frozen=True)
class Slot:
    """Where a text of a document belongs: lines of `width` pixels that begin at `x`, the first one `first` later. Of a
    `justified` text, a line that is not the last may have no space, which would be widened.

    `anywhere`: a word that is wider than a line is broken. `spacing` is as of `Piece`.
    """

    font: str
    file: str
    size: float
    align: Align
    x: float
    width: float
    first: float
    unbroken: bool
    anywhere: bool
    justified: bool
    spacing: int


@dataclass(frozen=True, kw_only=True)
class CompiledDocument(FileObjects):
    """A document as it was laid out, without its varying texts. `slots` are their places, None for an empty text;
    `lines` the lines that each has, as often as it is printed; `contents` the commands of each page, in which a
    number counts the lines of all slots one after another; and `bookmarks` the slots of varying titles by their
    number."""

    contents: tuple[tuple[bytes | int, ...], ...]
    slots: tuple[Slot | None, ...]
    lines: tuple[tuple[tuple[Piece, ...], ...], ...]
    bookmarks: dict[int, int]
    fonts: dict[str, SheetFont]
