"""Indexes for sweeps, which look for a state in all offices, for a number of an unknown scheme, and a case's notices."""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

INDEXES = (
    ("application_in_state", "application", ["state", "due_at"]),
    ("part_in_state", "part", ["state", "due_at"]),
    ("issued_number_of_value", "issued_number", ["value"]),
    ("public_notice_by_case", "public_notice", ["application_id", "id"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _columns in INDEXES:
        op.drop_index(name, table_name=table)
