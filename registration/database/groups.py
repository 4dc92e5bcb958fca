"""Work on many items, a group in each transaction: a commit waits for the disk, longer than most work takes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from registration.database.engine import all_or_nothing

# A small number: others wait for the rows of a group, and on SQLite for their turn to write, until it is committed.
MOST = 20

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger(__name__)


def in_groups(items: Sequence[T], work: Callable[[T], R]) -> list[R]:
    """What `work` returns for each item. It writes by `transaction()`, whose error rolls back that item alone.

    Where the database refuses a group, because of a lock or at its commit, each of its items is worked on alone.
    """
    done: list[R] = []
    for first in range(0, len(items), MOST):
        group = items[first : first + MOST]
        try:
            with all_or_nothing():
                results = [work(item) for item in group]
        except DBAPIError:
            log.warning("database.group_failed", items=len(group), exc_info=True)
            results = [work(item) for item in group]
        done += results
    return done
