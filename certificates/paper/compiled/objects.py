"""The objects of a laid-out file: those that every licence of its kind shares, and what is fixed of the others."""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from certificates.paper.compiled.sheet import FileObjects, LiveObjects, NotCompiled, SheetFont


class FileReader:
    """Reads the objects of one file of WeasyPrint before it is written."""

    def __init__(
        self,
        pdf: Any,
        objects: tuple[Any, ...],
        *,
        contents: Sequence[Any],
        pictures: Sequence[tuple[int, int, str]],
    ) -> None:
        """`pictures` has for each time that the QR code is drawn the page, the number of its marked content and its
        name, which is always the same."""
        self._pdf = pdf
        self._numbered = dict(enumerate(objects[1:], 1))
        root = self._at(pdf.catalog["StructTreeRoot"])
        self._tree = self._at(root["ParentTree"])
        self._page = self._numbered[pdf.pages["Kids"][0]]
        code = None
        for _, _, name in pictures[:1]:
            drawn = self._at(self._page["Resources"])["XObject"]
            drawn["code"] = drawn.pop(name)
            code = _number(drawn["code"])
        if len({name for _, _, name in pictures}) > 1:
            raise NotCompiled
        [data] = (n for n, one in self._numbered.items() if _extra(one).get("Type") == "/EmbeddedFile")
        self.live = LiveObjects(
            catalog=pdf.catalog.number,
            page=self._page.number,
            contents=tuple(content.number for content in contents),
            info=len(objects),
            metadata=_number(pdf.catalog["Metadata"]),
            data=data,
            figures=tuple(self.element(page, mark).number for page, mark, _ in pictures),
            picture=code,
            document=_number(root["K"][0]),
            marks=self._tree.number,
        )

    def bookmarks(self) -> list[tuple[int, str]]:
        """The number and title of each bookmark in the order of the document."""
        found = [(number, one) for number, one in self._numbered.items() if isinstance(one, dict)]
        return [(number, one["Title"].string) for number, one in found if "Title" in one and "Dest" in one]

    def element(self, page: int, mark: int) -> Any:
        """The structure element of a number of marked content."""
        return self._at(self._elements_of(page)[mark])

    def _elements_of(self, page: int) -> Any:
        """The references to the structure elements of a page. The tree has pairs of a page and its references."""
        number, references = self._tree["Nums"][2 * page : 2 * page + 2]
        if number != page:
            raise NotCompiled
        return references

    def fonts(self, files: Mapping[str, str]) -> Iterator[tuple[str, str, int, int, int, bytes]]:
        """For each font its name, file, the numbers of descendant, program and table of characters, and the
        descendant's dictionary without widths."""
        for name, reference in self._at(self._at(self._page["Resources"])["Font"]).items():
            font = self._at(reference)
            if font["Encoding"] != "/Identity-H" or name not in files:
                raise NotCompiled
            descendant = self._at(font["DescendantFonts"][0])
            program = self._at(descendant["FontDescriptor"])["FontFile2"]
            numbers = descendant.number, _number(program), _number(font["ToUnicode"])
            yield name, files[name], *numbers, _without(descendant, "W")

    def read(
        self, *, slots: frozenset[int], fonts: Mapping[str, SheetFont], title: str, bookmarks: Collection[int]
    ) -> FileObjects:
        """All objects; `slots` are the numbers of marked content of the first page whose elements may be added to,
        `bookmarks` those whose title varies."""
        parents = {mark: _number(self.element(0, mark)["P"]) for mark in slots}
        alone = (one for one in vars(self.live).values() if isinstance(one, int))
        numbers = {*self.live.contents, *self.live.figures, *alone, *bookmarks}
        live = {one: self._numbered[one] for one in numbers if one in self._numbered}
        written = {number for font in fonts.values() for number in (font.descendant, font.program, font.unicode)}
        growing = {self.live.document, *parents.values()}
        fixed = {n: one for n, one in self._numbered.items() if n not in {*live, *written, *growing}}
        page = live[self.live.page]
        partly = {
            self.live.catalog: self._pdf.catalog.data[:-2],
            self.live.page: page.data[:-2],
            self.live.data: _without(_extra(live[self.live.data]), "Params", "Filter", "Length"),
            **{number: _without(self._numbered[number], "K") for number in growing},
        }
        partly |= {figure: _without(live[figure], "Alt") for figure in self.live.figures}
        partly |= {bookmark: _without(live[bookmark], "Title") for bookmark in bookmarks}
        return FileObjects(
            streams={n: bytes(one.data) for n, one in fixed.items() if hasattr(one, "stream")},
            objects={n: bytes(one.data) for n, one in fixed.items() if not hasattr(one, "stream")},
            live=self.live,
            dictionaries=partly,
            kids={number: tuple(map(_as_bytes, self._numbered[number]["K"])) for number in sorted(growing)},
            parents=parents,
            marks=tuple(map(_as_bytes, self._elements_of(0))),
            further=b" ".join(map(_as_bytes, self._tree["Nums"][2:])),
            metadata=_around(live[self.live.metadata], title),
            size=self.live.info + 2,
        )

    def _at(self, reference: Any) -> Any:
        return self._numbered[_number(reference)]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _as_bytes(kid: Any) -> bytes:
    return kid if isinstance(kid, bytes) else bytes(kid.data) if hasattr(kid, "data") else str(kid).encode()


def _extra(one: Any) -> Any:
    return getattr(one, "extra", {})


def _without(dictionary: Any, *keys: str) -> bytes:
    """A dictionary as far as it is fixed, still open."""
    rest = type(dictionary)({key: value for key, value in dictionary.items() if key not in keys})
    return bytes(rest.data[:-2])


def _around(metadata: Any, title: str) -> tuple[bytes, bytes]:
    """The metadata before and after the title."""
    parts = zlib.decompress(b"".join(metadata.stream)).split(escape(title).encode())
    if len(parts) != 2:
        raise NotCompiled
    return parts[0], parts[1]
