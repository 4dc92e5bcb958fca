"""The schema: made by migrations; `create` makes the same at once, for tests and for comparing the two."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from registration import db, models
from registration.migrations import append_only

MIGRATIONS = Path(__file__).parent / "migrations"
APPEND_ONLY = (models.HistoryEntry, models.Revision, models.AuditEntry)


def upgrade(url: str) -> None:
    """Brings the database at `url` to the newest schema; nothing happens when it is there already."""
    engine = db.make_engine(url)
    try:
        with engine.begin() as connection:
            # Two processes that start together must not both migrate: the second waits and finds the work done.
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4208190312)")
            command.upgrade(config(connection), "head")
    finally:
        engine.dispose()


def create(engine: Engine) -> None:
    """The whole schema of the models in an empty database, without the road that led to it."""
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        tables = [str(model.__tablename__) for model in APPEND_ONLY]
        for statement in append_only.statements(connection.dialect.name, tables=tables):
            connection.exec_driver_sql(statement)


def current(url: str) -> str | None:
    """The revision of the database at `url`, None for one that no migration ever touched."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def differences(url: str) -> list[str]:
    """Where the database at `url` and the models part, in Alembic's words; empty when they agree."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]
    finally:
        engine.dispose()


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here and not in a file: the connection is the caller's."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
