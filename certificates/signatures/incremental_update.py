"""Adds a placeholder for a signature to a PDF: an incremental update (ISO 32000-1, 7.5.6) with a certifying field.

The document is neither parsed in full nor rewritten: its bytes stay, and after them come its catalog and its
first page again, now with the field, and the cross-references to the new objects.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pikepdf

from certificates.errors import SigningError
from certificates.paper.text_strings import text_string

FIELD = "RegistrarSignature"
# Extensions that a reader of PDF 1.7 needs for the signature: PAdES, and elliptic curves (ISO/TS 32002).
EXTENSIONS = (
    "/Extensions << /ESIC << /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 1 >> "
    "/ISO_ [ << /Type /DeveloperExtensions /BaseVersion /2.0 /ExtensionLevel 32002 "
    "/URL (https://www.iso.org/standard/45875.html) /ExtensionRevision (:2022) >> ] >>"
)
# Printed and locked, because PDF/A-3 allows no hidden annotation (ISO 19005-3, 6.3.2). It requires an appearance of
# every field, except of one without size (6.3.3). The words are for who does not see the page (ISO 14289-1, 7.18.1).
SAID = text_string("登记机关的电子签名 Electronic signature of the registrar")
WIDGET = f"/Type /Annot /Subtype /Widget /FT /Sig /T ({FIELD}) /TU {SAID} /F 132 /Rect [ 0 0 0 0 ]"
SIGNATURE = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
# Certifies the document; P 1: no change is allowed.
CERTIFIES = (
    "/Reference [ << /Type /SigRef /TransformMethod /DocMDP "
    "/TransformParams << /Type /TransformParams /V /1.2 /P 1 >> >> ]"
)
# The byte range is known only when all is written; it then replaces a placeholder for numbers of ten digits.
UNKNOWN_RANGE = b"/ByteRange [ 0" + b" 0000000000" * 3 + b" ]"

# The number of the element of the field, after that of the form.
TAG = 3

# How many bytes at the beginning of a file are hashed, and their SHA-256.
NOTHING_HASHED = (0, hashlib.sha256())


@dataclass(frozen=True)
class FieldPlace:
    """Where a field belongs: the numbers of its page and of the outermost element of the tags, and its key in the table
    of marked content. A field that is not hidden must be in the tags (ISO 14289-1, 7.18.4); without an element the file
    has none."""

    page: int
    document: int | None = None
    key: int = 0


@dataclass(frozen=True)
class SignaturePlaceholder:
    """A PDF with space for a signature: all bytes except those from `start` to `end` will be signed.

    `hashed`: how many bytes at its beginning are hashed already, and their SHA-256.
    """

    content: bytes | bytearray
    start: int
    end: int
    hashed: tuple[int, Any] = NOTHING_HASHED

    def digest(self) -> bytes:
        """SHA-256 of the file without the space for the signature."""
        view = memoryview(self.content)
        known, sha256 = self.hashed[0], self.hashed[1].copy()
        sha256.update(view[known : self.start])
        sha256.update(view[self.end :])
        return bytes(sha256.digest())

    def filled(self, envelope: bytes) -> bytes:
        """The signed file; the rest of the space after the envelope is zeros."""
        room = self.end - self.start - 2
        digits = envelope.hex().upper().encode()
        if len(digits) > room:
            raise SigningError("sign.refused", {"kind": "room", "needed": len(digits) // 2, "room": room // 2})
        view = memoryview(self.content)
        return b"".join((view[: self.start], b"<", digits.ljust(room, b"0"), b">", view[self.end :]))


def add_placeholder(pdf: bytes, *, room: int, signed_at: datetime, reason: str, location: str) -> SignaturePlaceholder:
    """Append the field to an unsigned PDF, with space for an envelope of `room` bytes.

    Raises SigningError `sign.refused` for data that is no PDF, is encrypted, or already has a form or permissions.
    """
    old = _read(pdf)
    update = _Update(pdf)
    field = old.size + 1
    update.add(old.catalog, f"{old.catalog_text} {catalog_entries(old.size)}")
    update.add(old.page, f"{old.page_text} /Annots [ {old.annotations} {field} 0 R ]")
    tags, place = old.tags, FieldPlace(old.page)
    if tags is not None:
        place = FieldPlace(old.page, tags.document, tags.key)
        tag = f"{old.size + TAG} 0 R"
        update.add(tags.document, f"{tags.document_text} /K [ {tags.kids} {tag} ]")
        update.add(tags.table, f"{tags.table_text} /Nums [ {tags.numbers} {tags.key} {tag} ]")
    objects = field_objects(old.size, place, room=room, signed_at=signed_at, reason=reason, location=location)
    for number, inside in objects.items():
        update.add(number, inside)
    update.finish(old)
    return with_range(update.content, room)


def catalog_entries(first: int) -> str:
    """What the catalog says of a signature whose form has the number `first`, and those after it the others."""
    return f"/AcroForm {first} 0 R {EXTENSIONS} /Perms << /DocMDP {first + 2} 0 R >>"


def field_objects(
    first: int, place: FieldPlace, *, room: int, signed_at: datetime, reason: str, location: str
) -> dict[int, str]:
    """The entries of form, field, signature and the field's element, with space for an envelope of `room` bytes."""
    field, signature, page = first + 1, first + 2, f"/Pg {place.page} 0 R"
    key = "" if place.document is None else f"/StructParent {place.key}"
    why, where = text_string(reason), text_string(location)
    said = f"/M (D:{signed_at.astimezone(UTC):%Y%m%d%H%M%S}Z) /Reason {why} /Location {where}"
    objects = {
        first: f"/Fields [ {field} 0 R ] /SigFlags 3",
        field: f"{WIDGET} /P {place.page} 0 R {key} /V {signature} 0 R",
        signature: f"{SIGNATURE} {said} {CERTIFIES} {UNKNOWN_RANGE.decode()} /Contents <{'0' * (2 * room)}>",
    }
    if place.document is not None:
        of_field = f"/K [ << /Type /OBJR {page} /Obj {field} 0 R >> ]"
        objects[first + TAG] = f"/Type /StructElem /S /Form /P {place.document} 0 R {page} {of_field}"
    return objects


@dataclass(frozen=True)
class _OldTags:
    """The outermost element and the table of marked content, each with its number and as text without its list, and the
    first free key of the table."""

    document: int
    document_text: str
    kids: str
    table: int
    table_text: str
    numbers: str
    key: int


@dataclass(frozen=True)
class _Old:
    """The data that the update needs from the document: two objects as text, its tags, and its kind of
    cross-references."""

    catalog: int
    catalog_text: str
    page: int
    page_text: str
    annotations: str
    tags: _OldTags | None
    size: int
    references: str
    identifier: str


def _read(pdf: bytes) -> _Old:
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
            catalog, page, trailer = document.Root, document.pages[0].obj, document.trailer
            if document.is_encrypted or any(name in catalog for name in ("/AcroForm", "/Perms", "/Extensions")):
                raise SigningError("sign.refused", {"kind": "not an unsigned paper of ours"})
            annotations = " ".join(_written(one) for one in page.get("/Annots", ()))
            if "/Annots" in page:
                del page["/Annots"]
            return _Old(
                catalog=catalog.objgen[0],
                catalog_text=_inside(catalog),
                page=page.objgen[0],
                page_text=_inside(page),
                annotations=annotations,
                tags=_read_tags(catalog["/StructTreeRoot"]) if "/StructTreeRoot" in catalog else None,
                size=int(trailer["/Size"]),
                references=" ".join(f"{key} {_written(trailer[key])}" for key in ("/Root", "/Info") if key in trailer),
                identifier=_written(trailer["/ID"][0]),
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, LookupError) as error:
        raise SigningError("sign.refused", {"kind": type(error).__name__}) from error


def _read_tags(root: pikepdf.Object) -> _OldTags:
    """Raises LookupError for tags of another form than those of our papers."""
    document, table = root["/K"][0], root["/ParentTree"]
    kids, numbers = document["/K"], table["/Nums"]
    return _OldTags(
        document=document.objgen[0],
        document_text=_inside(document, "/K"),
        kids=_listed(kids),
        table=table.objgen[0],
        table_text=_inside(table, "/Nums"),
        numbers=_listed(numbers),
        key=int(numbers[len(numbers) - 2]) + 1,
    )


class _Update:
    """New objects after a file, with the offset of each."""

    def __init__(self, pdf: bytes) -> None:
        # The number after the last `startxref` is the offset of the old cross-references, and shows their kind.
        self._previous = int(pdf[pdf.rindex(b"startxref") :].split(maxsplit=2)[1])
        self._as_table = pdf.startswith(b"xref", self._previous)
        self._offsets: dict[int, int] = {}
        self.content = bytearray(pdf)
        if not pdf.endswith(b"\n"):
            self.content += b"\n"

    def add(self, number: int, inside: str) -> None:
        """Add a dictionary with this object number."""
        self._offsets[number] = len(self.content)
        self.content += f"{number} 0 obj\n<< {inside} >>\nendobj\n".encode("latin-1")

    def finish(self, old: _Old) -> None:
        """Add cross-references of the file's own kind, table or stream, since the two must not be mixed."""
        start = len(self.content)
        # The second half of the identifier identifies this version of the file.
        state = hashlib.sha256(self.content).hexdigest()[:32]
        size = max(self._offsets) + (1 if self._as_table else 2)
        trailer = f"/Size {size} {old.references} /ID [ {old.identifier} <{state}> ] /Prev {self._previous}"
        self.content += self._table(trailer) if self._as_table else self._stream(trailer)
        self.content += b"startxref\n%d\n%%%%EOF\n" % start

    def _table(self, trailer: str) -> bytes:
        lines = [
            f"{numbers[0]} {len(numbers)}\n" + "".join(f"{self._offsets[one]:010} 00000 n \n" for one in numbers)
            for numbers in self._runs()
        ]
        return f"xref\n{''.join(lines)}trailer\n<< {trailer} >>\n".encode("latin-1")

    def _stream(self, trailer: str) -> bytes:
        number = max(self._offsets) + 1
        self._offsets[number] = len(self.content)
        runs = self._runs()
        rows = b"".join(b"\x01" + self._offsets[one].to_bytes(4) + b"\x00" for numbers in runs for one in numbers)
        index = " ".join(f"{numbers[0]} {len(numbers)}" for numbers in runs)
        kind = f"/Type /XRef /W [ 1 4 1 ] /Index [ {index} ] /Length {len(rows)}"
        head = f"{number} 0 obj\n<< {kind} {trailer} >>\nstream\n".encode("latin-1")
        return head + rows + b"\nendstream\nendobj\n"

    def _runs(self) -> list[list[int]]:
        """The object numbers as runs without gaps."""
        numbered = enumerate(sorted(self._offsets))
        return [[number for _, number in run] for _, run in groupby(numbered, lambda pair: pair[1] - pair[0])]


def with_range(content: bytearray, room: int, hashed: tuple[int, Any] = NOTHING_HASHED) -> SignaturePlaceholder:
    """The file with the numbers of its byte range, for which `field_objects` left space."""
    at = content.rindex(UNKNOWN_RANGE)
    start = at + len(UNKNOWN_RANGE) + len(b" /Contents ")
    end = start + 2 * room + 2
    content[at : at + len(UNKNOWN_RANGE)] = b"/ByteRange [ 0 %10d %10d %10d ]" % (start, end, len(content) - end)
    return SignaturePlaceholder(content, start, end, hashed)


def _listed(array: pikepdf.Object) -> str:
    return str(array.unparse(resolved=True), "latin-1")[1:-1].strip()


def _inside(dictionary: pikepdf.Object, left_out: str = "") -> str:
    if left_out:
        dictionary = pikepdf.Dictionary({key: value for key, value in dictionary.items() if key != left_out})
    return str(dictionary.unparse(resolved=True), "latin-1")[2:-2].strip()


def _written(value: pikepdf.Object) -> str:
    """The value in PDF syntax; an indirect object becomes a reference."""
    return str(value.unparse(), "latin-1")
