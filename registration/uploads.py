"""Judging an uploaded file by really reading it: what it is, whether it is whole, whether it could do harm."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from threading import Lock
from typing import Any

import pikepdf
from PIL import Image, ImageFile

from registration.errors import InvalidInput
from registration.gateways.storage import Storage
from registration.operations.apply import Stored
from registration.rules.problems import Problem

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
FORMATS = {"JPEG": JPEG, "PNG": PNG}

# A small file can hold a picture that fills the memory: 100 million pixels are an A3 page at 600 dots per inch.
MOST_PIXELS = 100_000_000
MOST_PAGES = 300
DEEPEST = 40
NAME_LENGTH = 120
# Pillow keeps its leniency in one place for the whole process.
_PILLOW = Lock()

# What makes a document act by itself, or carry another file along. Names of PDF 2.0 (ISO 32000-2) 7.11, 12.6, 13.
_ACTIVE_IN_ROOT = ("/OpenAction", "/AA", "/Collection")
_ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"})
_ACTIVE_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept; `filename` carries the ending of what the content is."""

    content_type: str
    pages: int
    filename: str


def judge(data: bytes, filename: str, *, most_bytes: int = 10 * 1024 * 1024, path: str = "file") -> Judged:
    """What a file is, by its content and never by its name; InvalidInput at `path` with what to do instead."""
    try:
        content_type, pages = _read(data, most_bytes=most_bytes)
    except _Refused as refused:
        raise InvalidInput([Problem(path, refused.code, refused.data)]) from None
    return Judged(content_type, pages, tidy_name(filename, content_type=content_type))


def tidy_name(filename: str, *, content_type: str) -> str:
    """The last part of the name without control characters, and with the ending that its content has."""
    name = PurePath(filename.replace("\\", "/")).name
    seen = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip(" .")
    stem = seen if PurePath(seen).suffix.lower() not in _KNOWN_ENDINGS else PurePath(seen).stem
    ending = PurePath(seen).suffix.lower()
    kept = ending if ending in ENDINGS[content_type] else ENDINGS[content_type][0]
    return (stem.strip(" .")[:NAME_LENGTH] or "file") + kept


_KNOWN_ENDINGS = frozenset(ending for endings in ENDINGS.values() for ending in endings)


class _Refused(Exception):
    def __init__(self, code: str, **data: Any) -> None:
        self.code, self.data = code, data
        super().__init__(code)


def _read(data: bytes, *, most_bytes: int) -> tuple[str, int]:
    if not data:
        raise _Refused("upload.empty")
    if len(data) > most_bytes:
        raise _Refused("upload.too_large", most=most_bytes // 2**20)
    if data.startswith(b"%PDF-"):
        return PDF, _pages_of_pdf(data)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _kind_of_picture(data), 1
    raise _Refused("upload.kind_unknown")


def _kind_of_picture(data: bytes) -> str:
    """Decodes every pixel: a header alone proves nothing, and a picture cut short shows only half a page."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; our own limit decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=tuple(FORMATS)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _Refused("upload.too_many_pixels", most=MOST_PIXELS // 1_000_000)
                with _whole_pictures():
                    picture.load()
                return FORMATS[picture.format or ""]
    except Image.DecompressionBombError as flood:
        raise _Refused("upload.too_many_pixels", most=MOST_PIXELS // 1_000_000) from flood
    except (OSError, SyntaxError, ValueError, KeyError) as broken:
        raise _Refused("upload.damaged") from broken


@contextmanager
def _whole_pictures() -> Iterator[None]:
    """WeasyPrint, where it is loaded, lets Pillow fill up pictures that were cut short; here none may be."""
    with _PILLOW:
        lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _pages_of_pdf(data: bytes) -> int:
    try:
        with pikepdf.open(BytesIO(data)) as document:
            if document.is_encrypted:
                raise _Refused("upload.encrypted")
            pages = len(document.pages)
            if _is_active(document):
                raise _Refused("upload.active")
    except pikepdf.PasswordError as locked:
        raise _Refused("upload.encrypted") from locked
    except (pikepdf.PdfError, OSError, ValueError, TypeError, KeyError, RuntimeError) as broken:
        raise _Refused("upload.damaged") from broken
    if pages == 0:
        raise _Refused("upload.damaged")
    if pages > MOST_PAGES:
        raise _Refused("upload.too_many_pages", most=MOST_PAGES)
    return pages


def _is_active(document: pikepdf.Pdf) -> bool:
    root = document.Root
    names = root.get("/Names")
    form = root.get("/AcroForm")
    return (
        any(key in root and not _is_plain_destination(root[key]) for key in _ACTIVE_IN_ROOT)
        or (isinstance(names, pikepdf.Dictionary) and any(key in names for key in _ACTIVE_NAMES))
        or (isinstance(form, pikepdf.Dictionary) and "/XFA" in form)
        or any(_acts(item) for item in document.objects)
    )


def _is_plain_destination(value: Any) -> bool:
    """Opening on a certain page is what many printers and scanners write, and harms nobody."""
    if isinstance(value, pikepdf.Array):
        return True
    return isinstance(value, pikepdf.Dictionary) and value.get("/S") == "/GoTo"


def _acts(item: Any, *, depth: int = 0) -> bool:
    """Looks at every object of the file, since an action may hang on a page, a field or a note, ever so deep."""
    if depth > DEEPEST:
        return True
    if isinstance(item, pikepdf.Dictionary):
        return _is_harmful(item) or any(_acts(value, depth=depth + 1) for value in _own_parts(item.values()))
    if isinstance(item, pikepdf.Array):
        return any(_acts(value, depth=depth + 1) for value in _own_parts(item))
    return False


def _own_parts(values: Iterable[Any]) -> Iterator[Any]:
    """What stands in the object itself; what it refers to is an object of its own and has its turn."""
    return (
        value for value in values if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
    )


def _is_harmful(item: pikepdf.Dictionary) -> bool:
    subtype = item.get("/Subtype")
    return (
        str(item.get("/S")) in _ACTIVE_ACTIONS
        or "/JS" in item
        or (subtype is not None and str(subtype) in _ACTIVE_ANNOTATIONS)
        or (item.get("/Type") == "/Filespec" and "/EF" in item)
    )


def keep(data: bytes, judged: Judged, *, storage: Storage) -> Stored:
    """Stores a judged file under its own digest, so that the same file handed in twice lies there once."""
    digest = sha256(data).hexdigest()
    key = f"materials/{digest[:2]}/{digest}"
    storage.put(key, data)
    return Stored(judged.filename, judged.content_type, len(data), judged.pages, digest, key)
