"""Pictures and text of the pages of a PDF made by this package."""

import io
from collections.abc import Iterator

import pypdfium2
from PIL import Image

INCH = 72


def pages(pdf: bytes, *, dpi: int) -> Iterator[Image.Image]:
    """Each page as a picture at `dpi` dots per inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield page.render(scale=dpi / INCH).to_pil().convert("RGB")
    finally:
        document.close()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def texts(pdf: bytes) -> list[str]:
    """The text of each page without white space, so that line breaks do not matter."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()
