"""Supervision orders, and an index for figures of a period: the moves of cases by time."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OPEN_ORDERS = sa.text("answered_at IS NULL")
MOVES = sa.text("source <> target")


def upgrade() -> None:
    op.create_table(
        "supervision_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("ordered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("escalated_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_supervision_order_application_id", "supervision_order", ["application_id"])
    op.create_index("ix_supervision_order_ordered_at", "supervision_order", ["ordered_at"])
    op.create_index(
        "supervision_order_open",
        "supervision_order",
        ["application_id"],
        unique=True,
        postgresql_where=OPEN_ORDERS,
        sqlite_where=OPEN_ORDERS,
    )
    op.create_index(
        "supervision_order_due",
        "supervision_order",
        ["due_at"],
        postgresql_where=OPEN_ORDERS,
        sqlite_where=OPEN_ORDERS,
    )
    op.create_index("history_moved", "history_entry", ["at"], postgresql_where=MOVES, sqlite_where=MOVES)


def downgrade() -> None:
    op.drop_index("history_moved", "history_entry")
    op.drop_table("supervision_order")
