"""Values in a raw form by their paths, such as `people.0.id_no`."""

from collections.abc import Iterable, Iterator
from typing import Any

Place = tuple[Any, Any]


def places(form: Any, paths: Iterable[str]) -> Iterator[Place]:
    """The container of each path's value, and its key or index. The paths must exist in the form."""
    for path in paths:
        *above, last = path.split(".")
        holder = form
        for part in above:
            holder = holder[_key(holder, part)]
        yield holder, _key(holder, last)


def _key(holder: Any, part: str) -> str | int:
    return int(part) if isinstance(holder, list) else part
