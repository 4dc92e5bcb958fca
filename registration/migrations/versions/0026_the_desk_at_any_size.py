"""The desk at any size: an index for each order of its lists, numbers kept by triggers, search keys, saved views.

The search keys of existing cases are written by a sweep, a batch at a time, while the office works.
"""

import sqlalchemy as sa
from alembic import op

from registration.migrations import desk_counts
from registration.models import columns

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BATCH = 10_000
BYTES = sa.String().with_variant(sa.String(collation="C"), "postgresql")
HANDED_IN = sa.text("submitted_at IS NOT NULL")
UNHELD = sa.text("holder_id IS NULL")
WITHOUT_KEYS = sa.text("keys_version = 0 AND submitted_at IS NOT NULL")
BROKEN = sa.text("broken_due_at = due_at")
# Name, columns after the registrar and the state, and the rows in it.
LISTS = (
    ("application_unheld", "due_at", UNHELD),
    ("application_unheld_sent", "submitted_at", UNHELD),
    ("application_unheld_by_name", "name_pinyin", UNHELD),
    ("application_broken", "due_at", BROKEN),
    ("application_closed", "updated_at", HANDED_IN),
    ("application_sent", "submitted_at", HANDED_IN),
    ("application_by_name", "name_pinyin", HANDED_IN),
)
KEY = ("registrar_code", "definition", "state", "holder_id", "asked", "broken", "handed_in")
TYPES = (sa.String, sa.String, sa.String, sa.Integer, sa.Boolean, sa.Boolean, sa.Boolean)


def upgrade() -> None:
    op.add_column("application", sa.Column("asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("application", sa.Column("broken_due_at", columns.UtcDateTime(), nullable=True))
    op.add_column("application", sa.Column("district", sa.String(), nullable=False, server_default=""))
    op.add_column("application", sa.Column("keys_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("part", sa.Column("broken_due_at", columns.UtcDateTime(), nullable=True))
    _make_tables()
    _fill(op.get_bind())
    _make_indexes()
    for statement in desk_counts.recount():
        op.execute(statement)
    for statement in desk_counts.statements(op.get_bind().dialect.name):
        op.execute(statement)


def _make_tables() -> None:
    counted = [sa.Column(name, kind(), nullable=False) for name, kind in zip(KEY, TYPES, strict=True)]
    op.create_table(
        "desk_count", *counted, sa.Column("number", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint(*KEY)
    )
    counted = [sa.Column(name, kind(), nullable=False) for name, kind in zip(KEY, TYPES, strict=True)]
    op.create_table(
        "desk_count_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *counted,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("desk_count_change_of", "desk_count_change", ["registrar_code"])
    op.create_table(
        "search_key",
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), autoincrement=False, nullable=False),
        sa.Column("key", BYTES, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "key", "kind"),
        sqlite_with_rowid=False,
    )
    op.create_index("search_key_found", "search_key", ["registrar_code", "key", "application_id", "kind"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "name", name="saved_view_name"),
    )


def _fill(connection: sa.Connection) -> None:
    """What a list asks of each case, in batches by number."""
    region = "json_extract(form, '$.domicile.region')" if connection.dialect.name == "sqlite" else (
        "form -> 'domicile' ->> 'region'"
    )
    last = connection.execute(sa.text("SELECT coalesce(max(id), 0) FROM application")).scalar_one()
    cases = (
        f"UPDATE application SET district = coalesce({region}, ''), asked = {_ASKED}, "
        f"broken_due_at = {_broken('application', 'id')} WHERE id >= :first AND id < :last"
    )
    parts = (
        f"UPDATE part SET broken_due_at = {_broken('part', 'application_id', part='part.key')} "
        "WHERE application_id >= :first AND application_id < :last"
    )
    for first in range(0, last + 1, BATCH):
        for statement in (cases, parts):
            connection.execute(sa.text(statement), {"first": first, "last": first + BATCH})


_ASKED = (
    "EXISTS (SELECT 1 FROM case_message WHERE case_message.application_id = application.id "
    "AND from_office = false AND answered_at IS NULL)"
)


def _broken(table: str, case: str, part: str = "''") -> str:
    return (
        f"(SELECT max(promise_alert.due_at) FROM promise_alert WHERE promise_alert.application_id = {table}.{case} "
        f"AND promise_alert.part_key = {part} AND promise_alert.kind = 'overdue' AND promise_alert.said = true)"
    )


def _make_indexes() -> None:
    for name, column, where in LISTS:
        _index(name, "registrar_code", "state", column, "id", where=where)
    op.create_index(
        "application_asked",
        "application",
        ["registrar_code", "due_at", "id"],
        postgresql_where=sa.text("asked"),
        sqlite_where=sa.text("asked = 1"),
    )
    _index("application_without_keys", "id", where=WITHOUT_KEYS)
    op.create_index("part_standing", "part", ["registrar_code", "state", "application_id"])
    _index("part_broken", "registrar_code", "state", "application_id", where=BROKEN, table="part")


def _index(name: str, *names: str, where: sa.TextClause, table: str = "application") -> None:
    op.create_index(name, table, list(names), postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION count_for_desk() CASCADE")
    else:
        for name in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER application_{name}_counted")
    for name in ("part_broken", "part_standing"):
        op.drop_index(name, "part")
    for name in (*(name for name, _column, _where in LISTS), "application_asked", "application_without_keys"):
        op.drop_index(name, "application")
    for table in ("saved_view", "search_key", "desk_count_change", "desk_count"):
        op.drop_table(table)
    op.drop_column("part", "broken_due_at")
    for name in ("keys_version", "district", "broken_due_at", "asked"):
        op.drop_column("application", name)
