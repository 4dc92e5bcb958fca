"""The drawing commands of the pages: each is an artifact or tagged, and each character has its Unicode value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from certificates.conformance.reading import Place
from certificates.conformance.rules import Fault

PAINTING = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"})
SHOWING = frozenset({"Tj", "TJ", "'", '"'})
OPENING = frozenset({"BMC", "BDC"})


@dataclass
class Content:
    """What the pages show: the marked contents with their page, the fonts with the codes used of each, the XObjects
    with tagged content and how often each is drawn, and faults."""

    marks: set[Place] = field(default_factory=set)
    fonts: dict[Place, tuple[pikepdf.Object, set[int]]] = field(default_factory=dict)
    drawn: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def content_of(document: pikepdf.Pdf) -> Content:
    """The content of all pages."""
    found = Content()
    for number, page in enumerate(document.pages, 1):
        _Reader(found, f"page {number}", page.obj.objgen[0], page.obj.get("/Resources", {})).read(page.obj, [])
    return found


@dataclass
class _Reader:
    """Reads the commands of a page; `kinds` has the marked content around a command: its number, or that it is an
    artifact, or neither."""

    found: Content
    place: str
    page: int
    resources: Any

    def read(self, stream: pikepdf.Object, around: list[Any]) -> None:
        kinds, font = list(around), None
        fonts: list[Any] = []
        for operands, operator in pikepdf.parse_content_stream(stream):
            name = str(operator)
            if name in OPENING:
                self._open(operands, kinds)
            elif name == "EMC":
                kinds.pop()
            elif name == "q":
                fonts.append(font)
            elif name == "Q":
                font = fonts.pop() if fonts else None
            elif name == "Tf":
                font = self._font(str(operands[0]))
            elif name in SHOWING:
                self._painted(kinds, name)
                self._show(font, operands)
            elif name in PAINTING:
                self._painted(kinds, name)
            elif name == "Do":
                self._draw(str(operands[0]), kinds)

    def _open(self, operands: Any, kinds: list[Any]) -> None:
        tag, mark = str(operands[0]), None
        if len(operands) == 2:
            properties = operands[1]
            if isinstance(properties, pikepdf.Name):
                properties = self.resources.Properties[properties]
            mark = properties.get("/MCID")
        kind = "artifact" if tag == "/Artifact" else int(mark) if mark is not None else None
        if kind == "artifact" and any(isinstance(one, int) for one in kinds):
            self._fault("01-003")
        if isinstance(kind, int):
            if "artifact" in kinds:
                self._fault("01-004")
            self.found.marks.add((self.page, kind))
        kinds.append(kind)

    def _painted(self, kinds: list[Any], name: str) -> None:
        if all(kind is None for kind in kinds):
            self._fault("01-005", name)

    def _fault(self, rule: str, what: str = "") -> None:
        self.found.faults.append(Fault(rule, f"{self.place} {what}".strip()))

    def _draw(self, name: str, kinds: list[Any]) -> None:
        drawn = self.resources.XObject[name]
        if drawn.get("/Subtype") != "/Form":
            self._painted(kinds, name)
            return
        if "/Ref" in drawn:
            self._fault("30-001", name)
        is_tagged = b"/MCID" in drawn.read_bytes() or "/StructParents" in drawn
        if is_tagged:
            self.found.drawn[drawn.objgen] = self.found.drawn.get(drawn.objgen, 0) + 1
        # An artifact as a whole, as all ornament is.
        if "artifact" in kinds and not is_tagged:
            return
        _Reader(self.found, f"{self.place} {name}", self.page, drawn.get("/Resources", self.resources)).read(
            drawn, kinds
        )

    def _font(self, name: str) -> set[int]:
        font = self.resources.Font[name]
        return self.found.fonts.setdefault(font.objgen, (font, set()))[1]

    def _show(self, codes: set[int] | None, operands: Any) -> None:
        if codes is None:
            return
        for text in _texts(operands[-1]):
            codes.update(int.from_bytes(text[at : at + 2]) for at in range(0, len(text), 2))


def _texts(shown: Any) -> Iterator[bytes]:
    for one in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(one, pikepdf.String):
            yield bytes(one)


def repeated(content: Content) -> Iterator[Fault]:
    """XObjects with tagged content that are drawn more than once."""
    drawn: Mapping[Place, int] = content.drawn
    return (Fault("30-002", f"object {number}") for (number, _), count in drawn.items() if count > 1)
