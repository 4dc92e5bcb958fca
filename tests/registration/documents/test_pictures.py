"""Photographs of papers: of any telephone, several as one document, turned, and judged for reading."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from registration.documents import uploads
from registration.documents.uploads import Sent
from registration.errors import InvalidInput
from registration.settings import Settings
from tests.registration.documents.test_uploads import pdf

PHONE = (Path(__file__).parents[2] / "fixtures" / "files" / "phone.heic").read_bytes()


def page(size: tuple[int, int] = (1200, 1600)) -> Image.Image:
    """Lines of dark words on paper."""
    drawn = Image.new("RGB", size, (235, 232, 225))
    pen = ImageDraw.Draw(drawn)
    for y in range(120, size[1] - 100, 44):
        pen.text((90, y), "Heyi one window one form one licence " * 3, (30, 30, 40), font_size=26)
    return drawn


def jpeg(picture: Image.Image, **more: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=90, **more)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("picture", "faults"),
    [
        pytest.param(page(), (), id="clear"),
        pytest.param(ImageEnhance.Brightness(page()).enhance(0.7), (), id="in the evening"),
        pytest.param(ImageEnhance.Brightness(page()).enhance(0.15), ("picture.dark",), id="in the dark"),
        pytest.param(page().filter(ImageFilter.GaussianBlur(7)), ("picture.blurred",), id="out of focus"),
        pytest.param(Image.new("RGB", (1200, 1600), "white"), ("picture.blank",), id="a white sheet"),
        pytest.param(Image.new("RGB", (1200, 1600), "black"), ("picture.dark",), id="a finger on the lens"),
        pytest.param(page().resize((450, 600)), ("picture.too_small",), id="a thumbnail"),
    ],
)
def test_what_nobody_could_read_is_said_and_not_refused(picture: Image.Image, faults: tuple[str, ...]) -> None:
    assert uploads.judge(jpeg(picture), "a.jpg").faults == faults


def test_a_picture_of_an_apple_telephone_is_kept_as_one_that_browsers_show() -> None:
    judged = uploads.judge(PHONE, "IMG_0042.HEIC")
    assert (judged.content_type, judged.filename, judged.faults) == ("image/jpeg", "IMG_0042.jpg", ())
    assert judged.made is not None
    with Image.open(BytesIO(judged.made)) as made:
        assert (made.format, made.size, dict(made.getexif())) == ("JPEG", (900, 1200), {})


def test_a_broken_picture_of_a_telephone_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        uploads.judge(PHONE[:4000], "IMG_0042.HEIC")
    assert [one.code for one in refused.value.problems] == ["upload.damaged"]


def test_several_pictures_are_one_document_in_their_order(settings: Settings) -> None:
    sideways = Image.Exif()
    sideways[0x0112] = 6
    files = [
        Sent(jpeg(page()), "合同1.jpg"),
        Sent(jpeg(page((1600, 1200)), exif=sideways), "合同2.jpg"),
        Sent(PHONE, "合同3.heic"),
    ]
    (made,) = uploads.together(files, settings=settings)
    assert made.filename == "合同1.pdf"
    with pikepdf.open(BytesIO(made.data)) as document:
        assert [[round(float(edge)) for edge in one.mediabox] for one in document.pages] == [
            [0, 0, 288, 384],
            [0, 0, 288, 384],
            [0, 0, 216, 288],
        ]
    assert uploads.judge(made.data, made.filename).pages == 3
    mixed = [*files, Sent(pdf(), "附件.pdf")]
    assert uploads.together(mixed, settings=settings) == mixed


def test_a_document_is_turned_to_the_right() -> None:
    upright = page((900, 1200))
    upright.paste("red", (0, 0, 900, 60))
    turned = uploads.turned(jpeg(upright), "a.jpg", content_type="image/jpeg")
    with Image.open(BytesIO(turned.data)) as made:
        assert made.size == (1200, 900)
        pixel = made.convert("RGB").getpixel((1190, 450))
        assert isinstance(pixel, tuple)
        red, _green, blue = pixel
        assert red > 200 > blue
    document = uploads.turned(pdf(pages=2), "a.pdf", content_type="application/pdf")
    with pikepdf.open(BytesIO(document.data)) as made:
        assert [one.rotation if hasattr(one, "rotation") else int(one.Rotate) for one in made.pages] == [90, 90]
