"""The office's own words for names: for the check of names, and for the page where they are changed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.known_for_a_while import KnownForAWhile
from registration.models import OwnNameWords
from registration.models.columns import table_of
from registration.rules.name_word_lists import WordLists, word_lists

KEPT_SECONDS = 10.0


def _read(connection: Connection) -> WordLists:
    table = table_of(OwnNameWords)
    rows = connection.execute(select(table).order_by(table.c.word_list))
    return word_lists(tuple((row.word_list, tuple(row.words)) for row in rows))


_known: KnownForAWhile[WordLists] = KnownForAWhile(_read, without=word_lists(), seconds=KEPT_SECONDS)


def known_lists() -> WordLists:
    """Those of the package with the office's own; a change is known to every process after so many seconds."""
    return _known.current()


def forget() -> None:
    """Reads them anew, after a change."""
    _known.forget()


def own_words(session: Session, word_list: str) -> Sequence[str]:
    """Those of one list, sorted; none where the office added none."""
    return (
        session.scalars(select(col(OwnNameWords.words)).where(col(OwnNameWords.word_list) == word_list)).first() or ()
    )


def own_lists(session: Session, *, actor: Actor) -> Mapping[str, OwnNameWords]:
    """By the name of the list."""
    access.admit("system.manage", actor)
    return {one.word_list: one for one in session.scalars(select(OwnNameWords))}
