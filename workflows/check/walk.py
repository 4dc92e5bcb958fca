"""Which states can be reached from which, given known conditions and leaving out certain rows."""

from collections.abc import Callable, Collection, Iterable

from workflows.definition import Row, Table
from workflows.definition.values import Condition


def closure(found: set[str], following: Callable[[str], set[str]]) -> set[str]:
    """The transitive closure: ``found`` and everything that follows from it in any number of steps."""
    waiting = list(found)
    while waiting:
        fresh = following(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def reached(
    table: Table,
    starts: Iterable[str],
    *,
    given: Collection[Condition] = (),
    without: Callable[[Row], bool] = lambda row: False,
) -> set[str]:
    """The states that a case can reach by rows that agree with ``given``, leaving out some rows.

    A condition that ``given`` does not name may be true or false, and may change between steps.
    """
    rows = [row for row in table.rows if agree(row.conditions, given) and not without(row)]
    return closure(set(starts), lambda state: {row.target_from(state) for row in rows if state in row.sources})


def agree(some: Iterable[Condition], others: Collection[Condition]) -> bool:
    """Whether no condition of one has its opposite in the other."""
    return not any(one.name == other.name and one.holds != other.holds for one in some for other in others)


def in_all(rows: Collection[Row]) -> frozenset[Condition]:
    """The conditions that all of the rows name."""
    return frozenset.intersection(*(frozenset(row.conditions) for row in rows)) if rows else frozenset()
