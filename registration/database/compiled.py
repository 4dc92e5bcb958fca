"""A statement compiled for one dialect: its text, and how values reach the driver and come back."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Delete,
    Dialect,
    Insert,
    Select,
    String,
    Update,
    literal_column,
)
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeDecorator, TypeEngine

Converter = Callable[[Any], Any] | None
Statement = Insert | Update | Delete | Select[Any] | CompoundSelect[Any]
_WORD = re.compile(r"[\w:.]+", re.ASCII)
# Where SQLAlchemy leaves the values of `IN` open until it is executed.
_LIST = re.compile(r"__\[POSTCOMPILE_(\w+)\]")


def converter_of(kind: TypeEngine[Any], dialect: Dialect) -> Converter:
    """What makes the value of a column from that of the driver; None where it is the same."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Compiled:
    """A statement compiled for one dialect."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        if isinstance(statement, Select | CompoundSelect):
            whole: Any = replacement_traverse(statement, {}, _spelled_out)
        else:
            whole = statement
        compiled: Any = whole.compile(dialect=dialect)
        binds: dict[str, Any] = {name: bind for bind, name in compiled.bind_names.items()}
        self._lists = tuple(name for name, bind in binds.items() if bind.expanding and bind.required)
        fixed_lists = {name: bind.value for name, bind in binds.items() if bind.expanding and not bind.required}
        order = tuple(getattr(compiled, "positiontup", None) or ())
        self.text, self._order = _spread(str(compiled), order, {name: len(one) for name, one in fixed_lists.items()})
        self._spread = lru_cache(maxsize=64)(lambda *counts: _spread(self.text, self._order, dict(counts)))
        converters: dict[str, Converter] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()
        }
        self._converters = {name: one for name, one in converters.items() if binds[name].required}
        # What the statement itself says, as that a row is not removed.
        self._fixed: dict[str, Any] = {}
        for name in converters.keys() - self._converters.keys():
            self._fixed |= _bound(name, binds[name].value, converters[name], is_list=name in fixed_lists)

    def ready(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The text, and the values for the driver: by position if it has no named parameters."""
        text, order, bound = self.text, self._order, self.bound(values)
        if self._lists:
            text, order = self._spread(*((name, len(values[name])) for name in self._lists))
        return text, tuple(bound[name] for name in order) if order else bound

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if not self._lists:
            bound = {
                name: convert(values[name]) if convert else values[name] for name, convert in self._converters.items()
            }
            return bound | self._fixed if self._fixed else bound
        bound = dict(self._fixed)
        for name, convert in self._converters.items():
            bound |= _bound(name, values[name], convert, is_list=name in self._lists)
        return bound


def _bound(name: str, value: Any, convert: Converter, *, is_list: bool) -> dict[str, Any]:
    if not is_list:
        return {name: convert(value) if convert else value}
    return {f"{name}_{n}": convert(one) if convert else one for n, one in enumerate(value)}


def _spread(text: str, order: tuple[str, ...], counts: Mapping[str, int]) -> tuple[str, tuple[str, ...]]:
    """The text with a place for each value of these lists, and the order of all values."""

    def places(found: re.Match[str]) -> str:
        count = counts.get(found[1])
        if count is None:
            return found[0]
        # Nothing is in `(NULL)`; nothing is not in it either.
        if not count and text[: found.start()].endswith("NOT IN ("):
            raise ValueError("a prepared statement takes no empty list for NOT IN")
        names = ["?" if order else f"%({found[1]}_{n})s" for n in range(count)]
        return ", ".join(names) or "NULL"

    names = (tuple(f"{name}_{n}" for n in range(counts[name])) if name in counts else (name,) for name in order)
    return _LIST.sub(places, text), tuple(name for group in names for name in group)


def _spelled_out(element: Any, **_: Any) -> Any:
    """A word that the statement itself says is in its text. As a parameter it would keep PostgreSQL from an index of
    such rows alone, and SQLite would prepare the whole statement again each time, since its plan depends on the value.
    """
    if not isinstance(element, BindParameter) or element.required or element.expanding:
        return None
    kind = element.type.impl_instance if isinstance(element.type, TypeDecorator) else element.type
    # The name of a place in JSON is a parameter of another type.
    if not isinstance(kind, String):
        return None
    said = element.value
    return literal_column(f"'{said}'", element.type) if isinstance(said, str) and _WORD.fullmatch(said) else None
