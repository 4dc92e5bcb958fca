"""A genuine licence that is to be forged, and how an incremental update is written behind it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Genuine:
    """The licence that is forged, before and after it was signed, and where its parts are."""

    signed: bytes
    unsigned: bytes

    @property
    def catalog(self) -> int:
        return int(re.findall(rb"/Root (\d+) 0 R", self.signed)[-1])

    @property
    def page(self) -> int:
        return int(re.findall(rb"/Rect \[ 0 0 0 0 \] /P (\d+) 0 R", self.signed)[-1])

    @property
    def signature(self) -> int:
        return int(re.findall(rb"/V (\d+) 0 R", self.signed)[-1])

    @property
    def field(self) -> int:
        return int(re.findall(rb"/Fields \[ (\d+) 0 R", self.signed)[-1])

    @property
    def size(self) -> int:
        return int(re.findall(rb"/Size (\d+)", self.signed)[-1])

    @property
    def hole(self) -> tuple[int, int]:
        """Where the envelope is, with its angle brackets."""
        start = self.signed.rindex(b"/Contents <") + len(b"/Contents ")
        return start, self.signed.index(b">", start) + 1

    def inside(self, number: int) -> bytes:
        """What the latest version of an object holds, without the brackets of its dictionary."""
        text = self.signed[self.signed.rindex(b"\n%d 0 obj\n<< " % number) :]
        return text[text.index(b"<< ") + 3 : text.index(b" >>\nendobj")]


Made = Iterator[tuple[str, bytes]]


def updated(pdf: bytes, objects: Mapping[int, bytes], *, root: int, size: int = 0, table: bool = False) -> bytes:
    """An incremental update: these objects behind the file, and cross-references to them."""
    previous = int(pdf[pdf.rindex(b"startxref") :].split(maxsplit=2)[1])
    content, places = bytearray(pdf), {}
    for number, text in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    start, size = len(content), max(size, *objects) + 1
    if table:
        content += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % place for place in sorted(places.items()))
        content += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, previous)
    else:
        places[size] = start
        index = b" ".join(b"%d 1" % number for number in sorted(places))
        rows = b"".join(b"\x01" + places[number].to_bytes(4) + b"\x00" for number in sorted(places))
        head = b"/Type /XRef /W [ 1 4 1 ] /Index [ %b ] /Length %d /Size %d" % (index, len(rows), size + 1)
        content += b"%d 0 obj\n<< %b /Root %d 0 R /Prev %d >>\nstream\n" % (size, head, root, previous)
        content += rows + b"\nendstream\nendobj\n"
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


def update(genuine: Genuine, objects: Mapping[int, bytes], *, root: int = 0, table: bool = False) -> bytes:
    return updated(genuine.signed, objects, root=root or genuine.catalog, size=genuine.size, table=table)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), more, content)
