"""What PDF/UA-1 (ISO 14289-1:2014) asks of a file beyond what WeasyPrint writes, added before the file is written.

Headers and footers become artifacts (7.8), pictures have their place (ISO 32000-1, 14.8.5.4.3), header cells a scope
(7.5), texts in another language that language (7.2), and the metadata the identifier of the standard (5).
"""

from collections.abc import Iterator, Mapping, MutableSequence
from dataclasses import dataclass
from functools import partial
from typing import Any

# PDF points in a CSS pixel.
POINT = 0.75
FOOT = "bottom"
TITLED = frozenset({"/Table", "/L", "/TOC"})
# PDF/A-3 (ISO 19005-3, 6.6.2.3) has no schema of its own for PDF/UA, so that the file describes the one it uses.
IDENTIFIER = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
END = b"</rdf:RDF>"

# The commands that open a marked content: its tag, its properties, and BDC.
Opening = tuple[bytes, bytes, bytes]


@dataclass(frozen=True)
class PageMarks:
    """Of the marked content of a page, by its number: the opening commands of headers and footers, and the languages of
    texts in another than that of the document."""

    artifacts: Mapping[int, Opening]
    languages: Mapping[int, str]


class Tags:
    """Follows a document of WeasyPrint's while it is painted, and completes its tags then."""

    def __init__(self, document: Any) -> None:
        self._pages: list[PageMarks] = []
        for page in document.pages:
            page.paint = partial(self._paint, page, page.paint, document.metadata.lang)

    def _paint(self, page: Any, paint: Any, language: str | None, stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        marks = page_marks(page._page_box, stream, language)
        as_artifacts(stream.stream, marks.artifacts)
        self._pages.append(marks)

    def finish(self, pdf: Any) -> None:
        """Completes the tags and the metadata of the file, before its streams are compressed."""
        root = _at(pdf, pdf.catalog["StructTreeRoot"])
        references = _at(pdf, root["ParentTree"])["Nums"][1::2]
        for marks, own in zip(self._pages, references, strict=False):
            for mark in marks.artifacts:
                _forget(pdf, _at(pdf, own[mark]))
                own[mark] = "null"
            for mark, language in marks.languages.items():
                _at(pdf, own[mark])["Lang"] = type(pdf.catalog["Lang"])(language)
        elements = [one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/StructElem"]
        for element in elements:
            _complete(pdf, element)
        _add_identifiers(pdf, root, elements)
        metadata = _at(pdf, pdf.catalog["Metadata"])
        metadata.stream = [b"".join(metadata.stream).replace(END, IDENTIFIER + END)]


def page_marks(page: Any, stream: Any, language: str | None) -> PageMarks:
    """The marked content of a page box and its painted stream that is not as WeasyPrint tags it."""
    artifacts: dict[int, Opening] = {}
    for margin in (box for box in page.children if hasattr(box, "at_keyword")):
        kind = b"Footer" if FOOT in margin.at_keyword else b"Header"
        opening = (b"/Artifact", b"<</Type /Pagination/Subtype /%b>>" % kind, b"BDC")
        artifacts |= {stream._tags[box]["mcid"]: opening for box in _below(margin) if box in stream._tags}
    languages = {tag["mcid"]: box.style["lang"] for box, tag in stream._tags.items()}
    foreign = {mark: own for mark, own in languages.items() if own and own != language and mark not in artifacts}
    return PageMarks(artifacts, foreign)


def as_artifacts(commands: MutableSequence[Any], artifacts: Mapping[int, Opening]) -> None:
    """Opens these marked contents as artifacts, in place."""
    if not artifacts:
        return
    for at, command in enumerate(commands):
        if isinstance(command, dict) and (opening := artifacts.get(command.get("MCID", -1))):
            # The tag, its properties and BDC are three commands.
            commands[at - 1 : at + 2] = opening


def _below(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)
    yield box
    for child in getattr(box, "children", ()):
        yield from _below(child)


def _at(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _forget(pdf: Any, element: Any) -> None:
    """Empties an element outside the tree, and those around it: the content of a margin is no real content."""
    while element and element["S"] != "/Document":
        around = _at(pdf, element["P"])
        element.clear()
        element = around


def _complete(pdf: Any, element: Any) -> None:
    if not element:
        return
    kind, parent = element["S"], _at(pdf, element["P"])
    if kind == "/Figure":
        left, top, right, bottom = (POINT * side for side in element["A"]["BBox"])
        height = _at(pdf, element["Pg"])["MediaBox"][3]
        element["A"]["BBox"][:] = [left, height - bottom, right, height - top]
    elif kind == "/TH":
        group = _at(pdf, parent["P"])
        element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
    elif kind == "/Caption" and parent["S"] not in TITLED:
        # The words under a picture are no part of its element, which the words for the picture replace.
        element["S"] = "/P"


def _add_identifiers(pdf: Any, root: Any, elements: list[Any]) -> None:
    """The tree of identifiers, which a file with identifiers of elements must have (ISO 32000-1, 14.7.2)."""
    found = sorted((element["ID"].string, element) for element in elements if "ID" in element)
    if not found:
        return
    names = type(root["K"])(one for _, element in found for one in (element["ID"], element.reference))
    tree = type(root)({"Names": names})
    pdf.add_object(tree)
    root["IDTree"] = tree.reference
