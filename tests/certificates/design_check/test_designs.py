"""A design as a folder: found, judged, and kept to what its manifest says."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from certificates.design_check.files import by_files, check_files
from certificates.design_check.findings import SENTENCES
from certificates.errors import DesignError, RenderError
from certificates.paper import design, samples
from certificates.paper.page_images import texts
from certificates.paper.papers import render_paper
from certificates.paper.pdf import render, renderer
from certificates.particulars import Particulars
from tests.fixtures.marks import some_of

Make = Callable[..., Particulars]
Found = Callable[[], set[tuple[str, str]]]


class Office:
    """The folder of an office's own designs, with a small copy of the shipped one in it."""

    def __init__(self, shelf: Path) -> None:
        self.shelf = shelf
        self.folder = shelf / "yiwu"
        shutil.copytree(design.DESIGNS / "jinhua", self.folder)
        self.manifest(name="yiwu", serves={"present": ["llc"]}, papers=["receipt"])
        self.hash()

    def manifest(self, **changes: Any) -> None:
        path = self.folder / design.MANIFEST
        known = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**known, **changes}, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def hash(self) -> list[str]:
        return design.record(design.read(self.folder))

    def findings(self) -> set[tuple[str, str]]:
        return {(finding.code, finding.place) for finding in check_files("yiwu", own=self.shelf)}

    def codes(self) -> set[str]:
        return {code for code, _ in self.findings()}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    design.find.cache_clear()
    renderer.cache_clear()
    return Office(tmp_path)


@pytest.mark.thorough
def test_a_copy_of_the_shipped_design_is_clean_and_prints(office: Office, make: Make) -> None:
    assert office.findings() == set()
    assert design.names(own=office.shelf) == ["jinhua", "yiwu"]
    assert render(make(), design="yiwu", own=office.shelf).startswith(b"%PDF")


def test_a_shipped_design_is_never_covered(tmp_path: Path) -> None:
    shutil.copytree(design.DESIGNS / "jinhua", tmp_path / "jinhua")
    assert design.folder_of("jinhua", own=tmp_path) == design.DESIGNS / "jinhua"


@pytest.mark.parametrize("name", ["../yiwu", "YIWU", "", "a/b", "yiwu\n", "nowhere"])
def test_a_design_is_asked_for_by_name_and_not_by_path(name: str, office: Office) -> None:
    with pytest.raises(RenderError) as caught:
        design.folder_of(name, own=office.shelf)
    assert caught.value.code == "render.unknown_design"


@pytest.mark.thorough
def test_a_changed_file_is_not_printed_with(office: Office, make: Make) -> None:
    office.change("licence.css", "#1b5252", "#5a1b52")
    assert office.findings() == {("file.changed", "licence.css")}
    with pytest.raises(DesignError) as caught:
        render(make(), design="yiwu", own=office.shelf)
    assert (caught.value.code, caught.value.data["file"]) == ("design.file_changed", "licence.css")
    assert office.hash() == ["licence.css"]
    assert render(make(), design="yiwu", own=office.shelf)


def test_what_was_checked_prints_whatever_happens_to_the_folder(office: Office, make: Make) -> None:
    before = render(make(), design="yiwu", own=office.shelf)
    digest = design.find("yiwu", own=office.shelf).digest()
    office.change("licence.html", "营业执照", "假执照")
    assert render(make(), design="yiwu", own=office.shelf) == before
    assert design.find("yiwu", own=office.shelf).digest() == digest != design.read(office.folder).digest()


def test_a_design_prints_only_what_it_serves(office: Office, make: Make, make_five: Make) -> None:
    for facts in (make("individual"), make_five()):
        with pytest.raises(DesignError) as caught:
            render(facts, design="yiwu", own=office.shelf)
        assert caught.value.code == "design.not_served"
    with pytest.raises(DesignError):
        render_paper(samples.paper("refusal"), design="yiwu", own=office.shelf)


def test_a_sample_design_never_prints_what_passes_for_real(office: Office, make: Make) -> None:
    office.manifest(sample=True)
    assert render(make(), design="yiwu", own=office.shelf)
    with pytest.raises(DesignError) as caught:
        render(make(sample=False), design="yiwu", own=office.shelf)
    assert caught.value.code == "design.only_samples"


Fault = tuple[str, str, str, tuple[str, str]]
REMOTE, LOCAL = "url(https://example.com/a.svg)", '<img alt="a" src="file:///etc/hostname"><div class="mark">'
KNOT, MARK = "url(assets/knot.svg)", '<div class="mark">'
OUTSIDE = ("reference.external", "licence.css")
IN_FILES: dict[str, Fault] = {
    "a font of the machine": (
        "licence.css",
        '4.233rem/1.5 "Heyi Serif"',
        "4.233rem/1.5 monospace",
        ("font.not_packaged", "licence.css"),
    ),
    "another family": ("paper.css", '7.5pt "Heyi Serif"', '7.5pt "Noto Sans"', ("font.not_packaged", "paper.css")),
    "a picture from the net": ("licence.css", KNOT, REMOTE, OUTSIDE),
    "a file of the machine": ("paper.html", MARK, LOCAL, ("reference.external", "paper.html")),
    "a file of another folder": ("licence.css", KNOT, "url(../jinhua/assets/knot.svg)", OUTSIDE),
    "an import": ("licence.css", "@page a3 {", '@import "//example.com/a.css"; @page a3 {', OUTSIDE),
    "data without measure": ("licence.css", KNOT, f"url(data:image/png;base64,{'A' * 9000})", OUTSIDE),
    "a script": ("licence.html", "<body>", "<body><script>alert(1)</script>", ("script.inline", "licence.html")),
    "a handler": ("paper.html", "<h1>", '<h1 onload="a()">', ("script.inline", "paper.html")),
    "a script in a picture": ("assets/knot.svg", "<path", "<script/><path", ("script.inline", "assets/knot.svg")),
    "text in a picture": ("assets/knot.svg", "</svg>", "<text>a</text></svg>", ("picture.recorded", "assets/knot.svg")),
}
CELL = ".items td { font-size: 4.41rem; "
SHEET, TOO_LONG = "present/llc/duplicate", ("slot.overflow", "present/llc (longest texts)")
IN_PRINT: dict[str, Fault] = {
    "an item that is gone": ("licence.html", "{{ rows(right) }}", "", ("item.missing", SHEET)),
    "a code that is gone": ("licence.html", "{{ code() }}<div", "<div", ("item.missing", SHEET)),
    "a word nobody can draw": ("licence.html", "扫码核验本执照", "扫码😀", ("glyph.missing", SHEET)),
    "a word without bold": ("licence.html", 'head("营业执照")', 'head("犇")', ("glyph.not_bold", SHEET)),
    "a picture without words": ("licence.html", 'alt="{{ qr.alt }}"', 'alt=""', ("alternative.missing", SHEET)),
    "no sample line": ("licence.html", "演示样本 · 无效 · SAMPLE · NOT VALID", "样", ("sample.line", SHEET)),
    "no watermark": ("licence.html", "'' if p.sample else ' issued'", "' issued'", ("sample.watermark", SHEET)),
    "a slot that is too small": ("licence.css", "font-size: 3.88rem; line-height: 1.64", "font-size: 6rem", TOO_LONG),
    "a line off the paper": ("licence.css", CELL, f"{CELL} white-space: nowrap; ", ("slot.overflow", SHEET)),
    "a property that is none": ("licence.css", "body {", "body { colour: red;", ("print.warning", SHEET)),
    "a template that reaches for more": (
        "licence.html",
        "<body>",
        "<body>{{ ''.__class__.__mro__ }}",
        ("template.broken", "licence.html"),
    ),
    "a fact that is none": ("licence.html", "<body>", "<body>{{ p.secret }}", ("template.broken", "licence.html")),
    "a template of another folder": (
        "licence.html",
        "<body>",
        "<body>{% include '../jinhua/paper.html' %}",
        ("template.broken", "licence.html"),
    ),
}


@pytest.mark.parametrize("name", IN_FILES)
def test_what_is_wrong_in_a_file_is_found_and_named(name: str, office: Office) -> None:
    file, old, new, expected = IN_FILES[name]
    assert not by_files(design.read(office.folder))
    office.change(file, old, new)
    office.hash()
    assert expected in {(finding.code, finding.place) for finding in by_files(design.read(office.folder))}


@pytest.mark.parametrize("name", some_of(IN_PRINT, every=16))
def test_what_is_wrong_in_print_is_found_and_named(name: str, office: Office) -> None:
    file, old, new, expected = IN_PRINT[name]
    office.manifest(papers=[])
    office.change(file, old, new)
    office.hash()
    assert expected in office.findings()


def test_papers_are_judged_as_licences_are(office: Office) -> None:
    office.manifest(serves={})
    office.change("paper.html", "{{ p.number }}", "")
    office.change("paper-sample.css", "演示样本 · 无效 · ", "")
    office.hash()
    assert {("item.missing", "paper/receipt"), ("sample.line", "paper/receipt")} <= office.findings()


def test_the_manifest_is_judged_too(office: Office) -> None:
    office.manifest(serves={})
    (office.folder / "assets" / "more.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (office.folder / "assets" / "knot.svg").unlink()
    office.manifest(papers=["receipt", "invoice"], fonts=["Arial.ttf", "HeyiFixed-Bold.ttf"])
    found = office.findings()
    assert {("file.unlisted", "assets/more.svg"), ("file.missing", "assets/knot.svg")} <= found
    assert {("manifest.paper", "design.yaml"), ("font.not_packaged", "design.yaml")} <= found
    (office.folder / "paper.css").unlink()
    office.manifest(papers=["receipt"])
    assert ("file.needed", "paper.css") in office.findings()


@pytest.mark.parametrize(
    "changes", [{"name": "other"}, {"serves": {"present": ["shop"]}}, {"colour": "red"}, {"files": 3}]
)
def test_a_manifest_that_cannot_be_read_is_one_finding(changes: dict[str, Any], office: Office) -> None:
    office.manifest(**changes)
    assert office.findings() == {("manifest.broken", "design.yaml")}


@pytest.mark.thorough
def test_a_link_brings_nothing_in_from_elsewhere(office: Office, tmp_path: Path) -> None:
    office.manifest(papers=[])
    secret = tmp_path / "secret.html"
    secret.write_text("geheim", encoding="utf-8")
    (office.folder / "secret.html").symlink_to(secret)
    office.hash()
    assert "secret.html" not in design.read(office.folder).contents
    office.change("licence.html", "<body>", "<body>{% include 'secret.html' %}")
    office.hash()
    assert ("template.broken", "licence.html") in office.findings()


@pytest.mark.parametrize("code", SENTENCES)
def test_every_finding_says_in_both_languages_what_to_do(code: str, office: Office) -> None:
    for text in SENTENCES[code]:
        assert text
        assert not text.endswith(("。", "."))
    chinese, english = SENTENCES[code][::2], SENTENCES[code][1::2]
    assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in chinese)
    assert all(text.isascii() or "“" in text or "演示样本" in text for text in english)


def test_every_kind_of_sheet_of_the_shipped_design_has_a_sample() -> None:
    manifest = design.find("jinhua").manifest
    for style, entity_type, copy_kind in samples.kinds(manifest.serves):
        facts = samples.particulars(entity_type, style=style, copy_kind=copy_kind)
        assert (facts.style, facts.entity_type, facts.copy_kind) == (style, entity_type, copy_kind)
    assert all("演示样本" in page for page in texts(render(samples.particulars())))
