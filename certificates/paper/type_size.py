"""The type sizes of name and scope, computed from the widths of their characters before layout, never by trial.

The sizes are those of the style sheet `licence.css`, in millimetres on A4. A text that fits in none of them is
refused here, so that a draft is checked by the same function as the licence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from certificates.errors import InvalidParticulars
from certificates.paper.glyphs import width
from certificates.paper.licence_items import Item, columns_for, value_of
from certificates.paper.line_count import line_count
from certificates.particulars import Particulars

# Characters kept together at the end of a scope, so that the last line is never one character and its brackets.
TAIL = 4
# A delegate in brackets is kept on one line where a line can hold it.
UNBROKEN = 24
# Lines per column of the annex, and ems per line.
ANNEX_LINES, ANNEX_LINE = 27, 39.0


@dataclass(frozen=True)
class Type:
    """A class of the style sheet: type size in millimetres, line height in ems, space above the first line."""

    name: str
    size: float
    leading: float
    above: float = 0.0

    def height(self, lines: int) -> float:
        return self.above + lines * self.size * self.leading


@dataclass(frozen=True)
class ValueColumn:
    """A column of rows: the width of their values and their maximum height, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True)
class RowSizes:
    """Sizes of a sheet's rows: line height of a label, space below a row, types of values and names."""

    label: float
    below: float
    plain: Type
    names: tuple[Type, ...]
    small_place: Type


@dataclass(frozen=True)
class SheetLayout:
    """A layout of a sheet. `right` is the column above the registrar, absent in the style of 2015."""

    sheet: str
    type: Type
    rows: RowSizes
    left: ValueColumn
    right: ValueColumn | None
    registrar: ValueColumn

    @property
    def scope(self) -> str:
        """The class of the scope."""
        return self.type.name


@dataclass(frozen=True)
class TypeSize:
    """The classes of the sheet, the name and the scope; `annex` when the scope is on its own pages."""

    sheet: str
    name: str
    scope: str
    annex: bool = False


USUAL = RowSizes(
    label=3.88 * 1.75,
    below=3.0,
    plain=Type("", 4.41, 1.54),
    names=(Type("", 6, 1.132), Type("n1", 5.28, 1.286), Type("n2", 4.41, 1.54), Type("n3", 3.7, 1.55)),
    small_place=Type("d1", 3.7, 1.55, 0.4),
)
TIGHT = RowSizes(
    label=3.53 * 1.8,
    below=1.8,
    plain=Type("", 3.88, 1.64),
    names=(Type("", 5.28, 1.205), Type("n2", 4.41, 1.44), Type("n3", 3.7, 1.55)),
    small_place=Type("d1", 3.264, 1.5, 0.6),
)
S0, S1, S2 = Type("", 3.7, 1.62, 0.4), Type("s1", 3.264, 1.55, 0.7), Type("s2", 2.846, 1.5, 1.1)
S3 = Type("s3", 2.784, 1.42, 1.2)
# The left column ends above the line on the yearly report, the right one above the registrar.
_WIDE = (USUAL, ValueColumn(111, 109.6), ValueColumn(70, 83.5), ValueColumn(70, 32.5))
_LONG = (TIGHT, ValueColumn(142, 111.1), ValueColumn(48, 85), ValueColumn(48, 32.5))
LANDSCAPE = (
    SheetLayout("", S0, *_WIDE),
    SheetLayout("", S1, *_WIDE),
    SheetLayout("", S2, *_WIDE),
    SheetLayout("long", S3, *_LONG),
)


def _portrait(sheet: str, type_: Type, rows: RowSizes, *, height: float) -> SheetLayout:
    return SheetLayout(sheet, type_, rows, ValueColumn(130, height), None, ValueColumn(60, 32.5))


# The single column of 2015 ends above the place of the seal; if that is not enough, above the registrar's name.
PORTRAIT = (
    _portrait("", S0, USUAL, height=95),
    _portrait("", S1, USUAL, height=95),
    _portrait("long", S2, TIGHT, height=95),
    _portrait("long", S3, TIGHT, height=95),
    _portrait("long", S3, TIGHT, height=117),
)


def type_size_for(particulars: Particulars) -> TypeSize:
    """The largest type in which everything fits; InvalidParticulars `sheet.full` with the longest field."""
    rooms = LANDSCAPE if particulars.style == "present" else PORTRAIT
    scope = particulars.scope
    for room in rooms:
        if _fits(particulars, room, scope):
            return TypeSize(room.sheet, name_class(particulars.name or "", room), room.scope)
    pointer = annex_pointer(particulars)
    for room in rooms:
        if _fits(particulars, room, pointer):
            return TypeSize(room.sheet, name_class(particulars.name or "", room), room.scope, annex=True)
    raise InvalidParticulars("sheet.full", {"field": _longest_field(particulars)})


def annex_pointer(particulars: Particulars) -> str:
    """The text on the licence in place of a scope that is in the annex."""
    pages = len(pages_of(particulars))
    return f"经营范围共{len(particulars.scope)}字，全文见附页（共{pages}页）。"


def name_class(name: str, room: SheetLayout) -> str:
    """The class of the largest type in which the name fits one line; the smallest where it fits none."""
    return _name_type(name, room).name


def place_class(place: str, *, style: str) -> str:
    """`d1` for an address whose three lines would come close to the seal; the single column of 2015 is wide enough."""
    return "d1" if _is_long_place(place) and style == "present" else ""


def pages_of(particulars: Particulars) -> list[tuple[str, str]]:
    """The whole scope as pages of the annex, two columns each. A column ends with an item and its sign, and the next
    begins with an item; the columns of the last page have about equal length."""
    columns = _columns(particulars.scope_parts())
    pages = [(columns[at], columns[at + 1] if at + 1 < len(columns) else []) for at in range(0, len(columns), 2)]
    pages[-1] = _balanced([*pages[-1][0], *pages[-1][1]])
    return [("".join(left), "".join(right)) for left, right in pages]


def _columns(items: Sequence[str]) -> list[list[str]]:
    columns: list[list[str]] = [[]]
    for item in items:
        if _annex_lines([item]) > ANNEX_LINES:
            raise InvalidParticulars("sheet.full", {"field": "scope"})
        if _annex_lines([*columns[-1], item]) > ANNEX_LINES:
            columns.append([])
        columns[-1].append(item)
    return columns


def _balanced(items: list[str]) -> tuple[list[str], list[str]]:
    """The first split whose left column is not shorter than the right one, if the right one fits."""
    for at in range(1, len(items) + 1):
        left, right = items[:at], items[at:]
        if _annex_lines(left) >= _annex_lines(right) and _annex_lines(left) <= ANNEX_LINES:
            return left, right
    return items, []


def _annex_lines(items: list[str]) -> int:
    return line_count("".join(items), line=ANNEX_LINE) if items else 0


def _fits(particulars: Particulars, room: SheetLayout, scope: str) -> bool:
    left, right = columns_for(particulars)
    within = _height(left, particulars, room, room.left, scope) <= room.left.height
    if room.right is not None:
        within = within and _height(right, particulars, room, room.right, scope) <= room.right.height
    return within and _registrar_height(particulars.registrar, room) <= room.registrar.height


def _height(
    items: tuple[Item, ...], particulars: Particulars, room: SheetLayout, column: ValueColumn, scope: str
) -> float:
    rows = room.rows
    heights = []
    for item in items:
        value = scope if item.key == "scope" else value_of(item, particulars)
        own = _value_height(item.key, value, particulars, room, column)
        heights.append(max(len(item.label) * rows.label, own) + (0 if item.key == "scope" else rows.below))
    return sum(heights)


def _value_height(key: str, value: str, particulars: Particulars, room: SheetLayout, column: ValueColumn) -> float:
    rows = room.rows
    if key == "scope":
        return room.type.height(line_count(value, line=column.width / room.type.size, unbroken_end=TAIL))
    type_ = rows.plain
    if key == "name":
        type_ = _name_type(value, room)
    elif key == "domicile" and room.right is not None and _is_long_place(value):
        type_ = rows.small_place
    lines = line_count(value, line=column.width / type_.size)
    if key == "representative" and particulars.delegate:
        lines = _lines_with_delegate(value, particulars.delegate, line=column.width / type_.size)
    return type_.height(lines)


def _lines_with_delegate(value: str, delegate: str, *, line: float) -> int:
    """Number of lines; a delegate that does not fit after the name begins a new line."""
    words = f"（委派代表：{delegate}）"
    together = line_count(value, line=line) + line_count(words, line=line)
    return 1 if width(value) + width(words) <= line else together


def _registrar_height(registrar: str, room: SheetLayout) -> float:
    """Height of the registrar's name and the date of issue below it."""
    rows = room.rows
    lines = line_count(registrar, line=room.registrar.width / rows.plain.size)
    return max(rows.label, rows.plain.height(lines)) + rows.below + max(rows.label, rows.plain.height(1))


def registrar_fits(registrar: str) -> bool:
    """Whether this name of a registrar fits on every kind of sheet."""
    return all(_registrar_height(registrar, room) <= room.registrar.height for room in (*LANDSCAPE, *PORTRAIT))


def _name_type(name: str, room: SheetLayout) -> Type:
    line = room.left.width
    return next((one for one in room.rows.names if width(name) * one.size <= line), room.rows.names[-1])


def _is_long_place(place: str) -> bool:
    return width(place) > 45


def _longest_field(particulars: Particulars) -> str:
    """The field that a user should shorten."""
    texts = {name: getattr(particulars, name) or "" for name in ("name", "representative", "domicile", "registrar")}
    return max(texts, key=lambda name: width(texts[name]))
