"""Adds the changes of the desk's numbers to these numbers, so that reading them stays short."""

from collections import Counter
from typing import Any

from sqlalchemy import delete, insert, select, tuple_, update
from sqlmodel import col

from registration import database
from registration.models import DeskCount, DeskCountChange
from registration.models.columns import table_of

_COUNT, _CHANGE = table_of(DeskCount).c, table_of(DeskCountChange).c
_KEY = tuple(column.name for column in table_of(DeskCount).primary_key)


def fold(*, most: int) -> int:
    """Adds at most `most` changes; returns how many. A reader sees each of them once, before and after."""
    with database.reading() as session:
        numbers = list(session.scalars(select(col(DeskCountChange.id)).limit(most)))
    if not numbers:
        return 0
    with database.transaction() as session:
        taken = delete(DeskCountChange).where(col(DeskCountChange.id).in_(numbers))
        total = Counter[tuple[Any, ...]]()
        for row in session.execute(taken.returning(*(_CHANGE[name] for name in _KEY), _CHANGE.number)):
            total[tuple(row[:-1])] += row[-1]
        changed = {key: number for key, number in total.items() if number}
        columns = [_COUNT[name] for name in _KEY]
        query = select(*columns).where(tuple_(*columns).in_(changed.keys()))
        known: set[tuple[Any, ...]] = {tuple(row) for row in session.execute(query)} if changed else set()
        for key, number in changed.items():
            if key in known:
                here = [column == value for column, value in zip(columns, key, strict=True)]
                session.execute(update(DeskCount).where(*here).values(number=_COUNT.number + number))
            else:
                session.execute(insert(DeskCount).values(dict(zip(_KEY, key, strict=True)) | {"number": number}))
        session.execute(delete(DeskCount).where(col(DeskCount.number) == 0))
    return len(numbers)
