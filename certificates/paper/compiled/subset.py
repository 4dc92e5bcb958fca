"""The part of a font that a sheet needs, as TrueType: glyphs in a new order, each outline as it is in the font.

The glyphs of the fixed texts come first and are compressed once; a licence adds those of its own texts.
"""

import struct
import zlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from certificates.paper.glyphs import unpacked

# Kept of a font without instructions; `glyf` is last, because it is compressed in parts.
TABLES = (b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"glyf")
# ISO 32000-1, 9.9: of a font in a PDF, offsets of outlines in four bytes.
LONG_OFFSETS = 1
CHECKSUM = 0xB1B0AFBA
FAST, BEST = 1, 9
# So many glyphs are put together from parts that were compressed before; of more, the parts would take too much space.
APART = 160


class FontFile:
    """A TrueType font of simple glyphs; widths are in 1/1000 of an em, as all fonts of this package have them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (count,) = struct.unpack_from(">H", content, 4)
        records = (struct.unpack_from(">4s4xLL", content, 12 + 16 * at) for at in range(count))
        self._tables = {tag: (offset, length) for tag, offset, length in records}
        head, hhea = self.table(b"head"), self.table(b"hhea")
        (self._long,) = struct.unpack_from(">h", head, 50)
        (self._metrics,) = struct.unpack_from(">H", hhea, 34)
        self._loca, self._hmtx, self._glyf = (
            self._tables[b"loca"][0],
            self._tables[b"hmtx"][0],
            self._tables[b"glyf"][0],
        )

    def table(self, tag: bytes) -> bytes:
        """The content of a table."""
        offset, length = self._tables[tag]
        return self._content[offset : offset + length]

    def outline(self, glyph: int) -> bytes:
        """The outline of a glyph, filled up to four bytes."""
        if self._long:
            start, end = struct.unpack_from(">LL", self._content, self._loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">HH", self._content, self._loca + 2 * glyph))
        found = self._content[self._glyf + start : self._glyf + end]
        return found + bytes(-len(found) % 4)

    def metric(self, glyph: int) -> tuple[int, int]:
        """Advance and left side bearing of a glyph."""
        if glyph < self._metrics:
            advance, bearing = struct.unpack_from(">Hh", self._content, self._hmtx + 4 * glyph)
            return advance, bearing
        (advance,) = struct.unpack_from(">H", self._content, self._hmtx + 4 * self._metrics - 4)
        (bearing,) = struct.unpack_from(">h", self._content, self._hmtx + 2 * (self._metrics + glyph))
        return advance, bearing


@cache
def font_file(file: str) -> FontFile:
    """A font of this package, opened once per process."""
    return FontFile(unpacked(file))


@lru_cache(maxsize=8192)
def glyph(file: str, number: int) -> tuple[bytes, int, bytes, int]:
    """The outline of a glyph, the sum of its words, its row in the table of metrics, and its advance."""
    font = font_file(file)
    outline, metric = font.outline(number), font.metric(number)
    return outline, _sum(outline), struct.pack(">Hh", *metric), metric[0]


@lru_cache(maxsize=8192)
def _packed(file: str, number: int) -> bytes:
    """The outline of a glyph compressed by itself: most glyphs of a licence were in others before."""
    return _part(glyph(file, number)[0], BEST)


@lru_cache(maxsize=8192)
def width_of(file: str, number: int) -> int:
    """The advance of a glyph in 1/1000 of an em."""
    return font_file(file).metric(number)[0]


@dataclass(frozen=True)
class Glyphs:
    """Some glyphs of a file one after another: their outlines, also compressed, and their measures."""

    outlines: bytes
    compressed: bytes
    total: int
    lengths: tuple[int, ...]
    metrics: bytes
    widths: tuple[int, ...]


@lru_cache(maxsize=64)
def base(file: str, numbers: tuple[int, ...]) -> Glyphs:
    """The glyphs of fixed texts, compressed well: it is done once for each kind of sheet."""
    return _glyphs(file, numbers, compressed=lambda outlines: _part(outlines, BEST))


def _further(file: str, numbers: Sequence[int]) -> Glyphs:
    """The glyphs of a licence alone, compressed fast."""
    if len(numbers) > APART:
        return _glyphs(file, numbers, compressed=lambda outlines: _part(outlines, FAST))
    return _glyphs(file, numbers, compressed=lambda _: b"".join([_packed(file, number) for number in numbers]))


def _glyphs(file: str, numbers: Sequence[int], *, compressed: Callable[[bytes], bytes]) -> Glyphs:
    found = [glyph(file, number) for number in numbers]
    outlines, totals, metrics, widths = zip(*found, strict=True) if found else ((),) * 4
    whole = b"".join(outlines)
    return Glyphs(whole, compressed(whole), sum(totals), tuple(map(len, outlines)), b"".join(metrics), widths)


@dataclass(frozen=True)
class Subset:
    """A font for a PDF: compressed, its length before that, and the widths of its glyphs."""

    compressed: bytes
    length: int
    widths: tuple[int, ...]


def subset(file: str, first: tuple[int, ...], more: Sequence[int]) -> Subset:
    """The font with the glyphs `first`, then `more`; glyph 0 is the first of `first`."""
    return _with(file, base(file, first), _further(file, more))


def _with(file: str, first: Glyphs, more: Glyphs) -> Subset:
    font = font_file(file)
    count = len(first.lengths) + len(more.lengths)
    head, hhea, maxp = (bytearray(font.table(tag)) for tag in (b"head", b"hhea", b"maxp"))
    struct.pack_into(">L", head, 8, 0)
    struct.pack_into(">h", head, 50, LONG_OFFSETS)
    struct.pack_into(">H", hhea, 34, count)
    struct.pack_into(">H", maxp, 4, count)
    offsets = array("I", accumulate((*first.lengths, *more.lengths), initial=0))
    offsets.byteswap()
    tables = [bytes(head), bytes(hhea), first.metrics + more.metrics, offsets.tobytes(), bytes(maxp)]
    before = _directory(tables, glyf=len(first.outlines) + len(more.outlines), total=first.total + more.total)
    whole = zlib.adler32(more.outlines, zlib.adler32(first.outlines, zlib.adler32(before)))
    # RFC 1950: a header, parts that each stand alone, an empty last block, and the checksum of all. The tables are not
    # worth compressing: it would take as long as all else here, and save a hundredth of the file.
    parts = (b"\x78\x01", _stored(before), first.compressed, more.compressed, b"\x03\x00", whole.to_bytes(4))
    length = len(before) + len(first.outlines) + len(more.outlines)
    return Subset(b"".join(parts), length, first.widths + more.widths)


def _directory(tables: list[bytes], *, glyf: int, total: int) -> bytes:
    """Everything before the outlines: the directory of the tables, and all tables but these."""
    padded = [table + bytes(-len(table) % 4) for table in tables]
    sums = [*map(_sum, padded), total & 0xFFFFFFFF]
    lengths = [*map(len, tables), glyf]
    starts = accumulate(map(len, padded), initial=12 + 16 * len(TABLES))
    rows = sorted(zip(TABLES, sums, starts, lengths, strict=True))
    header = struct.pack(">LHHHH", 0x00010000, len(TABLES), 64, 2, 16 * len(TABLES) - 64)
    directory = header + b"".join(struct.pack(">4sLLL", *row) for row in rows)
    adjustment = (CHECKSUM - _sum(directory) - sum(sums)) & 0xFFFFFFFF
    head = padded[0]
    return b"".join((directory, head[:8], adjustment.to_bytes(4), head[12:], *padded[1:]))


def _part(content: bytes, level: int) -> bytes:
    """A part of a stream (RFC 1951) that refers to nothing before it and can be followed by others."""
    packer = zlib.compressobj(level, wbits=-15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(content: bytes) -> bytes:
    """The same without compression, of less than 65,536 bytes."""
    return struct.pack("<BHH", 0, len(content), 0xFFFF - len(content)) + content


def _sum(content: bytes) -> int:
    words = array("I", content)
    words.byteswap()
    return sum(words) & 0xFFFFFFFF
