"""A plain text as a document: set as it was sent, on as many A4 pages as it needs, with the file itself attached."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from certificates import chinese
from certificates.errors import InvalidParticulars
from certificates.paper import glyphs
from certificates.paper.founding_document import PACKAGED
from certificates.paper.render_limits import USUAL, RenderLimits, within
from certificates.paper.templates import fill

# Together no more than about 60 pages.
MOST_CHARACTERS, MOST_LINES = 50_000, 2_000
ATTACHED = "text.txt"
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True)
class PlainText:
    """A file in UTF-8, with or without a byte order mark. `name` is that of the file, `on` the day on which it came.

    Tabs and line ends of any system are the only control characters. Raises InvalidParticulars: `text.encoding`,
    `text.empty`, `text.control`, `text.length`, `text.many`; MissingGlyph.
    """

    data: bytes
    name: str
    on: date

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidParticulars("text.empty", {"field": "text"})
        chinese.refuse_long(self.text, field="text", maximum=MOST_CHARACTERS)
        if len(self.lines) > MOST_LINES:
            raise InvalidParticulars("text.many", {"maximum": MOST_LINES})
        printed = (*(line.replace("\t", " ") for line in self.lines), self.name)
        for text in printed:
            chinese.refuse_unprintable(text, field="text")
        glyphs.refuse_missing(printed)

    @cached_property
    def text(self) -> str:
        try:
            return self.data.decode("utf-8").removeprefix(_MARK)
        except UnicodeDecodeError as other:
            raise InvalidParticulars("text.encoding", {"position": other.start}) from None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines; `str.splitlines` would end lines at characters that are refused here."""
        return tuple(self.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def render_plain_text(text: PlainText, *, limits: RenderLimits = USUAL) -> bytes:
    """The text as PDF/A-3a with the file attached as it came; the same file, name and day give the same bytes.

    The foot of each page has the name, and the last the SHA-256 of the file. Raises RenderError.
    """
    from certificates.paper.pdf import DataFile, renderer

    ready = renderer(PACKAGED)
    data = DataFile(ATTACHED, text.data, "文本原文件 The text as it was handed in", text.on)
    content = text.text.encode()
    ready.warm(content)
    with within(limits, size=len(content)):
        html = fill(
            ready.design,
            "text.html",
            name=text.name,
            han=any("\u3400" <= one <= "\u9fff" for one in text.text),
            lines=text.lines,
            received=chinese.day(text.on),
            digest=text.sha256,
        )
        identity = ready.identity(text.data + text.name.encode() + text.on.isoformat().encode())
        return ready.print(html, sheets=("text.css",), data=data, identity=identity, bottom=False)
