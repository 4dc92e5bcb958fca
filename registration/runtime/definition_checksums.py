"""Checks before a process starts that no table was edited after cases were opened under it."""

from sqlmodel import Session

from registration import database
from registration.errors import Unavailable
from registration.queries.definition_checksums import RecordedDefinition, recorded_definitions


def edited(url: str) -> list[RecordedDefinition]:
    """The tables in the database at `url` whose files have changed since; on a connection of its own."""
    return [one for one in all_recorded(url) if one.edited]


def all_recorded(url: str) -> list[RecordedDefinition]:
    engine = database.make_engine(url)
    try:
        with Session(engine.execution_options(postgresql_readonly=True, heyi_reading=True)) as session:
            return recorded_definitions(session)
    finally:
        engine.dispose()


def require_unedited(url: str) -> None:
    """Unavailable, naming the first table that was edited: no case may find other rules than it began under."""
    for one in edited(url):
        raise Unavailable("table_edited", table=one.key)
