"""Pictures of papers: one format for all telephones, several as one document, turned, and judged for reading."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pi_heif import register_heif_opener
from PIL import Image, ImageFilter, ImageOps, ImageStat

# The brands of ISO/IEC 23008-12 (HEIF) that telephones write; they stand behind the length and `ftyp`.
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
QUALITY = 88
# A page of A4 at 300 dots per inch: no printed word needs more.
PAGE = (2480, 3508)
DOTS_PER_INCH = 300
# A4 at 85 dots per inch; below that, small print is lost.
FEWEST_PIXELS = 700
LOOKED_AT = 1600
# Of a picture in grey, from 0 to 255: its mean, the deviation from it, and the edges that a sharp letter has.
DARK, BLANK, BLURRED = 60, 6, 40

register_heif_opener()


def is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS


def as_jpeg(picture: Image.Image) -> bytes:
    """Upright and without the metadata of the telephone, which may tell where somebody lives."""
    buffer = BytesIO()
    _upright(picture).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def faults(picture: Image.Image) -> list[str]:
    """Why a person may fail to read the picture: codes of the messages. None of them is a reason to refuse it."""
    grey = picture.convert("L")
    small = min(grey.size) < FEWEST_PIXELS
    grey.thumbnail((LOOKED_AT, LOOKED_AT))
    tone = ImageStat.Stat(grey)
    return ["picture.too_small"] * small + list(_faults_of_light(grey, tone.mean[0], tone.stddev[0]))


def _faults_of_light(grey: Image.Image, mean: float, deviation: float) -> Iterator[str]:
    if deviation < BLANK:
        yield "picture.dark" if mean < DARK else "picture.blank"
    elif mean < DARK:
        yield "picture.dark"
    elif _sharpest_edges(grey) < BLURRED:
        yield "picture.blurred"


def _sharpest_edges(grey: Image.Image) -> int:
    """The strength that one of two hundred points exceeds: a page has few letters and much paper."""
    histogram, seen = grey.filter(ImageFilter.FIND_EDGES).histogram(), 0
    for strength in range(255, -1, -1):
        seen += histogram[strength]
        if seen * 200 > grey.width * grey.height:
            return strength
    return 0


def combine(_parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """One PDF with a page for each picture, in their order. Each has been judged before."""
    pages = [_as_page(part) for part in parts]
    buffer = BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=DOTS_PER_INCH, quality=QUALITY)
    return {}, buffer.getvalue()


def turn(parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """The picture or every page of the document, a quarter turn to the right."""
    buffer = BytesIO()
    if parameters["content_type"] == "application/pdf":
        with pikepdf.open(BytesIO(parts[0]), suppress_warnings=True) as document:
            for page in document.pages:
                page.rotate(90, relative=True)
            document.save(buffer)
    else:
        with _opened(parts[0]) as picture:
            kept = picture.format if picture.format in ("JPEG", "PNG") else "JPEG"
            _upright(picture).transpose(Image.Transpose.ROTATE_270).save(buffer, kept, quality=QUALITY)
    return {}, buffer.getvalue()


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=("JPEG", "PNG", "HEIF"))


def _as_page(data: bytes) -> Image.Image:
    with _opened(data) as picture:
        page = _upright(picture)
    page.thumbnail(PAGE if page.height >= page.width else PAGE[::-1])
    return page


def _upright(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture).convert("RGB")
