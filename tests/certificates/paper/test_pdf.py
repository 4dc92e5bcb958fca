"""The licence as paper: what is on it, what it is made of, and what it never does."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops
from weasyprint.text.fonts import FontConfiguration

from certificates.errors import InvalidParticulars, MissingGlyph, MissingLibrary, RenderError
from certificates.paper import qr
from certificates.paper.design import find
from certificates.paper.pdf import DataFile, Renderer, render, renderer, require_fast_subsetter
from certificates.particulars import Particulars

Make = Callable[..., Particulars]
Read = Callable[[bytes], str]
DATA = DataFile("licence.json", b"{}", "data", date(2026, 10, 12))


def tight(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "entity_type",
    ["llc", "llc_single", "llc_state", "jsc", "sole_prop", "gp", "sgp", "lp", "coop", "individual", "branch"],
)
def test_every_type_prints_its_particulars_on_one_page(entity_type: str, make: Make, text_of: Read) -> None:
    particulars = make(entity_type)
    pdf = render(particulars)
    text = text_of(pdf)
    names = ("name", "type_text", "representative", "domicile", "scope", "uscc", "serial", "registrar", "delegate")
    for name in names:
        assert tight(getattr(particulars, name) or "") in text
    assert "2026年10月12日" in text
    assert "2026年10月13日" in text
    assert ("人民币伍佰万元整" in text) == (particulars.capital is not None)
    assert tight("演示样本 · 无效 · SAMPLE · NOT VALID") in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1


def test_an_individual_without_a_name_prints_a_dash(make: Make, text_of: Read) -> None:
    assert "名称——类型" in text_of(render(make("individual", name=None)))


def test_five_numbers_stand_on_the_licence_of_2015(make_five: Make, text_of: Read, qr_of: Read) -> None:
    particulars = make_five(term_until=date(2045, 7, 19))
    pdf = render(particulars)
    text = text_of(pdf)
    for value in ("330702200001236", "MAT00001-8", "330701MAT000018", "33070100001234", "统计登记证号"):
        assert value in text
    assert "2015年7月20日至2045年7月19日" in text
    assert "年度报告" not in text
    assert qr_of(pdf) == particulars.check_url
    width, height = _size(pdf)
    assert (round(width), round(height)) == (210, 297)


def test_the_original_is_a3_and_has_no_copy_number(make: Make, text_of: Read, qr_of: Read) -> None:
    original = render(make(), paper="original")
    width, height = _size(original)
    assert (round(width), round(height)) == (420, 297)
    assert "（副本）" not in text_of(original)
    assert "年度报告" not in text_of(original)
    duplicate = render(make(copy_number=3))
    assert "（副本）1-3" in text_of(duplicate)
    assert "年度报告" in text_of(duplicate)
    assert qr_of(original) == qr_of(duplicate) == make().check_url


def test_only_a_deployment_with_its_own_key_drops_the_sample_marks(make: Make, text_of: Read, picture_of: Any) -> None:
    sample, issued = render(make()), render(make(sample=False))
    assert "SAMPLE" not in text_of(issued)
    assert "印章位置" not in text_of(issued)
    # The watermark is no text but a drawing, across most of the sheet.
    box = ImageChops.difference(picture_of(sample), picture_of(issued)).getbbox()
    assert box is not None
    left, top, right, bottom = box
    width, height = picture_of(sample).size
    assert right - left > 0.7 * width
    assert bottom - top > 0.6 * height


def test_the_same_particulars_give_the_same_bytes(make: Make) -> None:
    assert render(make()) == render(make())
    assert render(make()) != render(make(copy_number=2))


@pytest.mark.thorough
def test_no_font_of_the_machine_is_needed(make: Make, tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>", encoding="utf-8")
    script = (
        "import sys; from certificates.particulars import Particulars; from certificates.paper.pdf import render;"
        "sys.stdout.buffer.write(render(Particulars.model_validate_json(sys.stdin.buffer.read())))"
    )
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        input=make().to_json(),
        capture_output=True,
        env=environment,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout == render(make())


def test_recorded_ornament_looks_like_drawn_ornament(
    make: Make, picture_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = picture_of(render(make()), scale=1.0)
    plain = Renderer(find("jinhua"))
    monkeypatch.setattr(Renderer, "_pictures", {})
    monkeypatch.setattr("certificates.paper.pdf.renderer", lambda _design, **_own: plain)
    drawn = picture_of(render(make()), scale=1.0)
    assert ImageChops.difference(recorded, drawn).getbbox() is None


def test_pdf_a_3a_with_tags_language_and_data(make: Make) -> None:
    particulars = make()
    with pikepdf.open(io.BytesIO(render(particulars))) as pdf:
        root = pdf.Root
        assert pdf.check_pdf_syntax() == []
        assert pdf.pdf_version == "1.7"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert str(particulars.name) in str(metadata["dc:title"])
        assert str(root.Lang) == "zh-CN"
        assert bool(root.MarkInfo.Marked)
        assert root.StructTreeRoot is not None
        assert [str(intent.S) for intent in root.OutputIntents] == ["/GTS_PDFA1"]
        assert root.OutputIntents[0].DestOutputProfile.read_bytes()[:4] is not None
        assert len(root.AF) == 1
        assert str(root.AF[0].AFRelationship) == "/Data"
        assert str(root.AF[0].EF.F.Subtype) == "/application/json"
        assert "/Encrypt" not in pdf.trailer
        attached = pdf.attachments["licence.json"].get_file().read_bytes()
        assert Particulars.model_validate_json(attached) == particulars
        assert json.loads(attached)["name"] == particulars.name


def test_pdf_a_has_nothing_that_runs_and_no_font_outside(make: Make) -> None:
    with pikepdf.open(io.BytesIO(render(make()))) as pdf:
        assert not {"/OpenAction", "/AA", "/JavaScript", "/XFA"} & set(pdf.Root.keys())
        objects = [o for o in pdf.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream))]
        assert not [o for o in objects if "/JS" in o or o.get("/S") in ("/JavaScript", "/Launch", "/URI")]
        assert not [o for o in objects if o.get("/Subtype") == "/Image" and "/SMask" in o]
        fonts = [o for o in objects if o.get("/Type") == "/FontDescriptor"]
        assert len(fonts) == 2
        assert all("/FontFile2" in font for font in fonts)
        assert {str(font.FontName).split("+")[1] for font in fonts} == {"Heyi-Serif", "Heyi-Fixed-Bold"}


def test_reading_order_and_the_words_for_the_qr_code(make: Make) -> None:
    with pikepdf.open(io.BytesIO(render(make()))) as pdf:
        elements = list(_structure(pdf.Root.StructTreeRoot))
        kinds = [str(element.S) for element in elements if "/S" in element]
        assert kinds.count("/H1") == 1
        assert kinds.count("/Table") == 3
        assert kinds.count("/TH") == 9
        figures = [str(element.Alt) for element in elements if element.get("/S") == "/Figure" and "/Alt" in element]
        assert figures == ["二维码：核验本执照，网址 heyi.example/v，代码 91330701MAT000018L，第 1 版"]


EVIL = '<script>alert(1)</script><img src="file:///etc/hostname">{{ 7*7 }}&amp;"'


@pytest.mark.parametrize("field", ["name", "type_text", "representative", "domicile", "general_items", "registrar"])
def test_markup_in_any_field_is_printed_as_text(field: str, make: Make, text_of: Read) -> None:
    evil = EVIL[:36] if field in ("type_text", "registrar") else EVIL[-60:] if field != "general_items" else EVIL
    pdf = render(make(**{field: (evil,) if field == "general_items" else evil}))
    assert tight(evil) in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["licence.json"]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "//127.0.0.1/x"]
)
@pytest.mark.parametrize(
    "payload",
    [
        '<img src="{0}">',
        '<link rel="stylesheet" href="{0}">',
        '<link rel="attachment" href="{0}">',
        '<a rel="attachment" href="{0}">a</a>',
        '<object data="{0}"></object>',
        '<embed src="{0}">',
        '<style>@import url("{0}");</style>',
        '<style>@font-face {{ font-family: x; src: url("{0}") }}</style>',
        '<p style="background: url({0})">a</p>',
        '<p style="list-style: url({0}); display: list-item">a</p>',
    ],
)
def test_no_address_outside_the_package_is_opened(payload: str, address: str) -> None:
    source = f"<html lang=zh><title>x</title>{payload.format(address)}"
    with pytest.raises(RenderError) as caught:
        renderer("jinhua").print(source, sheets=(), data=DATA, identity=b"x", bottom=False)
    assert caught.value.code == "render.forbidden_address"


def test_a_picture_inside_a_picture_is_not_opened() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/hostname' width='9' height='9'/></svg>"
    source = f'<html lang=zh><title>x</title><img alt=x src="data:image/svg+xml,{svg}">'
    with pytest.raises(RenderError) as caught:
        renderer("jinhua").print(source, sheets=(), data=DATA, identity=b"x", bottom=False)
    # WeasyPrint reports this one as a broken picture; it is refused all the same.
    assert caught.value.code == "render.warning"


def test_what_the_renderer_only_warns_of_is_an_error() -> None:
    source = "<html lang=zh><title>x</title><style>p { no-such-property: 1 }</style><p>"
    with pytest.raises(RenderError) as caught:
        renderer("jinhua").print(source, sheets=(), data=DATA, identity=b"x", bottom=False)
    assert caught.value.code == "render.warning"
    assert "no-such-property" in caught.value.data["messages"][0]


def test_a_font_from_elsewhere_is_an_error() -> None:
    source = "<html lang=zh><title>x</title><p style='font-family: monospace'>a"
    with pytest.raises(RenderError) as caught:
        renderer("jinhua").print(source, sheets=(), data=DATA, identity=b"x", bottom=False)
    assert caught.value.code == "render.foreign_font"


def test_a_font_whose_loading_was_cut_short_is_loaded_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a worker's time limit falls into it: one licence fails and is tried again, not every one after it."""
    renderer.cache_clear()
    with monkeypatch.context() as broken:
        broken.setattr(FontConfiguration, "add_font_face", lambda *_given: None)
        with pytest.raises(RenderError):
            render(make("llc"))
    assert render(make("llc")).startswith(b"%PDF")


def test_a_row_below_the_foot_is_an_error() -> None:
    rows = "<table><tr><td style='height: 120mm'></td></tr></table>"
    source = f"<html lang=zh><title>x</title>{rows}<div class=foot style='position: absolute; top: 100mm'></div>"
    with pytest.raises(RenderError) as caught:
        renderer("jinhua").print(source, sheets=(), data=DATA, identity=b"x", bottom=True)
    assert caught.value.code == "render.overflow"


# The scope's own head and closing sentence are 5 + 29 + 1 characters.
FRAME = len("一般项目：") + len("（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。")


def items_of(length: int, *, of: str = "样") -> tuple[str, ...]:
    """Items of twenty characters that make a list of so many, with the signs between them."""
    return tuple(("；".join([of * 20] * (length // 21 + 1)))[:length].split("；"))


@pytest.mark.parametrize("name_length", [2, 18, 19, 21, 22, 25, 26, 60])
def test_no_name_length_overflows(name_length: int, make: Make, text_of: Read) -> None:
    name = "茶" * name_length
    assert name in text_of(render(make(name=name)))


@pytest.mark.parametrize("scope_length", [310, 450, 630, 1000])
@pytest.mark.parametrize("texts", [{}, {"name": "茶" * 60, "representative": "禾" * 60, "type_text": "有" * 40}])
def test_no_scope_length_overflows(scope_length: int, texts: dict[str, str], make: Make) -> None:
    pdf = render(make(general_items=items_of(scope_length - FRAME), licensed_items=(), domicile="浙" * 100, **texts))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == (2 if texts and scope_length == 1000 else 1)


@pytest.mark.parametrize("scope_length", [140, 156, 300, 400])
@pytest.mark.parametrize("texts", [{}, {"name": "茶" * 60, "representative": "禾" * 60, "domicile": "浙" * 100}])
def test_no_scope_length_overflows_in_2015(scope_length: int, texts: dict[str, str], make_five: Make) -> None:
    render(make_five(general_items=("样" * (scope_length - 1),), licensed_items=(), **texts))


@pytest.mark.parametrize(("scope_length", "pages"), [(1100, 1), (2000, 1), (2200, 2), (6_000, 3)])
def test_a_very_long_scope_moves_to_an_annex_whole(scope_length: int, pages: int, make: Make, text_of: Read) -> None:
    particulars = make(general_items=items_of(scope_length - FRAME, of="品"), licensed_items=())
    assert len(particulars.scope) == scope_length
    pdf = render(particulars)
    text = text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1 + pages
    assert f"经营范围共{scope_length}字，全文见附页（共{pages}页）。" in text
    assert text.count("品") == particulars.scope.count("品")
    assert text.count("营业执照附页") == pages


def test_words_of_one_long_run_break_instead_of_overprinting(make: Make, text_of: Read) -> None:
    assert "W" * 60 in text_of(render(make(name="W" * 60, representative="W" * 60, domicile="W" * 100)))


def test_rare_characters_of_names_are_printed(make: Make, text_of: Read) -> None:
    assert "喆犇堃㛃𬭎䶮" in text_of(render(make(representative="喆犇堃㛃𬭎䶮")))


def test_a_character_without_glyph_stops_the_licence(make: Make) -> None:
    with pytest.raises(MissingGlyph) as caught:
        render(make(name="金华😀茶业有限公司"))
    assert caught.value.characters == "😀"


def test_missing_facts_stop_the_licence(make: Make) -> None:
    with pytest.raises(InvalidParticulars):
        render(make(capital=None))


def test_an_unknown_design_is_refused(make: Make) -> None:
    with pytest.raises(RenderError) as caught:
        render(make(), design="../jinhua")
    assert caught.value.code == "render.unknown_design"


def test_qr_is_always_of_one_size_and_refuses_what_does_not_fit() -> None:
    pictures = [Image.open(io.BytesIO(qr.png("https://heyi.example/" + "a" * n))) for n in (0, 60, 131)]
    assert {picture.size for picture in pictures} == {((49 + 8) * 4, (49 + 8) * 4)}
    for address in ("https://heyi.example/" + "a" * 132, "https://heyi.example/茶"):
        with pytest.raises(RenderError) as caught:
            qr.png(address)
        assert caught.value.code == "render.qr_capacity"


def test_a_missing_subsetter_is_named_with_the_line_that_installs_it() -> None:
    require_fast_subsetter()
    with pytest.raises(MissingLibrary) as caught:
        require_fast_subsetter(probe=lambda: None)
    assert "libharfbuzz-subset0" in caught.value.data["apt"]


def _size(pdf: bytes) -> tuple[float, float]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        box = [float(value) for value in document.pages[0].mediabox]
    return (box[2] - box[0]) / 72 * 25.4, (box[3] - box[1]) / 72 * 25.4


def _structure(node: Any) -> Iterator[Any]:
    """All structure elements under a node of the tree."""
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield kid
            yield from _structure(kid)
