"""Indexes for sweeps, which look for a state or for idle files in all offices, and for lists that had none."""

import sqlalchemy as sa
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
    held = sa.text("holder_id IS NOT NULL")
    op.create_index("application_untouched", "application", ["updated_at"], postgresql_where=held, sqlite_where=held)
    op.drop_index("application_mine", table_name="application")
    op.create_index("application_mine", "application", ["account_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("application_mine", table_name="application")
    op.create_index("application_mine", "application", ["account_id", "id"])
    op.drop_index("application_untouched", table_name="application")
    for name, table, _columns in INDEXES:
        op.drop_index(name, table_name=table)
