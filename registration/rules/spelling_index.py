"""Spellings of many things as one text, which is searched much faster than each of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

BETWEEN = "\n"


class SpellingIndex:
    """Things by their spellings, none of which has a line end; what is found comes in the order of the things, once."""

    def __init__(self, things: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._things: list[str] = []
        self._starts: list[int] = []
        parts, length = [], 0
        for thing, spellings in things:
            part = "".join(f"{BETWEEN}{one}" for one in spellings)
            self._things.append(thing)
            self._starts.append(length)
            parts.append(part)
            length += len(part)
        self._text = "".join(parts) + BETWEEN

    def equal_to(self, text: str) -> Iterator[str]:
        return self._with(f"{BETWEEN}{text}{BETWEEN}")

    def beginning_with(self, text: str) -> Iterator[str]:
        return self._with(f"{BETWEEN}{text}")

    def containing(self, text: str) -> Iterator[str]:
        return self._with(text)

    def _with(self, sought: str) -> Iterator[str]:
        at = self._text.find(sought)
        while 0 <= at < len(self._text) - 1:
            place = bisect_right(self._starts, at) - 1
            yield self._things[place]
            following = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._text)
            at = self._text.find(sought, following)
