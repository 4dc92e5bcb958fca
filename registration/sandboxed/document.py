"""Checks an uploaded file by reading it: its type, and whether it is complete."""

import warnings
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits
from PIL import Image, ImageFile

from registration.sandboxed import active, pictures
from registration.sandboxed.refused import Refused

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
# MPO (CIPA DC-007): a JPEG behind which a phone puts a second picture. Every reader shows the first.
FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "HEIF": JPEG}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# Readers look for the header in so many bytes (ISO 32000-1, annex H.3, note 13).
BYTES_BEFORE_HEADER = 1024
# What begins like this is a page of the web, an archive or a program, whatever follows.
OTHER_KINDS = (b"<", b"PK\x03\x04", b"MZ", b"\x7fELF", b"#!")
# A small file can hold a picture that fills the memory: 100 million pixels are an A3 page at 600 dots per inch.
MOST_PIXELS = 100_000_000
MOST_PAGES = 300
MOST_OBJECTS = 200_000
MOST_DECODED = 64 * 1024 * 1024


def judge(_parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """`content_type`, `pages` and `faults` (codes of the messages), or `refused` with a code and its data.

    A picture that browsers do not show (HEIC) is returned as JPEG; any other file is kept as it is.
    """
    try:
        return _read(parts[0])
    except Refused as refused:
        return {"refused": refused.code, "data": refused.data}, b""


def _read(data: bytes) -> tuple[dict[str, Any], bytes]:
    if data.startswith(PICTURES) or pictures.is_heif(data):
        kind, made, faults = _read_picture(data)
        return {"content_type": kind, "pages": 1, "faults": faults}, made
    if b"%PDF-" in data[: BYTES_BEFORE_HEADER + 5] and not data.lstrip().startswith(OTHER_KINDS):
        return {"content_type": PDF, "pages": _pages_of_pdf(data), "faults": []}, b""
    raise Refused("upload.kind_unknown")


def _read_picture(data: bytes) -> tuple[str, bytes, list[str]]:
    """Decodes every pixel: a header alone proves nothing, and a picture cut short shows only half a page.

    Returns the type, the picture as JPEG if it is of another type than browsers show, and what is wrong with it.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; our own limit decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=("JPEG", "PNG", "HEIF")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused("upload.too_many_pixels", most=MOST_PIXELS // 1_000_000)
                picture.load()
                made = pictures.as_jpeg(picture) if picture.format == "HEIF" else b""
                return FORMATS[picture.format or ""], made, pictures.faults(picture)
    except Image.DecompressionBombError as flood:
        raise Refused("upload.too_many_pixels", most=MOST_PIXELS // 1_000_000) from flood
    except (OSError, SyntaxError, ValueError, KeyError) as broken:
        raise Refused("upload.damaged") from broken


def _pages_of_pdf(data: bytes) -> int:
    """A document with many objects is slow to check, and a scanned paper has few."""
    set_qpdf_limits(flate_max_memory=MOST_DECODED, max_stream_filters=4, doc_max_warnings=0)
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as document:
            # Restrictions need no password to read, and bind what a reader offers: the office only reads.
            pages = len(document.pages)
            if int(document.trailer.get("/Size", 0)) > MOST_OBJECTS:
                raise Refused("upload.too_costly")
            if active.is_active(document):
                raise Refused("upload.active")
            if any("limit exceeded" in str(warning) for warning in document.get_warnings()):
                # Some of it was not looked at. What is in there, another reader might do.
                raise Refused("upload.too_costly")
    except pikepdf.PasswordError as locked:
        raise Refused("upload.encrypted") from locked
    except (pikepdf.PdfError, OSError, ValueError, TypeError, LookupError, RuntimeError) as broken:
        raise Refused("upload.damaged") from broken
    if pages == 0:
        raise Refused("upload.damaged")
    if pages > MOST_PAGES:
        raise Refused("upload.too_many_pages", most=MOST_PAGES)
    return pages
