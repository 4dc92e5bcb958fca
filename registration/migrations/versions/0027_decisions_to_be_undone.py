"""Decisions that can be taken back for some seconds before they leave the office."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WAITING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("application", sa.Column("decision_delayed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "delayed_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=False),
        sa.Column("leaves_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "delayed_decision_waiting",
        "delayed_decision",
        ["application_id"],
        unique=True,
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_index("delayed_decision_of", "delayed_decision", ["account_id", "ended_at"])
    op.create_index("delayed_decision_case", "delayed_decision", ["application_id", "account_id"])


def downgrade() -> None:
    op.drop_table("delayed_decision")
    op.drop_column("application", "decision_delayed")
