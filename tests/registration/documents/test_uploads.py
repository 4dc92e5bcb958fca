"""A file is judged by reading it: what its name says, and what its first bytes pretend, count for nothing."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from registration.documents import previews, uploads
from registration.errors import InvalidInput, NotFound
from registration.gateways.storage import FolderStorage
from registration.sandboxed.document import MOST_PAGES

Change = Callable[[pikepdf.Pdf], None]


def pdf(change: Change | None = None, *, pages: int = 1, **more: Any) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(document)
    buffer = BytesIO()
    document.save(buffer, **more)
    return buffer.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: Any) -> bytes:
    buffer = BytesIO()
    Image.new(mode, size, 1).save(buffer, kind, **more)
    return buffer.getvalue()


def refusal(data: bytes, **more: Any) -> str:
    with pytest.raises(InvalidInput) as refused:
        uploads.judge(data, "a.pdf", **more)
    (problem,) = refused.value.problems
    assert problem.path == "file"
    return str(problem.code)


@pytest.mark.parametrize(
    ("data", "filename", "expected"),
    [
        pytest.param(pdf(pages=3), "章程.pdf", ("application/pdf", 3, "章程.pdf"), id="pdf"),
        pytest.param(picture("JPEG"), "IMG_1.JPEG", ("image/jpeg", 1, "IMG_1.jpeg"), id="jpeg"),
        pytest.param(picture("PNG"), "照片.pdf", ("image/png", 1, "照片.png"), id="png that is called a pdf"),
        pytest.param(pdf(), "C:\\Users\\lin\\合同.jpg", ("application/pdf", 1, "合同.pdf"), id="path of Windows"),
        pytest.param(pdf(), "../../run.exe", ("application/pdf", 1, "run.exe.pdf"), id="path upwards"),
        pytest.param(pdf(), "", ("application/pdf", 1, "file.pdf"), id="no name"),
    ],
)
def test_what_is_whole_is_taken_for_what_it_is(data: bytes, filename: str, expected: tuple[str, int, str]) -> None:
    judged = uploads.judge(data, filename)
    assert (judged.content_type, judged.pages, judged.filename) == expected


def _root(**entries: Any) -> Change:
    return lambda document: document.Root.update(entries)


def _note(**entries: Any) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **entries)
        document.pages[0].Annots = Array([note])

    return change


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["run.exe"] = b"along for the ride"


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
LAUNCH = Dictionary(S=Name.Launch, F="run.exe")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_root(**{"/OpenAction": SCRIPT}), id="script when opened"),
        pytest.param(_root(**{"/AA": Dictionary(WC=SCRIPT)}), id="script when closed"),
        pytest.param(_root(**{"/AcroForm": Dictionary(XFA="<xdp/>")}), id="form with a program"),
        pytest.param(lambda document: document.pages[0].update({"/AA": Dictionary(O=SCRIPT)}), id="script of a page"),
        pytest.param(_note(Subtype=Name.Link, A=LAUNCH), id="link that starts a program"),
        pytest.param(_note(Subtype=Name.Link, A=Dictionary(S=Name.GoTo, Next=Array([LAUNCH]))), id="second action"),
        pytest.param(_note(Subtype=Name.RichMedia), id="film"),
        pytest.param(_attach, id="attachment"),
    ],
)
@pytest.mark.parametrize("hidden", [False, True], ids=["plain", "in a compressed stream"])
def test_a_pdf_that_acts_by_itself_is_refused(change: Change, hidden: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if hidden else pikepdf.ObjectStreamMode.disable
    assert refusal(pdf(change, object_stream_mode=mode)) == "upload.active"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_note(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://example.cn")), id="web link"),
        pytest.param(lambda document: document.Root.update({"/OpenAction": Array([document.pages[0].obj, Name.Fit])}),
                     id="opens on a page"),
    ],
)  # fmt: skip
def test_what_many_printers_write_is_no_harm(change: Change) -> None:
    assert uploads.judge(pdf(change), "a.pdf").pages == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "upload.empty"),
        (b"<html>%PDF-1.7", "upload.kind_unknown"),
        (picture("GIF"), "upload.kind_unknown"),
        (picture("PNG")[:60], "upload.damaged"),
        (picture("JPEG")[:300], "upload.damaged"),
        (b"%PDF-1.7\n" + b"x" * 500, "upload.damaged"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "upload.encrypted"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_flood_of_pixels_is_refused_before_it_is_decoded() -> None:
    small_file = picture("PNG", size=(12_000, 12_000), mode="1", optimize=True)
    assert len(small_file) < 100_000
    assert refusal(small_file) == "upload.too_many_pixels"


def test_limits_of_size_and_pages() -> None:
    assert refusal(pdf(), most_bytes=100) == "upload.too_large"
    assert refusal(pdf(pages=MOST_PAGES + 1)) == "upload.too_many_pages"


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_kept(filename: str) -> None:
    name = uploads.tidy_name(filename, content_type="image/png")
    assert name == Path(name).name
    assert name.endswith(".png")
    assert name.isprintable()
    assert len(name) <= uploads.NAME_LENGTH + 4
    assert uploads.tidy_name(name, content_type="image/png") == name


def test_the_same_file_twice_lies_there_once(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    data = pdf()
    first, second = (uploads.keep(data, uploads.judge(data, name), storage=storage) for name in ("a.pdf", "b.pdf"))
    assert first.storage_key == second.storage_key
    assert (first.filename, second.filename) == ("a.pdf", "b.pdf")
    assert storage.get(first.storage_key) == data


def test_pages_are_drawn_and_kept(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    data = pdf(pages=2)
    stored = uploads.keep(data, uploads.judge(data, "a.pdf"), storage=storage)
    asked = {"storage_key": stored.storage_key, "sha256": stored.sha256, "content_type": stored.content_type}
    drawn = previews.page_image(storage, page=2, **asked)
    with Image.open(BytesIO(drawn)) as page:
        assert (page.format, page.width) == ("PNG", 1400)
    kept = storage.get(f"previews/{stored.sha256[:2]}/{stored.sha256}-2.png")
    assert kept == drawn
    with pytest.raises(NotFound):
        previews.page_image(storage, page=3, **asked)


def test_a_photograph_loses_what_the_camera_wrote_beside_it() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of the telephone"
    exif[0x0112] = 6
    drawn = previews.draw(picture("JPEG", size=(80, 40), exif=exif), content_type="image/jpeg", page=1)
    with Image.open(BytesIO(drawn)) as page:
        assert page.size == (40, 80)
        assert not page.getexif()


def test_a_file_that_breaks_the_reader_breaks_only_it() -> None:
    with pytest.raises(NotFound, match="preview_impossible"):
        previews.draw(b"%PDF-1.7 and nothing else", content_type="application/pdf", page=1)
