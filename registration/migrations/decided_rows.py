"""Triggers that refuse to change a row once it was decided: a second line of defence. Never edited."""

from collections.abc import Iterator

DECIDED = "OLD.status IN ('approved', 'refused', 'withdrawn')"


def statements(dialect: str, *, table: str) -> Iterator[str]:
    """The SQL that keeps the decided rows of `table` on `dialect` (`sqlite` or `postgresql`)."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} WHEN {DECIDED} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    # The function was made with the first schema, for the tables that are append-only as a whole.
    yield (
        f"CREATE TRIGGER {table}_decided BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW WHEN ({DECIDED}) EXECUTE FUNCTION refuse_change()"
    )
