"""Reads a section field by field: values for the draft, values for the rules, and every fault.

Pydantic validates a section only as a whole. Here each field is read separately, so that a faulty one hides
neither the faults of others nor the rules that do not need it: a rule that uses an unread field ends there
with Unread (see Schema).
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Annotated, Any, Protocol, Union, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError

from registration.rules.form.faults import FIELDS, problems_of
from registration.rules.form.values import Schema, Unread, is_blank
from registration.rules.problems import Problem

_LARGEST = 10**30  # No field needs a larger whole number, and Python would not print it.


class _Missing:
    """The mark of a value that could not be read."""


UNREAD = _Missing()


@dataclass(frozen=True, slots=True)
class Reading:
    """`kept` is for the draft: normalized if it could be read, otherwise as typed; `value` is for the rules.

    `is_misshapen`: the JSON has another shape than the form (a number for a name, a list for an object): no
    page could show that, so it is not stored.
    """

    kept: Any
    value: Any
    problems: tuple[Problem, ...] = ()
    is_misshapen: bool = False


class _Node(Protocol):
    def read(self, raw: Any, path: str) -> Reading: ...

    def fits(self, raw: Any) -> bool:
        """Whether the JSON has the shape of the form, with any values; faster than reading it."""


@cache
def reader_of(model: type[BaseModel]) -> _Node:
    """How a section or a part of one is read."""
    if issubclass(model, RootModel):
        root = model.model_fields["root"]
        return _Root(model, _node(root.annotation, root.metadata))
    if not issubclass(model, Schema):
        raise TypeError(model)
    return _Record((model,), {model: _fields(model)})


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One text, figure, day, choice or tick."""

    adapter: TypeAdapter[Any]
    shapes: tuple[type, ...]

    def read(self, raw: Any, path: str) -> Reading:
        misshapen = not _has_shape(raw, self.shapes)
        kept = None if misshapen else raw
        try:
            value = self.adapter.validate_python(raw)
        except ValidationError as error:
            return Reading(kept, UNREAD, tuple(problems_of(path, error)), misshapen)
        if misshapen:
            return Reading(None, UNREAD, (Problem(path, "field.malformed"),), True)
        return Reading(_as_kept(raw, value), value)

    def fits(self, raw: Any) -> bool:
        return _has_shape(raw, self.shapes)


@dataclass(frozen=True, slots=True)
class _List:
    item: _Node
    least: int
    most: int

    def read(self, raw: Any, path: str) -> Reading:
        if not isinstance(raw, list | tuple):
            return Reading(None, UNREAD, (Problem(path, "list.malformed"),), True)
        items = [self.item.read(one, f"{path}.{place}") for place, one in enumerate(raw)]
        problems = [*self._length(len(raw), path), *(problem for one in items for problem in one.problems)]
        values = tuple(one.value for one in items)
        kept = [one.kept for one in items if one.kept is not None]
        whole = all(value is not UNREAD for value in values)
        return Reading(kept, values if whole else UNREAD, tuple(problems), any(one.is_misshapen for one in items))

    def fits(self, raw: Any) -> bool:
        return isinstance(raw, list | tuple) and all(self.item.fits(one) for one in raw)

    def _length(self, found: int, path: str) -> list[Problem]:
        if found < self.least:
            return [Problem(path, "list.too_short", {"least": str(self.least)})]
        return [Problem(path, "list.too_long", {"most": str(self.most)})] if found > self.most else []


@dataclass(frozen=True, slots=True)
class _Root:
    model: type[RootModel[Any]]
    inner: _Node

    def read(self, raw: Any, path: str) -> Reading:
        read = self.inner.read(raw, path)
        value = read.value if read.value is UNREAD else self.model.model_construct(root=read.value)
        return Reading(read.kept, value, read.problems, read.is_misshapen)

    def fits(self, raw: Any) -> bool:
        return self.inner.fits(raw)


@dataclass(frozen=True, slots=True)
class _Record:
    """An object of one model, or of one of several models by its field `kind`."""

    models: tuple[type[Schema], ...]
    fields: Mapping[type[Schema], Mapping[str, _Node]]

    def read(self, raw: Any, path: str) -> Reading:
        if not isinstance(raw, Mapping):
            return Reading(None, UNREAD, (Problem(path, "field.malformed"),), True)
        model = self._model(raw)
        if model is None:
            return self._without_kind(raw, path)
        raw = model.settled(raw)
        given = {name: value for name, value in raw.items() if not is_blank(value)}
        read = {
            name: node.read(given[name], f"{path}.{name}") for name, node in self.fields[model].items() if name in given
        }
        missing = [name for name, field in model.model_fields.items() if field.is_required() and name not in given]
        faults = [problem for one in read.values() for problem in one.problems]
        faults += [Problem(f"{path}.{name}", "field.missing") for name in missing]
        unknown, misshapen = _unknown(raw, path, known=model.model_fields)
        made = _made(model, {name: one.value for name, one in read.items()}, unread=missing)
        return Reading(
            {**_plain(raw), **{name: one.kept for name, one in read.items()}},
            made,
            (*_in_order(faults, model, path), *unknown, *_broken(made, path)),
            misshapen or any(one.is_misshapen for one in read.values()),
        )

    def fits(self, raw: Any) -> bool:
        if not isinstance(raw, Mapping):
            return False
        model = self._model(raw)
        nodes = self.fields[model] if model else {}
        if model is None and not (isinstance(raw.get("kind"), str | None) and isinstance(raw.get("key"), str | None)):
            return False
        return all(self._fits(nodes.get(name), name, value) for name, value in raw.items())

    @staticmethod
    def _fits(node: _Node | None, name: Any, value: Any) -> bool:
        """Whether the value has the shape of its field; a blank or unknown field needs a plain value."""
        known = node is not None and not is_blank(value)
        return node.fits(value) if node and known else _is_plain_name(name) and _is_plain(value)

    def _model(self, raw: Mapping[str, Any]) -> type[Schema] | None:
        if len(self.models) == 1:
            return self.models[0]
        return next((model for model in self.models if _kind_of(model) == raw.get("kind")), None)

    def _without_kind(self, raw: Mapping[str, Any], path: str) -> Reading:
        """Without a valid `kind` only the key can be read, which other sections refer to."""
        kind, model = raw.get("kind"), self.models[0]
        key = self.fields[model]["key"].read(raw.get("key"), f"{path}.key")
        made = _made(model, {"key": key.value}, unread=[name for name in model.model_fields if name != "key"])
        unknown, _ = _unknown(raw, path, known={name for one in self.models for name in one.model_fields})
        problems = [Problem(f"{path}.kind", "field.missing" if is_blank(kind) else "choice.unknown"), *unknown]
        misshapen = not isinstance(kind, str | None) or key.is_misshapen or len(_plain(raw)) < len(raw)
        return Reading(_plain(raw), made, tuple(problems), misshapen)


def well_shaped(section: str, raw: Any, *, model: type[BaseModel]) -> Any:
    """`raw` if a page can show it; otherwise those parts with the shape of the form.

    Input of another shape is refused today; an older draft may have it.
    """
    node = reader_of(model)
    return raw if node.fits(raw) else node.read(raw, section).kept


def _fields(model: type[Schema]) -> dict[str, _Node]:
    return {name: _node(field.annotation, field.metadata) for name, field in model.model_fields.items()}


def _node(annotation: Any, metadata: Any = ()) -> _Node:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _node(inner, (*more, *metadata))
    kinds = [annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not types.NoneType]
    if len(kinds) == 1 and kinds[0] is not annotation:
        return _node(kinds[0], metadata)
    if get_origin(annotation) is tuple:
        least = max((one.min_length for one in metadata if isinstance(one, MinLen)), default=0)
        most = min((one.max_length for one in metadata if isinstance(one, MaxLen)), default=1_000)
        return _List(_node(get_args(annotation)[0]), least, most)
    if all(isinstance(kind, type) and issubclass(kind, Schema) for kind in kinds):
        return _Record(tuple(kinds), {kind: _fields(kind) for kind in kinds})
    return _Leaf(TypeAdapter(Annotated[annotation, *metadata] if metadata else annotation), _shapes(annotation))


def _shapes(annotation: Any) -> tuple[type, ...]:
    if annotation is bool:
        return (bool, str)
    return (str, int, float) if annotation in (Decimal, int) else (str,)


def _has_shape(raw: Any, shapes: tuple[type, ...]) -> bool:
    if isinstance(raw, bool):
        return bool in shapes
    if isinstance(raw, date):
        return True
    if isinstance(raw, float) and not isfinite(raw):
        return False
    if isinstance(raw, int | float) and abs(raw) >= _LARGEST:
        return False
    return isinstance(raw, shapes)


def _as_kept(raw: Any, value: Any) -> Any:
    """The value for the draft: typed text stays text, a number in plain digits (not `1E3`)."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(raw, str) or isinstance(value, bool):
        return value if isinstance(value, bool) else raw
    if isinstance(value, Decimal):
        return format(abs(value) if value == 0 else value, "f")
    return str(value) if isinstance(value, int) else value


def _kind_of(model: type[Schema]) -> str:
    return str(get_args(model.model_fields["kind"].annotation)[0])


def _plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without a list or an object as value, known or not: a page can show them and report unknown ones."""
    plain = {name: value for name, value in raw.items() if _is_plain_name(name) and _is_plain(value)}
    return {name: "" if isinstance(value, str) and is_blank(value) else value for name, value in plain.items()}


def _is_plain(value: Any) -> bool:
    return value is None or _has_shape(value, (str, bool, int, float))


def _is_plain_name(name: Any) -> bool:
    return isinstance(name, str) and "." not in name


def _unknown(raw: Mapping[str, Any], path: str, *, known: Any) -> tuple[list[Problem], bool]:
    """A problem for each unknown field, and whether one of them cannot be stored."""
    names = [name for name in raw if name not in known]
    problems = [Problem(f"{path}.{name}" if _is_plain_name(name) else path, "field.unknown") for name in names]
    return problems, any(not (_is_plain_name(name) and _is_plain(raw[name])) for name in names)


def _made(model: type[Schema], values: Mapping[str, Any], *, unread: list[str]) -> Schema:
    """An object of the readable fields; the others are absent, even if they have a default."""
    made = model.model_construct(**{name: value for name, value in values.items() if value is not UNREAD})
    for name in (*unread, *(name for name, value in values.items() if value is UNREAD)):
        made.__dict__.pop(name, None)
    return made


def _in_order(faults: list[Problem], model: type[Schema], path: str) -> list[Problem]:
    places = {name: place for place, name in enumerate(model.model_fields)}
    return sorted(faults, key=lambda one: places[one.path.removeprefix(f"{path}.").partition(".")[0]])


def _broken(made: Schema, path: str) -> list[Problem]:
    """The problems of the rules inside one object, as far as the fields that they need were read."""
    problems = []
    for rule in type(made).rules:
        try:
            problems += [Problem(f"{path}.{FIELDS[code]}" if code in FIELDS else path, code) for code in rule(made)]
        except Unread:
            continue
    return problems
