"""Draws one page of a document as a picture."""

from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from registration.sandboxed.document import MOST_PIXELS

WIDTH = 1400


def draw(parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """Page `parameters["page"]`, from 1, as PNG. `found`: the page exists; `broken`: the file cannot be drawn."""
    pdf = parameters["content_type"] == "application/pdf"
    try:
        drawn = draw_pdf(parts[0], parameters["page"]) if pdf else draw_picture(parts[0], parameters["page"])
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return {"found": False, "broken": True}, b""
    return {"found": drawn is not None, "broken": False}, drawn or b""


def draw_pdf(data: bytes, page: int) -> bytes | None:
    document = pypdfium2.PdfDocument(data)
    if not 1 <= page <= len(document):
        return None
    found = document[page - 1]
    width, height = found.get_size()
    # A page as wide as a house is drawn small rather than not at all.
    scale = min(WIDTH / max(width, 1), (MOST_PIXELS / 10 / max(width * height, 1)) ** 0.5)
    return as_png(found.render(scale=scale, may_draw_forms=False).to_pil())


def draw_picture(data: bytes, page: int) -> bytes | None:
    if page != 1:
        return None
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
        # Telephones store the orientation as metadata; in the new picture no other metadata is left.
        return as_png(ImageOps.exif_transpose(picture))


def as_png(picture: Image.Image) -> bytes:
    plain = picture.convert("RGB")
    plain.thumbnail((WIDTH, WIDTH * 3))
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    buffer = BytesIO()
    clean.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
