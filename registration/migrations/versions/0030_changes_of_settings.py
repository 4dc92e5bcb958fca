"""Changes of settings that take two persons: calendars, pools of numbers, lists of barred persons, files of names."""

import sqlalchemy as sa
from alembic import op

from registration.migrations import decided_rows
from registration.models import columns

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=True),
        sa.Column("before", columns.JsonDoc, nullable=False),
        sa.Column("after", columns.JsonDoc, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint("status in ('open', 'approved', 'refused', 'withdrawn')", name="setting_change_status"),
        sa.CheckConstraint(
            "kind = 'names' or status <> 'approved' or decided_by <> proposed_by", name="setting_change_two_persons"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("setting_change_status_id", "setting_change", ["status", "id"])
    is_open = sa.text("status = 'open'")
    op.create_index(
        "setting_change_one_open",
        "setting_change",
        ["kind", "subject"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    for statement in decided_rows.statements(op.get_bind().dialect.name, table="setting_change"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("setting_change")
