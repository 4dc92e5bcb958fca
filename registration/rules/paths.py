"""Places in a raw form by their paths, such as `people.0.id_no`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Place = tuple[Any, Any]


def places(form: Any, paths: Iterable[str]) -> Iterator[Place]:
    """What holds each path's value, and the key or number under which it does. Paths come from the form itself."""
    for path in paths:
        *above, last = path.split(".")
        holder = form
        for part in above:
            holder = holder[_key(holder, part)]
        yield holder, _key(holder, last)


def has_plain_keys(value: Any) -> bool:
    """Whether every key in it can be part of a path: a text without a full stop."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and "." not in key and has_plain_keys(item) for key, item in value.items())
    return all(has_plain_keys(item) for item in value) if isinstance(value, list) else True


def _key(holder: Any, part: str) -> str | int:
    return int(part) if isinstance(holder, list) else part
