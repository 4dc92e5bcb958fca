"""Facts of a case that are read when they are first used: decorators for methods of `CaseFacts`."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    T = TypeVar("T")

    def read_late(read: Callable[[Any], T]) -> T:
        """A cached_property that type checkers accept as an attribute of `Facts`."""

    read_if_asked = read_late
else:
    read_late = cached_property

    class read_if_asked(cached_property):  # noqa: N801 (a decorator is named like a function)
        """The same, but not read with all others: few pages show what depends on it."""


def late_facts(facts: type) -> Iterator[str]:
    """The names of the facts that are read with all others."""
    for name, attribute in vars(facts).items():
        if type(attribute) is cached_property:
            yield name
