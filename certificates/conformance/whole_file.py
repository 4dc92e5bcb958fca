"""What a file says of itself: catalog, metadata, embedded files, annotations, actions, pictures."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf

from certificates.conformance.reading import number_tree
from certificates.conformance.rules import Fault
from certificates.conformance.tags import LANGUAGE

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
A_PART, A_LEVEL = ("{http://www.aiim.org/pdfa/ns/id/}" + name for name in ("part", "conformance"))
TITLE = "{http://purl.org/dc/elements/1.1/}title"
DESCRIBED = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"
NAMESPACE = re.compile(r"\{([^}]*)\}")
# Namespaces that need no description: those of XMP, and those that ISO 19005-3 defines itself.
KNOWN = frozenset(
    (
        *("adobe:ns:meta/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/XML/1998/namespace"),
        *("http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/pdf/1.3/", "http://ns.adobe.com/xap/1.0/"),
        *("http://ns.adobe.com/xap/1.0/mm/", "http://ns.adobe.com/xap/1.0/rights/"),
        *("http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfa/ns/extension/"),
        *("http://www.aiim.org/pdfa/ns/schema#", "http://www.aiim.org/pdfa/ns/property#"),
    )
)
# Bits of an annotation's flags (ISO 32000-1, table 165): invisible, hidden, no view, toggled; and printed.
UNSEEN, PRINTED = 0b1_0010_0011, 0b100
ACTIVE = ("/OpenAction", "/AA", "/JavaScript")
FORBIDDEN_ACTIONS = frozenset({"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide"})


def file_faults(document: pikepdf.Pdf) -> Iterator[Fault]:
    """The faults outside content, fonts and tags."""
    catalog = document.Root
    yield from _catalog_faults(catalog, document.trailer)
    yield from _metadata_faults(catalog)
    yield from _optional_content_faults(catalog.get("/OCProperties", {}))
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield from _object_faults(one, associated=list(catalog.get("/AF", [])))
    yield from _annotation_faults(document)


def _catalog_faults(catalog: pikepdf.Object, trailer: pikepdf.Object) -> Iterator[Fault]:
    shown = catalog.get("/ViewerPreferences", {}).get("/DisplayDocTitle")
    if shown is not True:
        yield Fault("07-001" if shown is None else "07-002")
    marked = catalog.get("/MarkInfo", {})
    if marked.get("/Marked") is not True:
        yield Fault("A-tagged")
    if marked.get("/Suspects") is True:
        yield Fault("01-007")
    if not LANGUAGE.fullmatch(str(catalog.get("/Lang", ""))):
        yield Fault("11-001", "Catalog")
    intents = [one for one in catalog.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if not any("/DestOutputProfile" in one for one in intents):
        yield Fault("A-intent")
    if "/ID" not in trailer:
        yield Fault("A-trailer")
    if "/XFA" in catalog.get("/AcroForm", {}):
        yield Fault("25-001")


def _metadata_faults(catalog: pikepdf.Object) -> Iterator[Fault]:
    if "/Metadata" not in catalog:
        yield Fault("06-001")
        return
    content = catalog.Metadata.read_bytes()
    # Metadata has no document type, and without one there are no entities to expand.
    if b"<!" in content:
        yield Fault("P-broken", "Metadata")
        return
    root = ElementTree.fromstring(content)  # noqa: S314  # it has no document type
    found = {name: value for description in root.iter(RDF + "Description") for name, value in description.items()}
    found |= {one.tag: (one.text or "") for description in root.iter(RDF + "Description") for one in description}
    if found.get(UA_PART) != "1":
        yield Fault("06-002")
    if not any((one.text or "").strip() for title in root.iter(TITLE) for one in title.iter(RDF + "li")):
        yield Fault("06-003")
    if (found.get(A_PART), found.get(A_LEVEL)) != ("3", "A"):
        yield Fault("A-identifier")
    described = KNOWN | {(one.text or "").strip() for one in root.iter(DESCRIBED)}
    names = {name for one in root.iter() for name in (one.tag, *one.keys())}
    for address in sorted({match[1] for name in names if (match := NAMESPACE.match(name))} - described):
        yield Fault("A-schema", address)


def _optional_content_faults(properties: Any) -> Iterator[Fault]:
    for one in (properties.get("/D"), *properties.get("/Configs", [])):
        if one is not None and not str(one.get("/Name", "")):
            yield Fault("20-001")
        if one is not None and "/AS" in one:
            yield Fault("20-003")


def _object_faults(one: pikepdf.Object, *, associated: list[pikepdf.Object]) -> Iterator[Fault]:
    if "/EF" in one:
        if not str(one.get("/F", "")) or not str(one.get("/UF", "")):
            yield Fault("21-001")
        if "/AFRelationship" not in one or one not in associated or "/Subtype" not in one.EF.F:
            yield Fault("A-attached", str(one.get("/F", "")))
    if any(name in one for name in ACTIVE) or ("/S" in one and str(one.S) in FORBIDDEN_ACTIONS):
        yield Fault("A-actions")
    if one.get("/Subtype") == "/Image" and one.get("/Interpolate") is True:
        yield Fault("A-picture")


def _annotation_faults(document: pikepdf.Pdf) -> Iterator[Fault]:
    table = dict(number_tree(document.Root.get("/StructTreeRoot", {}).get("/ParentTree", {})))
    for number, page in enumerate(document.pages, 1):
        annotations = list(page.obj.get("/Annots", []))
        if annotations and page.obj.get("/Tabs") != "/S":
            yield Fault("28-009" if "/Tabs" in page.obj else "28-008", f"page {number}")
        for one in annotations:
            element = table.get(int(one.get("/StructParent", -1)))
            for rule in _annotation_rules(one, element):
                yield Fault(rule, f"page {number}")


def _annotation_rules(one: pikepdf.Object, element: Any) -> Iterator[str]:
    kind, flags = str(one.get("/Subtype")), int(one.get("/F", 0))
    within = str(element.get("/S")) if element is not None and _refers(element, one) else ""
    described = str(one.get("/Contents", "")) or (within and str(element.get("/Alt", "")))
    if kind == "/Widget":
        if within != "/Form":
            yield "28-010"
        if not (str(one.get("/TU", one.get("/Parent", {}).get("/TU", ""))) or described):
            yield "28-005"
    elif kind == "/Link":
        if within != "/Link":
            yield "28-011"
        if not str(one.get("/Contents", "")):
            yield "28-012"
    elif kind == "/TrapNet":
        yield "28-007"
    elif kind != "/Popup":
        if within != "/Annot":
            yield "28-002"
        if not described:
            yield "28-004"
    if flags & UNSEEN or not flags & PRINTED:
        yield "A-widget"
    left, low, right, high = map(float, one.Rect)
    if kind not in ("/Popup", "/Link") and "/AP" not in one and (left, low) != (right, high):
        yield "A-appearance"


def _refers(element: pikepdf.Object, annotation: pikepdf.Object) -> bool:
    """Whether an element names the annotation as its object."""
    kids = element.get("/K", [])
    below = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    references = [one for one in below if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/OBJR"]
    return any(one.Obj.objgen == annotation.objgen for one in references)
