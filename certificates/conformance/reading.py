"""A file as it is checked: its elements with their content, and the content of its pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf

# ISO 32000-1, 14.8.4: the standard types of elements.
STANDARD = frozenset(
    (
        *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct"),
        *("Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH"),
        *("TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form"),
    )
)
# No tree of ours is deeper than some dozens.
DEEPEST = 200

Place = tuple[int, int]


@dataclass
class Element:
    """An element of the tags: its standard type (empty without one), its dictionary, what is around and below it, its
    marked contents as pairs of a page's object number and their own, and the objects it refers to."""

    kind: str
    node: pikepdf.Object
    around: "Element | None"
    below: list["Element"] = field(default_factory=list)
    marks: list[Place] = field(default_factory=list)
    objects: list[Place] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        yield self
        for one in self.below:
            yield from one.walk()

    @property
    def parent(self) -> str:
        return self.around.kind if self.around else ""


def elements_of(root: pikepdf.Object, roles: Mapping[str, str]) -> list[Element]:
    """The outermost elements; `roles` maps types to standard ones."""
    return [_element(node, None, roles, 0) for node in _listed(root.get("/K")) if isinstance(node, pikepdf.Dictionary)]


def _element(node: pikepdf.Object, around: Element | None, roles: Mapping[str, str], depth: int) -> Element:
    kind = str(node.get("/S", ""))[1:]
    found = Element(roles.get(kind, kind if kind in STANDARD else ""), node, around)
    if depth > DEEPEST:
        raise RecursionError
    for kid in _listed(node.get("/K")):
        page = kid.get("/Pg", node.get("/Pg")) if isinstance(kid, pikepdf.Dictionary) else node.get("/Pg")
        if not isinstance(kid, pikepdf.Dictionary):
            found.marks.append((page.objgen[0], int(kid)))
        elif kid.get("/Type") == "/MCR":
            found.marks.append((page.objgen[0], int(kid.MCID)))
        elif kid.get("/Type") == "/OBJR":
            found.objects.append(kid.Obj.objgen)
        else:
            found.below.append(_element(kid, found, roles, depth + 1))
    return found


def _listed(kids: Any) -> list[Any]:
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def number_tree(node: pikepdf.Object) -> Iterator[tuple[int, Any]]:
    """The keys and values of a number tree."""
    numbers = list(node.get("/Nums", []))
    yield from zip(map(int, numbers[::2]), numbers[1::2], strict=True)
    for kid in node.get("/Kids", []):
        yield from number_tree(kid)


def name_tree(node: pikepdf.Object) -> Iterator[tuple[str, Any]]:
    """The names and values of a name tree."""
    names = list(node.get("/Names", []))
    yield from zip(map(str, names[::2]), names[1::2], strict=True)
    for kid in node.get("/Kids", []):
        yield from name_tree(kid)
