"""Reads the QR codes of a picture, or of the first page of a PDF."""

from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image

from registration.sandboxed.document import MOST_PIXELS

DPI = 300
# A paper shows one. Who reads two does not know which is meant, and need not know how many more there are.
MOST_CODES = 10


def read(parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """`codes`: their texts; None for what is no picture. `parameters["pdf"]`: whether it is a PDF."""
    # Not installed everywhere: the command that asks has seen that it is.
    import zxingcpp

    try:
        picture = _page(parts[0]) if parameters["pdf"] else _picture(parts[0])
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, IndexError, Image.DecompressionBombError):
        return {"codes": None}, b""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return {"codes": [str(one.text) for one in found[:MOST_CODES]]}, b""


def _picture(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    return Image.open(BytesIO(data), formats=("PNG", "JPEG")).convert("L")


def _page(data: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        page = document[0]
        width, height = page.get_size()
        scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        picture: Image.Image = page.render(scale=scale).to_pil()
        return picture.convert("L")
