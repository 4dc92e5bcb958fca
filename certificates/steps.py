"""How large name and scope are printed: decided by counting characters before layout, never by trying."""

import math
from dataclasses import dataclass

from certificates.items import columns_for, value_of
from certificates.particulars import Particulars

ANNEX_PAGE = 2000


@dataclass(frozen=True)
class Step:
    """The classes of the sheet, the name and the scope; `annex` when the scope moves to its own pages."""

    sheet: str
    name: str
    scope: str
    annex: bool = False


@dataclass(frozen=True)
class Room:
    """One way to lay out a sheet: scope characters it holds, what each further line above costs, characters a line."""

    sheet: str
    scope: str
    limit: int
    cost: int
    line: int
    small_name_line: int


# Limits are measured with rows of one line each. A further line is higher than a line of the scope, so it costs more
# characters than one of these holds.
LANDSCAPE = (
    Room("", "", 310, 34, 25, 30),
    Room("", "s1", 450, 46, 25, 30),
    Room("", "s2", 630, 62, 25, 30),
    Room("long", "s3", 1000, 82, 36, 38),
)
PORTRAIT = (
    Room("", "", 140, 40, 29, 35),
    Room("", "s1", 156, 53, 29, 35),
    Room("long", "s2", 285, 67, 33, 35),
    Room("long", "s3", 400, 74, 33, 35),
)
# A delegate in brackets is kept on one line where any line could hold it.
UNBROKEN = 24
# What the licence says instead of a scope that moved to the annex is a line or two.
POINTER = 60


def step_for(particulars: Particulars) -> Step:
    """The largest type that holds everything."""
    rooms = LANDSCAPE if particulars.style == "present" else PORTRAIT
    size = len(particulars.scope)
    for room in rooms:
        if size <= room.limit - room.cost * _further_lines(particulars, room):
            return Step(room.sheet, name_class(particulars.name or "", sheet=room.sheet), room.scope)
    for room in rooms:
        if room.limit - room.cost * _further_lines(particulars, room) >= POINTER:
            return Step(room.sheet, name_class(particulars.name or "", sheet=room.sheet), room.scope, annex=True)
    return Step("long", name_class(particulars.name or "", sheet="long"), "s3", annex=True)


def name_class(name: str, *, sheet: str = "") -> str:
    """`n1` to `n3` as the name grows; the long sheet starts smaller and has a wider column."""
    if sheet == "long":
        return "" if len(name) <= 26 else "n2" if len(name) <= 32 else "n3"
    return "" if len(name) <= 18 else "n1" if len(name) <= 21 else "n2" if len(name) <= 25 else "n3"


def place_class(place: str, *, style: str) -> str:
    """`d1` for an address that in three lines would come near the seal; the one column of 2015 is wide enough."""
    return "d1" if len(place) > 45 and style == "present" else ""


def pages_of(scope: str) -> list[str]:
    """The whole scope in pages of the annex."""
    return [scope[i : i + ANNEX_PAGE] for i in range(0, len(scope), ANNEX_PAGE)]


def _further_lines(particulars: Particulars, room: Room) -> int:
    """Lines beyond one in the rows that stand above the scope in its column."""
    left, _ = columns_for(particulars)
    lines = 0
    for item in left:
        if item.key == "name":
            lines += len(value_of(item, particulars)) > room.small_name_line
        elif item.key != "scope":
            delegate = _delegate(particulars) if item.key == "representative" else ""
            lines += max(len(item.label), _lines(len(value_of(item, particulars)), len(delegate), room.line)) - 1
    return lines


def _lines(text: int, delegate: int, line: int) -> int:
    """A delegate that does not fit behind the name begins a line of its own."""
    if text + delegate <= line:
        return 1
    return math.ceil(text / line) + math.ceil(delegate / line)


def _delegate(particulars: Particulars) -> str:
    return f"（委派代表：{particulars.delegate}）" if particulars.delegate else ""
