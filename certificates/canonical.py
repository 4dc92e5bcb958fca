"""One byte string per set of facts, after RFC 8785 (sorted keys, no spaces, UTF-8), and its SHA-256."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Canonical JSON. Only objects, arrays, strings, booleans and integers: floats have no place among facts."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, 64 lower-case hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def in_fours(hexadecimal: str) -> str:
    """The first sixteen hex digits as a person compares them: 7C1E 09D4 5A3B F210."""
    short = hexadecimal[:16].upper()
    return " ".join(short[i : i + 4] for i in range(0, 16, 4))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical form here")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        _refuse_floats(inner)
