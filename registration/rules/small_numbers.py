"""Which published counts are withheld, so that no small number can be seen or computed from the others.

Counts of one to four are withheld (primary suppression). Because totals are published too, others are withheld with
them until none of the small ones follows from the sums (secondary suppression).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# Fewer cases than these are not told apart from each other.
FEWEST = 5
# From so many on a share in whole percents does not tell a small number behind it.
MANY = 200

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Sum(Generic[Key]):
    """That the count `whole` is the sum of the counts of `parts`."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return (self.whole, *self.parts)


def is_small(number: int) -> bool:
    return 0 < number < FEWEST


def shown(number: int) -> int | None:
    """A count that is in no sum; None for a small one."""
    return None if is_small(number) else number


def withheld(
    numbers: Mapping[Key, int], sums: Sequence[Sum[Key]], *, unpublished: Collection[Key] = ()
) -> frozenset[Key]:
    """The keys of the counts that are not published.

    `unpublished` are counts that are shown nowhere, but that would follow from two that are, such as the cases of this
    month before today; they are protected likewise.
    """
    small = {key for key, number in numbers.items() if is_small(number)}
    hidden = small | set(unpublished)
    while (other := _next_to_hide(numbers, sums, small, hidden)) is not None:
        hidden.add(other)
    return frozenset(hidden - set(unpublished))


def share(part: int, whole: int) -> float | None:
    """In whole percents; None for few cases, or where it would tell a small number."""
    if whole < FEWEST or (whole < MANY and (is_small(part) or is_small(whole - part))):
        return None
    return round(part / whole, 2)


def _next_to_hide(
    numbers: Mapping[Key, int], sums: Sequence[Sum[Key]], small: set[Key], hidden: set[Key]
) -> Key | None:
    """A count of a sum that tells a small one; sums alone first, because the elimination costs more."""
    for one in sums:
        gone = [key for key in one.keys if key in hidden]
        if (len(gone) == 1 and gone[0] in small) or _is_narrow(numbers, one, small, hidden):
            return _least(numbers, one, hidden)
    known = _determined(sums, hidden)
    unsolved = hidden - known
    if known.isdisjoint(small) and not any(_is_narrow(numbers, one, small, unsolved) for one in sums):
        return None
    telling = (one for one in sums if known.intersection(one.keys))
    return next((key for one in telling if (key := _least(numbers, one, hidden)) is not None), None)


def _least(numbers: Mapping[Key, int], one: Sum[Key], hidden: Collection[Key]) -> Key | None:
    """The shown count of a sum that is missed least: a small part before a large one, the whole before a zero."""
    shown = [key for key in one.keys if key not in hidden]
    return min(shown, key=lambda key: (numbers[key] == 0, key == one.whole, numbers[key]), default=None)


def _is_narrow(numbers: Mapping[Key, int], one: Sum[Key], small: set[Key], hidden: set[Key]) -> bool:
    """Whether the whole is shown, and the hidden parts, of which one is small, make a small number together."""
    parts = [key for key in one.parts if key in hidden]
    if one.whole in hidden or not small.intersection(parts):
        return False
    return is_small(sum(numbers[key] for key in parts))


# Coefficients are counted modulo a prime, which is exact enough for sums whose coefficients are 1 and -1.
_PRIME = 2**31 - 1
_Row = dict[Key, int]


def _determined(sums: Iterable[Sum[Key]], hidden: Collection[Key]) -> set[Key]:
    """The hidden counts that have one solution: the reduced row echelon form has a row for each alone."""
    done: list[tuple[Key, _Row[Key]]] = []
    for one in sums:
        row = {key: 1 if key == one.whole else _PRIME - 1 for key in one.keys if key in hidden}
        for pivot, other in done:
            row = _without(row, pivot, other)
        if row:
            pivot = next(iter(row))
            inverse = pow(row[pivot], -1, _PRIME)
            row = {key: value * inverse % _PRIME for key, value in row.items()}
            done = [(key, _without(other, pivot, row)) for key, other in done]
            done.append((pivot, row))
    return {pivot for pivot, row in done if len(row) == 1}


def _without(row: _Row[Key], pivot: Key, other: _Row[Key]) -> _Row[Key]:
    """The row without the pivot, by subtracting a multiple of the other row, whose pivot is 1."""
    times = row.get(pivot, 0)
    if not times:
        return row
    keys = dict.fromkeys((*row, *other))
    found = {key: (row.get(key, 0) - times * other.get(key, 0)) % _PRIME for key in keys}
    return {key: value for key, value in found.items() if value}
