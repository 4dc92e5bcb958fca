"""Masked input: a text that is sent back masked was not changed, so the stored text is used."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def restore_masked(raw: Any, stored: Any) -> Any:
    """`raw`, with every masked text replaced by the stored text at the same position.

    Rows of a list are matched by their `key`, rows without one by their position.
    """
    if isinstance(raw, Mapping) and isinstance(stored, Mapping):
        return {key: restore_masked(value, stored.get(key)) for key, value in raw.items()}
    if isinstance(raw, list) and isinstance(stored, list):
        return [restore_masked(item, match) for item, match in zip(raw, _matches(raw, stored), strict=True)]
    return stored if isinstance(raw, str) and isinstance(stored, str) and _is_mask(raw, stored) else raw


def _is_mask(typed: str, stored: str) -> bool:
    """Whether a text is masked: by three stars, or by fewer stars in a text that otherwise equals the stored one."""
    if "***" in typed:
        return True
    alike = len(typed) == len(stored) and all(one in ("*", other) for one, other in zip(typed, stored, strict=True))
    return "*" in typed and alike


def _matches(raw: Sequence[Any], stored: Sequence[Any]) -> Iterator[Any]:
    by_key = {_key(item): item for item in stored if _key(item) is not None}
    for place, item in enumerate(raw):
        if _key(item) is not None:
            yield by_key.get(_key(item))
        else:
            yield stored[place] if place < len(stored) and _key(stored[place]) is None else None


def _key(item: Any) -> str | None:
    key = item.get("key") if isinstance(item, Mapping) else None
    return key if isinstance(key, str) else None
