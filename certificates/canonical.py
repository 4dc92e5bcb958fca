"""One byte string per set of facts: canonical JSON (RFC 8785) without fractions, and its SHA-256."""

import hashlib
import json
from typing import Any

# Without floats, and with keys in the right order, the standard library writes exactly what RFC 8785 requires:
# no spaces, the shortest escapes, lower-case hex, UTF-8.
_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_AS_GIVEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
# RFC 8785 allows only numbers that a double holds exactly.
_LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """`canonical_text` in UTF-8. Raises UnicodeEncodeError for a lone surrogate."""
    return canonical_text(value).encode()


def canonical_text(value: Any) -> str:
    """Canonical JSON after RFC 8785 of objects, arrays, strings, booleans, null and integers below 2^53.

    Raises TypeError for anything else, such as a float.
    """
    _refuse_strangers(value)
    text = _SORTED.encode(value)
    if not text.isascii() and len(text.encode("utf-16-le")) > 2 * len(text):
        # The standard sorts keys by UTF-16 units, Python by code points: they differ above U+FFFF only.
        text = _AS_GIVEN.encode(_in_order(value))
    return text


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, 64 lower-case hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def in_fours(hexadecimal: str) -> str:
    """The first sixteen hex digits in groups of four, for comparison by people: 7C1E 09D4 5A3B F210."""
    short = hexadecimal[:16].upper()
    return " ".join(short[i : i + 4] for i in range(0, 16, 4))


def _refuse_strangers(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("a key of canonical JSON is a string")
            # Nearly all values are strings; history is written on every action, so strings are checked once.
            if type(inner) is not str:
                _refuse_strangers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if type(inner) is not str:
                _refuse_strangers(inner)
    elif isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise TypeError("an integer beyond 2^53 has no canonical form")
    elif value is not None and not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} has no canonical form here")


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=_utf16)}
    return [_in_order(inner) for inner in value] if isinstance(value, list | tuple) else value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
