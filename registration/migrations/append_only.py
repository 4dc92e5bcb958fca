"""Triggers that refuse changes of append-only rows: a second protection beside the code. Never edited."""

from collections.abc import Iterator, Sequence


def statements(dialect: str, *, tables: Sequence[str]) -> Iterator[str]:
    """The SQL that makes `tables` append-only on `dialect` (`sqlite` or `postgresql`)."""
    if dialect == "sqlite":
        yield from (_sqlite(table, verb) for table in tables for verb in ("UPDATE", "DELETE"))
        return
    yield _POSTGRES_FUNCTION
    for table in tables:
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
END $$
"""
