"""An insert that ignores an existing key: of two concurrent inserts, the second finds the first row."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def insert_if_absent(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The statement without its values, in the dialect of the session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
