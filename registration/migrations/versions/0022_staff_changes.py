"""Changes of staff accounts that two security administrators make, and passwords that another person gave."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", columns.JsonDoc, nullable=False),
        sa.Column("after", columns.JsonDoc, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint("status in ('open', 'done', 'refused', 'withdrawn')", name="staff_change_status"),
        sa.CheckConstraint(
            "kind not in ('add', 'change', 'enable') or status <> 'done' or decided_by <> proposed_by",
            name="staff_change_two_persons",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("staff_change_status_id", "staff_change", ["status", "id"])
    is_open = sa.text("status = 'open'")
    op.create_index(
        "staff_change_one_open",
        "staff_change",
        ["number"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_index("ix_staff_change_number", "staff_change", ["number"])
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("password_given", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("password_given")
    op.drop_table("staff_change")
