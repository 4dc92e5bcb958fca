"""The tags of a file: types, headings, tables, lists, pictures, notes, languages; whether they agree with the pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pikepdf

from certificates.conformance.content import Content
from certificates.conformance.reading import STANDARD, Element, Place, elements_of, name_tree, number_tree
from certificates.conformance.rules import Fault

HEADING = re.compile(r"H([1-6])")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
ROWS = frozenset({"TR"})
GROUPS = frozenset({"THead", "TBody", "TFoot"})
CELLS = frozenset({"TH", "TD"})
# What an element may be in, and what may be in it (ISO 32000-1, tables 336 and 337).
WITHIN: Mapping[str, tuple[frozenset[str], str]] = {
    "TR": (GROUPS | {"Table"}, "09-004"),
    **dict.fromkeys(GROUPS, (frozenset({"Table"}), "09-004")),
    **dict.fromkeys(CELLS, (ROWS, "09-004")),
    "LI": (frozenset({"L"}), "09-005"),
    "Lbl": (frozenset({"LI", "Note", "Caption"}), "09-005"),
    "LBody": (frozenset({"LI"}), "09-005"),
}
HOLDS: Mapping[str, tuple[frozenset[str], str]] = {
    "Table": (GROUPS | {"TR", "Caption"}, "09-004"),
    **dict.fromkeys(GROUPS, (ROWS, "09-004")),
    "TR": (CELLS, "09-004"),
    "L": (frozenset({"L", "LI", "Caption"}), "09-005"),
    "LI": (frozenset({"Lbl", "LBody", "L"}), "09-005"),
}


def tag_faults(document: pikepdf.Pdf, content: Content) -> Iterator[Fault]:
    """The faults of the tags and of their agreement with what the pages show."""
    root = document.Root.get("/StructTreeRoot")
    if root is None:
        yield Fault("A-tagged")
        return
    roles, faults = _roles(root)
    yield from faults
    elements = [element for outer in elements_of(root, roles) for element in outer.walk()]
    for element in elements:
        yield from _element_faults(element)
    yield from _heading_faults(elements)
    yield from _note_faults(elements)
    yield from _identifier_faults(root, elements)
    yield from _agreement(document, root, elements, content)


def _roles(root: pikepdf.Object) -> tuple[dict[str, str], list[Fault]]:
    """The standard type of each other one, and faults."""
    given = {str(kind)[1:]: str(other)[1:] for kind, other in root.get("/RoleMap", {}).items()}
    found: dict[str, str] = {}
    faults = [Fault("02-004", kind) for kind in given if kind in STANDARD]
    for kind in given.keys() - STANDARD:
        passed = [kind]
        while passed[-1] in given and passed[-1] not in STANDARD and given[passed[-1]] not in passed:
            passed.append(given[passed[-1]])
        if passed[-1] in STANDARD:
            found[kind] = passed[-1]
        elif passed[-1] in given:
            faults.append(Fault("02-003", kind))
    return found, faults


def _element_faults(element: Element) -> Iterator[Fault]:
    node, kind, kids = element.node, element.kind, [one.kind for one in element.below]
    name = str(node.get("/S", ""))
    if not kind:
        yield Fault("02-001", name)
    within, rule = WITHIN.get(kind, (frozenset({element.parent}), ""))
    if element.parent not in within:
        yield Fault(rule, f"{kind} in {element.parent}")
    holds, rule = HOLDS.get(kind, (frozenset(kids), ""))
    if set(kids) - holds or (rule and element.marks):
        yield Fault(rule, f"{kind} with {', '.join(sorted(set(kids) - holds)) or 'content'}")
    if kids.count("H") > 1:
        yield Fault("14-006", kind)
    if kind in ("Figure", "Formula") and not str(node.get("/Alt", node.get("/ActualText", ""))).strip():
        yield Fault("13-004" if kind == "Figure" else "17-002")
    if "/Lang" in node and not LANGUAGE.fullmatch(str(node.Lang)):
        yield Fault("11-001", f"{kind} {node.Lang}")
    if kind == "Table":
        yield from _table_faults(element)
    elif kind == "L" and "Caption" in kids[1:]:
        yield Fault("09-005", "Caption")
    elif kind == "Figure":
        yield from _place_faults(element)


def _table_faults(table: Element) -> Iterator[Fault]:
    kinds = [one.kind for one in table.below]
    if kinds.count("THead") > 1 or kinds.count("TFoot") > 1 or "Caption" in kinds[1:-1]:
        yield Fault("09-004", "groups")
    if {"THead", "TFoot"} & set(kinds) and "TBody" not in kinds:
        yield Fault("09-004", "no TBody")
    rows = [one for one in table.walk() if one.kind == "TR"]
    cells = [one for row in rows for one in row.below]
    if not any("RowSpan" in _attributes(cell) for cell in cells):
        widths = {sum(int(_attributes(cell).get("ColSpan", 1)) for cell in row.below) for row in rows}
        if len(widths) > 1:
            yield Fault("09-004", f"rows of {', '.join(map(str, sorted(widths)))} cells")
    headers = {str(cell.node.ID) for cell in cells if cell.kind == "TH" and "/ID" in cell.node}
    named = [_attributes(cell).get("Headers") for cell in cells if cell.kind == "TD"]
    if all(own is not None and len(own) and {str(one) for one in own} <= headers for own in named):
        return
    for cell in cells:
        if cell.kind == "TH" and str(_attributes(cell).get("Scope")) not in ("/Row", "/Column", "/Both"):
            yield Fault("15-003")


def _attributes(element: Element) -> dict[str, pikepdf.Object]:
    """The attributes of an element by their names, whatever object owns them."""
    given = element.node.get("/A", {})
    lists = list(given) if isinstance(given, pikepdf.Array) else [given]
    return {str(key)[1:]: value for one in lists if isinstance(one, pikepdf.Dictionary) for key, value in one.items()}


def _place_faults(figure: Element) -> Iterator[Fault]:
    box = _attributes(figure).get("BBox")
    page = figure.node.get("/Pg")
    if box is None or page is None:
        yield Fault("P-place", "Figure")
        return
    left, low, right, high = map(float, box)
    sides = [float(side) for side in page.get("/CropBox", page.MediaBox)]
    if not (sides[0] <= left < right <= sides[2] and sides[1] <= low < high <= sides[3]):
        yield Fault("P-place", str(figure.node.get("/Alt", "")))


def _heading_faults(elements: Sequence[Element]) -> Iterator[Fault]:
    levels = [int(match[1]) for element in elements if (match := HEADING.fullmatch(element.kind))]
    if levels and levels[0] != 1:
        yield Fault("14-002", f"H{levels[0]}")
    for before, level in pairwise(levels):
        if level > before + 1:
            yield Fault("14-003", f"H{before}, H{level}")
    if levels and any(element.kind == "H" for element in elements):
        yield Fault("14-007")


def _note_faults(elements: Sequence[Element]) -> Iterator[Fault]:
    notes = [str(element.node.get("/ID", "")) for element in elements if element.kind == "Note"]
    if not all(notes):
        yield Fault("19-003")
    if len(set(notes)) < len(notes):
        yield Fault("19-004")


def _identifier_faults(root: pikepdf.Object, elements: Sequence[Element]) -> Iterator[Fault]:
    listed = [(name, value.objgen) for name, value in name_tree(root.get("/IDTree", {}))]
    if listed != sorted(listed):
        yield Fault("P-identifiers", "order")
    for element in elements:
        if "/ID" in element.node and (str(element.node.ID), element.node.objgen) not in listed:
            yield Fault("P-identifiers", str(element.node.ID))


def _agreement(
    document: pikepdf.Pdf, root: pikepdf.Object, elements: Sequence[Element], content: Content
) -> Iterator[Fault]:
    """Each marked content belongs to one element of the tree, and the table of parents leads to it."""
    pages = [page.obj for page in document.pages]
    numbers = {page.objgen[0]: number for number, page in enumerate(pages, 1)}
    owners: dict[Place, Element] = {}
    for element in elements:
        for place in element.marks:
            if place in owners or place not in content.marks:
                yield Fault("P-tree", f"{element.kind}: page {numbers.get(place[0])}, {place[1]}")
            owners[place] = element
    for number, mark in sorted(content.marks - owners.keys()):
        yield Fault("01-005", f"page {numbers[number]}, {mark}")
    table = dict(number_tree(root.get("/ParentTree", {})))
    listed = {page.objgen[0]: table.get(int(page.get("/StructParents", -1)), []) for page in pages}
    for (number, mark), element in owners.items():
        own = listed.get(number, [])
        if mark >= len(own) or own[mark] is None or own[mark].objgen != element.node.objgen:
            yield Fault("P-tree", f"page {numbers.get(number)}, {mark}")
