"""Who took an action of a case, for the four-eyes check."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from registration import database
from registration.database.statements import Query
from registration.matters import definition_of
from registration.models import Application, HistoryEntry
from registration.queries.case_rows import HISTORY


class TookPart(Mapping[str, str]):
    """Action -> who took it last, or for whom, for the actions that four eyes apply to; read at the first use."""

    def __init__(self, session: Session, case: Application) -> None:
        self._session, self._case = session, case

    @cached_property
    def _took(self) -> dict[str, str]:
        watched = _watched_tags(self._case.definition)
        if not watched:
            return {}
        if database.stays_open(self._session):
            # A page has the whole history.
            entries = HISTORY.all(self._session, case_id=self._case.id)
            rows = [(one.tag, one.actor, one.data) for one in entries if one.tag in watched.values()]
        else:
            rows = last_takers(len(watched)).rows(self._session, case_id=self._case.id, **watched)
        return {tag.partition(":")[2]: data.get("for") or actor for tag, actor, data in rows}

    def __getitem__(self, action: str) -> str:
        return self._took[action]

    def __iter__(self) -> Iterator[str]:
        return iter(self._took)

    def __len__(self) -> int:
        return len(self._took)


@cache
def _watched_tags(definition: str) -> dict[str, str]:
    """Only the entries of actions that a row requires another person for are read, not the whole history."""
    watched = {action for row in definition_of(definition).rows for action in row.not_same_person_as}
    return {f"tag_{n}": f"application:{action}" for n, action in enumerate(sorted(watched))}


@cache
def last_takers(count: int) -> Query:
    tags = or_(*(col(HistoryEntry.tag) == bindparam(f"tag_{n}") for n in range(count)))
    query = select(col(HistoryEntry.tag), col(HistoryEntry.actor), col(HistoryEntry.data))
    return Query(
        query.where(col(HistoryEntry.application_id) == bindparam("case_id"), tags).order_by(col(HistoryEntry.seq))
    )
