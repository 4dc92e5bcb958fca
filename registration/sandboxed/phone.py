"""A sheet as a picture for a telephone: marked as a copy, with the address and the code that check it below."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from registration.sandboxed.page import WIDTH, as_png, draw_pdf

PAPER, INK, FAINT = (255, 255, 255), (26, 32, 41), (90, 96, 108, 26)
MARGIN, QR, LARGE, SMALL, MARK = 40, 260, 44, 30, 190
LEADING = 1.45


def draw(parameters: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """PNG of the first page of the PDF `parts[0]` above a band with the QR code `parts[1]` and `lines` of text.

    The first line is large. `mark` is written across the page, `font` is the file of a font. `broken`: the page cannot
    be drawn.
    """
    try:
        page = draw_pdf(parts[0], 1)
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError):
        page = None
    if page is None:
        return {"broken": True}, b""
    with Image.open(BytesIO(page), formats=("PNG",)) as drawn:
        sheet = _marked(drawn.convert("RGBA"), parameters["mark"], parameters["font"])
    band = _band(parameters["lines"], parts[1], parameters["font"])
    whole = Image.new("RGB", (WIDTH, sheet.height + band.height), PAPER)
    whole.paste(sheet, (0, 0))
    whole.paste(band, (0, sheet.height))
    return {"broken": False}, as_png(whole)


def _marked(page: Image.Image, mark: str, font: str) -> Image.Image:
    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    middle = (page.width // 2, page.height // 2)
    ImageDraw.Draw(layer).text(middle, mark, fill=FAINT, font=ImageFont.truetype(font, MARK), anchor="mm")
    return Image.alpha_composite(page, layer.rotate(24, center=middle)).convert("RGB")


def _band(lines: list[str], code: bytes, font: str) -> Image.Image:
    left, room = MARGIN + QR + MARGIN, WIDTH - QR - 3 * MARGIN
    sizes = [LARGE, *[SMALL] * (len(lines) - 1)]
    fonts = [ImageFont.truetype(font, size) for size in sizes]
    rows = [(row, own) for line, own in zip(lines, fonts, strict=True) for row in _wrapped(line, room, own)]
    height = sum(int(own.size * LEADING) for _row, own in rows)
    band = Image.new("RGB", (WIDTH, max(height, QR) + 2 * MARGIN), PAPER)
    pen, at = ImageDraw.Draw(band), MARGIN
    pen.line(((0, 0), (WIDTH, 0)), fill=INK, width=2)
    with Image.open(BytesIO(code), formats=("PNG",)) as drawn:
        band.paste(drawn.convert("RGB").resize((QR, QR), Image.Resampling.NEAREST), (MARGIN, MARGIN))
    for row, own in rows:
        pen.text((left, at), row, fill=INK, font=own)
        at += int(own.size * LEADING)
    return band


def _wrapped(line: str, room: int, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Rows that fit; an address has no spaces, so that it breaks at any sign."""
    row = ""
    for sign in line:
        if font.getlength(row + sign) > room:
            yield row
            row = ""
        row += sign
    yield row
