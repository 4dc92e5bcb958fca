"""What a PDF may carry and what not: nothing that runs, fetches, sends or leads out; data and restrictions pass."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from registration.documents import uploads
from registration.gateways.antivirus import EICAR
from tests.registration.documents.test_uploads import Change, pdf, refusal


def _linked(**action: Any) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(**action))
        document.pages[0].Annots = Array([note])

    return change


def _attached(name: str, content: bytes) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments[name] = content

    return change


def _pinned(file: Callable[[pikepdf.Pdf], Any]) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=file(document))
        document.pages[0].Annots = Array([note])

    return change


def _file(name: str, content: bytes) -> Callable[[pikepdf.Pdf], Any]:
    return lambda document: Dictionary(
        Type=Name.Filespec, F=String(name), EF=Dictionary(F=document.make_stream(content))
    )


def _outside_stream(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"", F=String("\\\\server\\share\\page"))
    document.pages[0].Contents = stream


@pytest.mark.parametrize(
    "change",
    [
        *(
            pytest.param(_linked(S=Name(f"/{kind}"), **more), id=name)
            for name, kind, more in (
                ("a script", "JavaScript", {"JS": String("app.alert(1)")}),
                ("a program", "Launch", {"F": String("run.exe")}),
                ("a form that is sent", "SubmitForm", {"F": Dictionary(FS=Name.URL, F=String("http://x.example"))}),
                ("data that is fetched", "ImportData", {"F": String("a.fdf")}),
                ("an embedded document", "GoToE", {"T": Dictionary(R=Name.C, N=String("a.pdf"))}),
                ("a film", "Movie", {}),
                ("a rendition", "Rendition", {}),
                ("a network path", "GoToR", {"F": String("\\\\server\\share\\a.pdf")}),
                ("a network path with slashes", "GoToR", {"F": String("//server/share/a.pdf")}),
                ("an address", "GoToR", {"F": Dictionary(FS=Name.URL, F=String("http://x.example/a.pdf"))}),
                ("a drive", "GoToR", {"F": Dictionary(Type=Name.Filespec, UF=String("C:\\a.pdf"))}),
                ("a root", "GoToR", {"F": Dictionary(F=String("/etc/passwd"))}),
                ("a file by its address", "URI", {"URI": String("file:///c:/a.exe")}),
                ("a network path by its address", "URI", {"URI": String("\\\\server\\share")}),
                ("a script by its address", "URI", {"URI": String("javascript:alert(1)")}),
            )
        ),
        pytest.param(_attached("run.exe", b"MZ"), id="a program along"),
        pytest.param(_attached("data.xml", b"MZ\x90\x00"), id="a program under another name"),
        pytest.param(_attached("inner.pdf", b"%PDF-1.7"), id="a document along"),
        pytest.param(_attached("macros.docm", b"PK\x03\x04"), id="an archive along"),
        pytest.param(_attached("page.html", b"<script>"), id="a page along"),
        pytest.param(_pinned(_file("run.js", b"x()")), id="a script on a pin"),
        pytest.param(_pinned(lambda _: String("\\\\server\\share\\a.xml")), id="a pin that leads out"),
        pytest.param(_outside_stream, id="a page that is another file"),
    ],
)
@pytest.mark.parametrize("hidden", [False, True], ids=["plain", "in a compressed stream"])
def test_what_acts_or_leads_out_is_refused(change: Change, hidden: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if hidden else pikepdf.ObjectStreamMode.disable
    assert refusal(pdf(change, object_stream_mode=mode)) == "upload.active"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_attached("invoice.xml", b"<invoice/>"), id="data of an invoice"),
        pytest.param(_attached("licence.json", b"{}"), id="data of a licence"),
        pytest.param(_pinned(_file("notes.txt", b"notes")), id="notes on a pin"),
        pytest.param(_linked(S=Name.URI, URI=String("https://example.cn/a?b=c:d")), id="a link"),
        pytest.param(_linked(S=Name.URI, URI=String("mailto:a@example.cn")), id="an address of mail"),
        pytest.param(_linked(S=Name.GoToR, F=String("annex.pdf")), id="a file beside it"),
    ],
)
def test_what_only_lies_there_passes(change: Change) -> None:
    assert uploads.judge(pdf(change), "a.pdf").pages == 1


def test_restrictions_without_a_password_pass() -> None:
    restricted = pdf(encryption=pikepdf.Encryption(owner="o", user=""))
    assert uploads.judge(restricted, "a.pdf").pages == 1


def test_bytes_before_the_header_pass_as_readers_take_them() -> None:
    assert uploads.judge(b"\r\nscanner 1.0\r\n" + pdf(), "a.pdf").content_type == "application/pdf"
    assert refusal(b" " * 2000 + pdf()) == "upload.kind_unknown"
    for other in (b"<html>", b"MZ\x90\x00", b"PK\x03\x04", b"#!/bin/sh\n"):
        assert refusal(other + pdf()) == "upload.kind_unknown"


def test_a_photograph_with_a_second_picture_behind_it_is_a_photograph() -> None:
    content, small = BytesIO(), Image.new("RGB", (60, 40), "red")
    small.save(content, "MPO", save_all=True, append_images=[small])
    assert uploads.judge(content.getvalue(), "IMG_1.jpg").content_type == "image/jpeg"


def test_the_test_file_of_scanners_is_in_no_text_of_ours() -> None:
    """It would have a scanner delete the program."""
    assert EICAR.startswith(b"X5O!P%@AP")
    assert len(EICAR) == 68
