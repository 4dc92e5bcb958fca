"""Run as a program by `previews`: a document on standard input, one page of it as PNG on standard output.

It imports nothing of the project, limits its own memory and time, and ends: a file that breaks the reader breaks
only it.
"""

import resource
import sys
from io import BytesIO

WIDTH = 1400
BYTES = 2 * 1024**3
SECONDS = 20
NO_SUCH_PAGE = 3
PIXELS = 100_000_000


def main(content_type: str, page: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    data = sys.stdin.buffer.read()
    drawn = draw_pdf(data, page) if content_type == "application/pdf" else draw_picture(data, page)
    if drawn is None:
        return NO_SUCH_PAGE
    sys.stdout.buffer.write(drawn)
    return 0


def draw_pdf(data: bytes, page: int) -> bytes | None:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if not 1 <= page <= len(document):
        return None
    found = document[page - 1]
    width, height = found.get_size()
    # A page as wide as a house is drawn small rather than not at all.
    scale = min(WIDTH / max(width, 1), (PIXELS / 10 / max(width * height, 1)) ** 0.5)
    return as_png(found.render(scale=scale, may_draw_forms=False).to_pil())


def draw_picture(data: bytes, page: int) -> bytes | None:
    from PIL import Image, ImageOps

    if page != 1:
        return None
    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
        # Telephones store how they were held beside the pixels; drawn anew, nothing else of that record is left.
        return as_png(ImageOps.exif_transpose(picture))


def as_png(picture: object) -> bytes:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    plain = picture.convert("RGB")
    plain.thumbnail((WIDTH, WIDTH * 3))
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    buffer = BytesIO()
    clean.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
