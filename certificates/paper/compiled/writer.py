"""Writes a filled sheet as a PDF file: the fixed objects as they are kept, then those of this licence."""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from certificates.paper import qr
from certificates.paper.compiled.fill import FilledPages, FontInUse
from certificates.paper.compiled.sheet import FileObjects, SheetFont
from certificates.paper.compiled.subset import subset
from certificates.paper.text_strings import text_string

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
# Of what differs between licences: the best level takes three times as long and saves a twentieth.
LEVEL = 1
# ISO 32000-1, 9.10.3: at most this many characters in one part of the table.
CHARACTERS = 100
UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
%b
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
# Kinds of entries of the cross-reference stream: at an offset, in an object stream; 0 is free. Each entry has its kind,
# and two numbers of four and two bytes.
PLAIN, PACKED = 1, 2
ROW = struct.Struct(">BLH")


@dataclass(frozen=True)
class Head:
    """The beginning of every file of a kind: its bytes, the cross-references of its objects, and SHA-256 so far."""

    content: bytes
    rows: bytes
    sha256: Any


@dataclass(frozen=True)
class FileParts:
    """What a document has besides its pages: title, words for its QR code and the code (`Picture`), if it has one, the
    data file with its day, and the identifier of the file in 16 bytes."""

    title: str
    alternative: str
    code: "Picture | None"
    data: bytes
    on: date
    identifier: bytes


@dataclass(frozen=True)
class Picture:
    """A square picture in black and white: its side in pixels, and its rows in whole bytes, white is 1."""

    side: int
    rows: bytes


def file_parts(title: str, alternative: str, *, code: str | None, data: bytes, on: date, identity: bytes) -> FileParts:
    """`code` is the text of the QR code, None without one; `identity` tells the document from others."""
    picture = Picture(*qr.bitmap(code)) if code else None
    return FileParts(title, alternative, picture, data, on, hashlib.sha256(identity).digest()[:16])


class FilledFile:
    """A filled document before it is written: as it is, or with a signature from the start."""

    def __init__(self, sheet: FileObjects, beginning: Head, page: FilledPages, parts: FileParts) -> None:
        self._sheet, self._head, self._parts = sheet, beginning, parts
        self._packed = _elements(sheet, page, parts)
        self._plain = _streams(sheet, page, parts)
        self._kids, self._marks = page.kids.get(sheet.live.document, sheet.kids[sheet.live.document]), page.marks
        self.page, self.document = sheet.live.page, sheet.live.document
        # Its own object stream comes after those of the page.
        self._stream = sheet.size + len(page.objects)
        self.next_number = self._stream + 1

    @property
    def hashed(self) -> tuple[int, Any]:
        """How many bytes at the beginning are those of every file of this kind, and SHA-256 of them, to be copied."""
        return len(self._head.content), self._head.sha256

    @property
    def next_key(self) -> int:
        """The key of an annotation in the table of marked content: those before it are of the pages."""
        return len(self._sheet.live.contents)

    def written(
        self,
        *,
        catalog: bytes = b"",
        page: bytes = b"",
        more: Mapping[int, bytes] | None = None,
        tag: int | None = None,
    ) -> bytearray:
        """The file, with these entries in its catalog and its page, and these further objects. `tag` is the number of
        one of them, an element of an annotation that is added to the tags of the document."""
        live, partly = self._sheet.live, self._sheet.dictionaries
        objects = {
            live.catalog: partly[live.catalog] + catalog + b">>",
            live.page: partly[live.page] + page + b">>",
            **self._plain,
            **(more or {}),
        }
        content, entries = bytearray(self._head.content), dict[int, tuple[int, int, int]]()
        packed = {**self._packed, **self._tags(tag)}
        objects[self._stream] = object_stream(packed, self._stream, entries, level=LEVEL)
        for number, inside in objects.items():
            entries[number] = (PLAIN, len(content), 0)
            content += b"%d 0 obj\n%b\nendobj\n" % (number, inside)
        return self._ended(content, entries)

    def _tags(self, tag: int | None) -> dict[int, bytes]:
        """The outermost element, and the table of marked content."""
        sheet, live = self._sheet, self._sheet.live
        kids, further = list(self._kids), [sheet.further]
        if tag is not None:
            kids.append(b"%d 0 R" % tag)
            further.append(b"%d %d 0 R" % (self.next_key, tag))
        return {
            live.document: b"%b/K [%b]>>" % (sheet.dictionaries[live.document], b" ".join(kids)),
            live.marks: b"<</Nums [0 [%b] %b]>>" % (b" ".join(self._marks), b" ".join(further)),
        }

    def _ended(self, content: bytearray, entries: dict[int, tuple[int, int, int]]) -> bytearray:
        """With cross-references as a stream, which files with object streams need."""
        start, number = len(content), max(entries) + 1
        rows = _rows_of({**entries, number: (PLAIN, start, 0)}, self._head.rows)
        live, identifier = self._sheet.live, self._parts.identifier.hex().encode()
        content += b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            number,
            _stream(
                b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [<%b> <%b>]"
                % (number + 1, live.catalog, live.info, identifier, identifier),
                rows,
            ),
            start,
        )
        return content


def head(sheet: FileObjects) -> Head:
    """The beginning of the files of a kind of sheet, to be made once."""
    content, entries = bytearray(HEADER), dict[int, tuple[int, int, int]]()
    streams = dict(sheet.streams)
    # The number after that of the document information is kept for it.
    streams[sheet.live.info + 1] = object_stream(sheet.objects, sheet.live.info + 1, entries, level=9)
    for number, inside in streams.items():
        entries[number] = (PLAIN, len(content), 0)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, inside)
    return Head(bytes(content), _rows_of(entries), hashlib.sha256(content))


def _rows_of(entries: Mapping[int, tuple[int, int, int]], rows: bytes = b"") -> bytes:
    """The rows of cross-references with these entries in them; an object without an entry is free."""
    found = bytearray(rows).ljust(ROW.size * (max(entries) + 1), b"\0")
    for number, entry in entries.items():
        ROW.pack_into(found, ROW.size * number, *entry)
    return bytes(found)


def object_stream(
    objects: Mapping[int, bytes], number: int, entries: dict[int, tuple[int, int, int]], *, level: int
) -> bytes:
    """Objects in one compressed stream; their entries are added."""
    places, at = [], 0
    for index, (one, inside) in enumerate(objects.items()):
        places.append(b"%d %d" % (one, at))
        entries[one] = (PACKED, number, index)
        at += len(inside) + 1
    first = b" ".join(places) + b"\n"
    kind = b"/Type /ObjStm/N %d/First %d" % (len(objects), len(first))
    return _stream(kind, first + b"\n".join(objects.values()), level=level)


def _elements(sheet: FileObjects, page: FilledPages, parts: FileParts) -> dict[int, bytes]:
    """The objects that can be in an object stream: tags, document information, widths of glyphs."""
    live, partly = sheet.live, sheet.dictionaries
    objects = dict(page.objects)
    objects |= {number: b"%b/K [%b]>>" % (partly[number], b" ".join(kids)) for number, kids in page.kids.items()}
    objects |= {
        number: b"%b/Title %b>>" % (partly[number], text_string(title).encode())
        for number, title in page.titles.items()
    }
    words = text_string(parts.alternative).encode()
    objects |= {figure: b"%b/Alt %b>>" % (partly[figure], words) for figure in live.figures}
    producer = sheet.metadata[0].partition(b'pdf:Producer="')[2].partition(b'"')[0]
    objects[live.info] = b"<</Producer (%b)/Title %b>>" % (producer, text_string(parts.title).encode())
    return objects


def _streams(sheet: FileObjects, page: FilledPages, parts: FileParts) -> dict[int, bytes]:
    live, partly = sheet.live, sheet.dictionaries
    before, after = sheet.metadata
    metadata = before + escape(parts.title).encode() + after
    objects = {
        **{number: _stream(b"", content) for number, content in zip(live.contents, page.contents, strict=True)},
        live.metadata: _written(b"/Type /Metadata/Subtype /XML", metadata),
        live.data: _stream(partly[live.data][2:] + _about(parts), parts.data),
    }
    if live.picture is not None and parts.code is not None:
        objects[live.picture] = _picture(parts.code)
    for font in page.fonts.values():
        objects |= _font(font)
    return objects


def _about(parts: FileParts) -> bytes:
    """The parameters of the data file: its checksum is not for security."""
    checksum = hashlib.md5(parts.data, usedforsecurity=False).hexdigest().encode()
    day = b"(D:%b000000Z)" % f"{parts.on:%Y%m%d}".encode()
    return b"/Params <</Size %d/CheckSum <%b>/CreationDate %b/ModDate %b>>" % (len(parts.data), checksum, day, day)


def _picture(picture: Picture) -> bytes:
    side = picture.side
    kind = b"/Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /DeviceGray" % (side, side)
    return _stream(kind + b"/BitsPerComponent 1/Interpolate false", picture.rows)


def _font(used: FontInUse) -> dict[int, bytes]:
    return _font_objects(used.font, used.more) if used.more else _sheet_font(used.font)


@lru_cache(maxsize=256)
def _sheet_font(font: SheetFont) -> dict[int, bytes]:
    return _font_objects(font, {})


def _font_objects(font: SheetFont, more: Mapping[int, str]) -> dict[int, bytes]:
    """The objects of a font with the sheet's glyphs and `more`: widths, program, table of characters."""
    cut = subset(font.file, font.glyphs, tuple(more))
    rows = [_row(place, text) for place, text in enumerate(more.values(), len(font.glyphs))]
    return {
        font.descendant: b"%b/W [0 [%b]]>>" % (font.head, " ".join(map(str, cut.widths)).encode()),
        font.program: _written(b"/Length1 %d/Filter /FlateDecode" % cut.length, cut.compressed),
        font.unicode: _stream(b"", UNICODE % _characters([*_rows(font), *rows])),
    }


@lru_cache(maxsize=256)
def _rows(font: SheetFont) -> tuple[str, ...]:
    return tuple(_row(place, text) for place, text in enumerate(font.texts) if text)


def _row(place: int, text: str) -> str:
    return f"<{place:04x}> <{_utf16(text)}>"


@lru_cache(maxsize=8192)
def _utf16(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _characters(rows: Sequence[str]) -> bytes:
    parts = (rows[at : at + CHARACTERS] for at in range(0, len(rows), CHARACTERS))
    lines = (line for part in parts for line in (f"{len(part)} beginbfchar", *part, "endbfchar"))
    return "\n".join(lines).encode()


def _stream(entries: bytes, content: bytes, *, level: int = LEVEL) -> bytes:
    return _written(entries + b"/Filter /FlateDecode", zlib.compress(content, level))


def _written(entries: bytes, content: bytes) -> bytes:
    """A stream whose content is written as it is given."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)
