"""Triggers that note every change of the numbers of cases on the desk, whoever changes a case. Never edited.

A trigger inserts rows and updates none, so that two changes never wait for one another.
"""

from collections.abc import Iterator

_COLUMNS = "registrar_code, definition, state, holder_id, asked, broken, handed_in"
_WATCHED = ("registrar_code", "definition", "state", "holder_id", "asked", "broken_due_at", "due_at", "submitted_at")


def statements(dialect: str) -> Iterator[str]:
    """The SQL of the triggers on `dialect` (`sqlite` or `postgresql`)."""
    yield from _sqlite() if dialect == "sqlite" else _postgres()


def recount() -> Iterator[str]:
    """The SQL that counts all cases anew, for a database that has none of the triggers yet."""
    yield "DELETE FROM desk_count_change"
    yield "DELETE FROM desk_count"
    # Only this file's own column names are put into the statement.
    counted = f"SELECT {_key('application')}, count(*) FROM application GROUP BY 1, 2, 3, 4, 5, 6, 7"  # noqa: S608
    yield f"INSERT INTO desk_count ({_COLUMNS}, number) {counted}"


def _key(row: str) -> str:
    """The values of a case's row, in the order of the columns."""
    broken = f"coalesce({row}.broken_due_at = {row}.due_at, false)"
    own = ", ".join(f"{row}.{name}" for name in ("registrar_code", "definition", "state"))
    return f"{own}, coalesce({row}.holder_id, 0), {row}.asked, {broken}, {row}.submitted_at IS NOT NULL"


def _note(row: str, number: int) -> str:
    return f"INSERT INTO desk_count_change ({_COLUMNS}, number) SELECT {_key(row)}, {number}"


def _sqlite() -> Iterator[str]:
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _WATCHED)
    for name, event, body in (
        ("added", "INSERT", [_note("NEW", 1)]),
        ("removed", "DELETE", [_note("OLD", -1)]),
        ("changed", f"UPDATE OF {', '.join(_WATCHED)}", [_note("OLD", -1), _note("NEW", 1)]),
    ):
        condition = f" WHEN {changed}" if name == "changed" else ""
        yield (
            f"CREATE TRIGGER application_{name}_counted AFTER {event} ON application FOR EACH ROW{condition} "
            f"BEGIN {'; '.join(body)}; END"
        )


def _postgres() -> Iterator[str]:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _WATCHED)
    yield f"""
CREATE FUNCTION count_for_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        {_note("OLD", -1)};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {_note("NEW", 1)};
    END IF;
    RETURN NULL;
END $$
"""
    for name, event, condition in (
        ("added", "INSERT OR DELETE", ""),
        ("changed", "UPDATE", f"WHEN ({changed}) "),
    ):
        yield (
            f"CREATE TRIGGER application_{name}_counted AFTER {event} ON application "
            f"FOR EACH ROW {condition}EXECUTE FUNCTION count_for_desk()"
        )
