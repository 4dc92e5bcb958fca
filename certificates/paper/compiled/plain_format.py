"""Compiled forms as bytes: JSON of what they are made of, then their bytes one after another. Reading runs nothing."""

import json
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Form = TypeVar("Form")

# Bytes of the length of the JSON at the beginning.
LENGTH = 4


def packed(form: Any) -> bytes:
    """A dataclass of numbers, texts, bytes, tuples, dictionaries and such dataclasses."""
    blob = bytearray()
    head = json.dumps(_plain(form, blob)).encode()
    return len(head).to_bytes(LENGTH) + head + blob


def unpacked(kind: type[Form], content: bytes) -> Form:
    """The form of this class. Raises ValueError, TypeError or LookupError for anything that is none."""
    start = LENGTH + int.from_bytes(content[:LENGTH])
    found: Form = _value(kind, json.loads(content[LENGTH:start]), content[start:])
    return found


def _plain(one: Any, blob: bytearray) -> Any:
    if isinstance(one, bytes):
        place = {"at": len(blob), "length": len(one)}
        blob += one
        return place
    if is_dataclass(one):
        kind: Any = type(one)
        return [_plain(getattr(one, own.name), blob) for own, _ in _fields(kind)]
    if isinstance(one, dict):
        return [[_plain(key, blob), _plain(value, blob)] for key, value in one.items()]
    if isinstance(one, tuple):
        return [_plain(inner, blob) for inner in one]
    return one


@cache
def _fields(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    """The fields that a class is made with, and their types."""
    hints = get_type_hints(kind)
    return tuple((own, hints[own.name]) for own in fields(kind) if own.init)


def _value(kind: Any, plain: Any, blob: bytes) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _value(_chosen(arguments, plain), plain, blob)
    if origin is tuple:
        kinds = arguments[:1] * len(plain) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(own, one, blob) for own, one in zip(kinds, plain, strict=True))
    if origin is dict:
        return {_value(arguments[0], key, blob): _value(arguments[1], value, blob) for key, value in plain}
    if origin is Literal:
        return arguments[arguments.index(plain)]
    if kind is bytes:
        return _bytes(plain, blob)
    if is_dataclass(kind):
        made: Any = kind
        values = zip(_fields(made), plain, strict=True)
        return made(**{own.name: _value(hint, one, blob) for (own, hint), one in values})
    if not isinstance(plain, (int, float) if kind is float else kind):
        raise TypeError
    return plain


def _chosen(arguments: tuple[Any, ...], plain: Any) -> Any:
    """The member of a union that a value is of: None, bytes, or the other one."""
    if plain is None and NoneType in arguments:
        return NoneType
    [chosen] = (one for one in arguments if one is not NoneType and (one is bytes) == isinstance(plain, dict))
    return chosen


def _bytes(plain: Mapping[str, int], blob: bytes) -> bytes:
    found = blob[plain["at"] : plain["at"] + plain["length"]]
    if len(found) != plain["length"]:
        raise ValueError
    return found
