"""What the layout of a page is made of: single controls, groups of them, and rows of a list."""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One control. `kind`: text, number, date, month, radios, select, check, checks, lines, area, person,
    persons, district.

    `path` is the field's pattern. Where a person or a district must be chosen and there is but one, that one is; not
    where it `may_be_none`. `label` are other words than those of the path.
    """

    path: str
    kind: str = "text"
    hint: LazyString | str = ""
    width: str = "w16"
    inputmode: str = ""
    empty: LazyString | str = ""
    default: str = ""
    may_be_none: bool = False
    label: LazyString | str = ""


@dataclass(frozen=True, slots=True)
class LayoutGroup:
    """Controls that belong together under a legend: the first `shown` of them at once, the others on opening `more`."""

    legend: LazyString | str
    fields: tuple[LayoutField, ...]
    hint: LazyString | str = ""
    shown: int = 1
    more: LazyString | str = ""


@dataclass(frozen=True, slots=True)
class LayoutRows:
    """The same controls once for each row of a list, with a button for one row more. `path` is the list's pattern."""

    path: str
    legend: LazyString | str
    fields: tuple[LayoutField, ...]
    hint: LazyString | str
    more: LazyString | str


Layout = tuple[LayoutField | LayoutGroup | LayoutRows, ...]
