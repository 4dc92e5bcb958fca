"""The schema, made by migrations. `create` makes the same schema directly, for tests and to compare the two.

Alembic is imported by what changes or compares a schema: each process asks for the revision as it starts, which needs
none of its hundred modules.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, make_url
from sqlmodel import SQLModel

from registration import models
from registration.database import connections
from registration.migrations import append_only, decided_rows, desk_counts

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
APPEND_ONLY = (
    models.HistoryEntry,
    models.Revision,
    models.AuditEntry,
    models.DefinitionChecksum,
    models.DayRoot,
    models.DayHead,
    models.LicenceEvent,
    models.EntityFact,
    models.LogLeaf,
    models.LogNode,
    models.LogHead,
    models.VoiceEntry,
)
# Columns that are no longer in the models, but that processes of the earlier version read. A later migration drops
# them.
RETIRED = {("account", "failures"), ("account", "locked_until")}
# Rows of these tables may change until they are decided.
DECIDED = (models.RegistrarProfile, models.SettingChange)


def upgrade(url: str) -> None:
    """Upgrades the database at `url` to the newest schema; does nothing if it is up to date."""
    # Two looks in place of Alembic's whole machinery, since nearly every start finds it so.
    if current(url) == head():
        return
    engine = connections.make_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                _upgrade_sqlite(connection)
            else:
                _upgrade_postgres(connection)
    finally:
        engine.dispose()


def _upgrade_postgres(connection: Connection) -> None:
    with connection.begin():
        # Two processes that start together must not both upgrade: the second waits and finds the work done.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4208190312)")
        _run_migrations(connection)


def _upgrade_sqlite(connection: Connection) -> None:
    # SQLite changes a table by making a new one; dropping the old one must not cascade to tables that refer to it.
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        _run_migrations(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration left rows that point at nothing: {broken[:5]}")


def _run_migrations(connection: Connection) -> None:
    from alembic import command

    command.upgrade(config(connection), "head")


def create(engine: Engine) -> None:
    """Creates the whole schema of the models in an empty database, without the migrations."""
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        for statement in append_only.statements(connection.dialect.name, tables=_append_only()):
            connection.exec_driver_sql(statement)
        for table in DECIDED:
            for statement in decided_rows.statements(connection.dialect.name, table=str(table.__tablename__)):
                connection.exec_driver_sql(statement)
        for statement in desk_counts.statements(connection.dialect.name):
            connection.exec_driver_sql(statement)


def current(url: str) -> str | None:
    """The revision of the database at `url`; None if it does not exist or was never migrated."""
    if _is_absent_file(url):
        return None
    engine = connections.make_engine(url)
    try:
        with engine.connect() as connection:
            # Alembic's own table, with the revision of the database in its only row.
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            return found
    finally:
        engine.dispose()


def head() -> str:
    """The newest revision in this version of the program: each file begins with its number, one after another."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))


def differences(url: str) -> list[str]:
    """The differences between the database at `url` and the models, as Alembic prints them; empty if they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = connections.make_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_compared})
            return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]
    finally:
        engine.dispose()


def is_compared(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """For Alembic: whether an object of the database or the models is compared."""
    return kind != "column" or (item.table.name, name) not in RETIRED


def write_revision(message: str, *, first: bool = False) -> Path:
    """Writes a migration from the newest one to the models, for a developer to review; returns its file.

    `first` writes the whole schema as the only migration and deletes the others: only before a release.
    """
    from alembic import command
    from alembic.script import Script

    if first:
        for path in (MIGRATIONS / "versions").glob("*.py"):
            path.unlink()
    with TemporaryDirectory() as folder:
        engine = connections.make_engine(f"sqlite:///{folder}/schema.sqlite3")
        with engine.begin() as connection:
            settings = config(connection)
            number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
            command.upgrade(settings, "head")
            script = command.revision(settings, message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    assert isinstance(script, Script)
    return Path(script.path)


def _is_absent_file(url: str) -> bool:
    # A check must not create an empty file, as connecting to SQLite does.
    parts = make_url(url)
    return parts.get_backend_name() == "sqlite" and not Path(parts.database or "").exists()


def _append_only() -> list[str]:
    return [str(model.__tablename__) for model in APPEND_ONLY]


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, made here and not in a file, because the caller has the connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    made.attributes["append_only"] = _append_only()
    made.attributes["is_compared"] = is_compared
    return made
