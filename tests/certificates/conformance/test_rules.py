"""Each rule of PDF/UA-1 and PDF/A-3a is seen to fail on a file made wrong for it; all documents of ours break none."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from certificates.conformance.checked import conformance_faults
from certificates.conformance.rules import RULES
from certificates.paper import samples
from certificates.paper.design import find
from certificates.paper.english_summary import render_english_summary
from certificates.paper.founding_document import printed as founding_document
from certificates.paper.papers import HEADINGS, PaperKind, printed
from certificates.paper.pdf import filled, licence, renderer
from certificates.particulars import CopyKind, EntityType, Style
from certificates.signatures.signer import Signer
from tests.fixtures.marks import some_of

SAID: dict[str, Any] = {
    "signed_at": datetime(2026, 10, 12, 6, 30, tzinfo=UTC),
    "reason": "核发营业执照",
    "location": "浙江金华",
}
Change = Callable[[pikepdf.Pdf], object]


@pytest.fixture(scope="module")
def signed(signer: Signer) -> bytes:
    file = filled(renderer("jinhua"), samples.particulars("llc", style="present"))
    assert file is not None
    return signer.sign(file, **SAID)


@pytest.fixture(scope="module")
def summary() -> bytes:
    return render_english_summary(samples.english_summary("llc", style="present"))


def elements(document: pikepdf.Pdf, kind: str) -> list[Any]:
    found = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
    return [one for one in found if one.get("/Type") == "/StructElem" and str(one.S) == kind]


def first(document: pikepdf.Pdf, kind: str) -> Any:
    return elements(document, kind)[0]


def rename(kind: str, other: str, *, count: int = 1) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        for element in elements(document, kind)[:count]:
            element.S = pikepdf.Name(other)

    return change


def put(place: Callable[[pikepdf.Pdf], Any], name: str, value: object) -> Change:
    return lambda document: place(document).__setitem__(name, value)


def drop(place: Callable[[pikepdf.Pdf], Any], name: str) -> Change:
    return lambda document: place(document).__delitem__(name)


def rewrite(place: Callable[[pikepdf.Pdf], Any], old: bytes, new: bytes) -> Change:
    """Replaces the first occurrence in a stream; at its end where `old` is empty."""

    def change(document: pikepdf.Pdf) -> None:
        stream = place(document)
        content = stream.read_bytes()
        assert old in content
        stream.write(content.replace(old, new, 1) if old else content + new)

    return change


def root(document: pikepdf.Pdf) -> Any:
    return document.Root


def page(document: pikepdf.Pdf) -> Any:
    return document.pages[0].obj


def drawn(document: pikepdf.Pdf) -> Any:
    return page(document).Contents


def metadata(document: pikepdf.Pdf) -> Any:
    return document.Root.Metadata


def widget(document: pikepdf.Pdf) -> Any:
    return page(document).Annots[0]


def font(document: pikepdf.Pdf) -> Any:
    return next(iter(page(document).Resources.Font.values()))


def descendant(document: pikepdf.Pdf) -> Any:
    return font(document).DescendantFonts[0]


def attached(document: pikepdf.Pdf) -> Any:
    return document.Root.AF[0]


def ornament(document: pikepdf.Pdf) -> tuple[str, Any]:
    names = page(document).Resources.XObject
    return next((name, one) for name, one in names.items() if one.Subtype == "/Form")


def show(code: bytes) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        name = next(iter(page(document).Resources.Font.keys()))
        more = b"\n/Artifact BMC BT %b 9 Tf <%b> Tj ET EMC" % (name.encode(), code)
        rewrite(drawn, b"", more)(document)

    return change


def draw_twice(document: pikepdf.Pdf) -> None:
    name, one = ornament(document)
    one.StructParents = 99
    rewrite(drawn, b"", b"\n%b Do" % name.encode())(document)


def both_notes(document: pikepdf.Pdf) -> None:
    for element in elements(document, "/P")[:2]:
        element.S, element.ID = pikepdf.Name.Note, pikepdf.String("one")


def no_headers(document: pikepdf.Pdf) -> None:
    for cell in elements(document, "/TD"):
        del cell.A["/Headers"]
    for cell in elements(document, "/TH"):
        del cell.A["/Scope"]


def circle(document: pikepdf.Pdf) -> None:
    document.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary({"/One": pikepdf.Name.Other, "/Other": pikepdf.Name.One})
    rename("/P", "/One")(document)


OPEN = b"/Span\n<</MCID 0>>\nBDC\n"
CODES = b"\n1 beginbfchar\n<0001> <%b>\nendbfchar\n"
EMPTY = pikepdf.Dictionary()
WRONG: dict[str, Change] = {
    "01-003": rewrite(drawn, OPEN, OPEN + b"/Artifact BMC EMC\n"),
    "01-004": rewrite(drawn, OPEN, b"/Artifact BMC\n" + OPEN),
    "01-005": rewrite(drawn, b"", b"\n0 0 5 5 re f"),
    "01-007": put(lambda document: document.Root.MarkInfo, "/Suspects", True),
    "02-001": rename("/P", "/Foreign"),
    "02-003": circle,
    "02-004": put(lambda document: document.Root.StructTreeRoot, "/RoleMap", pikepdf.Dictionary(P=pikepdf.Name.Span)),
    "06-001": drop(root, "/Metadata"),
    "06-002": rewrite(metadata, b'pdfuaid:part="1"', b'pdfuaid:part="2"'),
    "06-003": rewrite(metadata, "营业执照".encode(), b"</rdf:li></rdf:Alt></dc:title><dc:source><rdf:Alt><rdf:li>"),
    "07-001": drop(root, "/ViewerPreferences"),
    "07-002": put(lambda document: document.Root.ViewerPreferences, "/DisplayDocTitle", False),
    "09-004": rename("/TD", "/P"),
    "09-005": rename("/LI", "/P"),
    "10-001": lambda document: font(document).ToUnicode.write(b"1 beginbfchar\n<0001> <4e00>\nendbfchar"),
    "11-001": put(root, "/Lang", pikepdf.String("Chinese (simplified)")),
    "13-004": drop(lambda document: first(document, "/Figure"), "/Alt"),
    "14-002": rename("/H1", "/H2"),
    "14-003": rename("/P", "/H3", count=4),
    "14-006": rename("/P", "/H", count=4),
    "14-007": rename("/P", "/H"),
    "15-003": no_headers,
    "17-002": rename("/P", "/Formula"),
    "19-003": rename("/P", "/Note"),
    "19-004": both_notes,
    "20-001": put(root, "/OCProperties", pikepdf.Dictionary(D=EMPTY)),
    "20-003": put(root, "/OCProperties", pikepdf.Dictionary(D=pikepdf.Dictionary(Name="a", AS=pikepdf.Array()))),
    "21-001": drop(attached, "/UF"),
    "25-001": put(lambda document: document.Root.AcroForm, "/XFA", pikepdf.Array()),
    "28-002": put(widget, "/Subtype", pikepdf.Name.Stamp),
    "28-004": put(widget, "/Subtype", pikepdf.Name.Stamp),
    "28-005": drop(widget, "/TU"),
    "28-007": put(widget, "/Subtype", pikepdf.Name.TrapNet),
    "28-008": drop(page, "/Tabs"),
    "28-009": put(page, "/Tabs", pikepdf.Name.R),
    "28-010": rename("/Form", "/P"),
    "28-011": put(widget, "/Subtype", pikepdf.Name.Link),
    "28-012": put(widget, "/Subtype", pikepdf.Name.Link),
    "30-001": lambda document: ornament(document)[1].__setitem__("/Ref", EMPTY),
    "30-002": draw_twice,
    "31-004": put(descendant, "/CIDToGIDMap", pikepdf.Name.Other),
    "31-005": drop(descendant, "/CIDToGIDMap"),
    "31-009": drop(lambda document: descendant(document).FontDescriptor, "/FontFile2"),
    "31-011": show(b"fff0"),
    "31-016": put(descendant, "/W", pikepdf.Array([1, pikepdf.Array([1, 2, 3])])),
    "31-027": drop(font, "/ToUnicode"),
    "31-028": rewrite(lambda document: font(document).ToUnicode, b"", CODES % b"0000"),
    "31-029": rewrite(lambda document: font(document).ToUnicode, b"", CODES % b"feff"),
    "31-030": show(b"0000"),
    "A-fonts": put(font, "/Subtype", pikepdf.Name.Type1),
    "A-identifier": rewrite(metadata, b'pdfaid:part="3"', b'pdfaid:part="2"'),
    "A-schema": rewrite(metadata, b"<pdfaSchema:namespaceURI>", b"<pdfaSchema:namespaceURI>urn:"),
    "A-intent": drop(root, "/OutputIntents"),
    "A-actions": put(root, "/OpenAction", pikepdf.Array()),
    "A-widget": put(widget, "/F", 2),
    "A-appearance": put(widget, "/Rect", pikepdf.Array([0, 0, 9, 9])),
    "A-attached": drop(attached, "/AFRelationship"),
    "A-tagged": drop(root, "/StructTreeRoot"),
    "A-picture": lambda document: page(document).Resources.XObject["/code"].__setitem__("/Interpolate", True),
    "P-tree": lambda document: document.Root.StructTreeRoot.ParentTree.Nums[1].__delitem__(0),
    "P-place": lambda document: first(document, "/Figure").A.__setitem__("/BBox", pikepdf.Array([0, 0, 9, 9999])),
    "P-identifiers": drop(lambda document: document.Root.StructTreeRoot, "/IDTree"),
}
# What cannot be made by changing an object.
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "26-001": lambda pdf: saved(pdf, lambda _: None, encryption=pikepdf.Encryption(owner="owner", user="")),
    "A-trailer": lambda pdf: pdf.replace(b"/ID [<", b"/Id [<"),
    "P-broken": lambda pdf: pdf[: len(pdf) // 2],
}


def saved(pdf: bytes, change: Change, **how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(out, **how)
    return out.getvalue()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_fails_on_a_file_made_wrong(rule: str, signed: bytes, summary: bytes) -> None:
    right = summary if rule == "09-005" else signed
    wrong = saved(right, WRONG[rule]) if rule in WRONG else BYTES[rule](right)
    found = conformance_faults(wrong)
    assert rule in {fault.rule for fault in found}, found


@pytest.mark.parametrize("kind", some_of(list(samples.kinds(find("jinhua").manifest.serves)), every=40))
def test_licences_break_no_rule(kind: tuple[Style, EntityType, CopyKind], signer: Signer) -> None:
    """Filled and laid out, with an annex, signed from the start and later."""
    style, entity_type, copy = kind
    facts = samples.particulars(entity_type, style=style, copy_kind=copy, sample=copy == "duplicate")
    file = filled(renderer("jinhua"), facts)
    assert file is not None
    made = [licence(renderer("jinhua"), facts, compiled=False), bytes(file.written()), signer.sign(file, **SAID)]
    made += [licence(renderer("jinhua"), one) for _, one in samples.longest(entity_type, style=style, copy_kind=copy)]
    assert [conformance_faults(pdf) for pdf in (*made, signer.sign(made[0], **SAID))] == [[]] * (len(made) + 1)


@pytest.mark.parametrize("kind", some_of(list(HEADINGS), every=20))
def test_papers_break_no_rule(kind: PaperKind) -> None:
    for compiled in (True, False):
        pdf = printed(renderer("jinhua"), samples.paper(kind, rows=25), compiled=compiled)
        assert conformance_faults(pdf) == []


@pytest.mark.parametrize("compiled", [True, False])
def test_founding_documents_break_no_rule(compiled: bool, signer: Signer) -> None:
    for is_signed in (True, False):
        document = samples.founding_document(signed=is_signed)
        pdf = founding_document(renderer("jinhua"), document, compiled=compiled)
        assert conformance_faults(signer.sign(pdf, **SAID)) == []


def test_an_english_summary_breaks_no_rule_and_names_its_languages(summary: bytes) -> None:
    assert conformance_faults(summary) == []
    with pikepdf.open(io.BytesIO(summary)) as document:
        foreign = [one for one in elements(document, "/Span") if "/Lang" in one]
        assert {str(one.Lang) for one in foreign} == {"zh-CN"}
        assert str(document.Root.Lang) == "en"
