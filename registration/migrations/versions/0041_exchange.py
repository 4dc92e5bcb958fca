"""The exchange with agencies: peers, deliveries, messages and days."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

WAITING = sa.text("waits")


def upgrade() -> None:
    op.create_table(
        "exchange_peer",
        sa.Column("agency", sa.String(), primary_key=True),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("secret_at", columns.UtcDateTime(), nullable=True),
        sa.Column("previous_secret", sa.String(), nullable=True),
        sa.Column("previous_until", columns.UtcDateTime(), nullable=True),
        sa.Column("has_turn", sa.Boolean(), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=True),
        sa.Column("away_since", columns.UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("visited_at", columns.UtcDateTime(), nullable=True),
    )
    op.create_table(
        "exchange_delivery",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ref", sa.String(), nullable=False, unique=True),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("repairs", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("repaired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("status in ('new', 'sent', 'acknowledged', 'refused')", name="exchange_delivery_status"),
        sa.UniqueConstraint("agency", "sequence", name="exchange_delivery_sequence"),
        sa.UniqueConstraint("application_id", "agency", "key", name="exchange_delivery_once"),
    )
    op.create_index("exchange_delivery_day", "exchange_delivery", ["agency", "day"])
    op.create_index(
        "exchange_delivery_waiting",
        "exchange_delivery",
        ["agency", "sequence"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_table(
        "exchange_message",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("answer", columns.JsonDoc, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.UniqueConstraint("agency", "message_id", name="exchange_message_once"),
    )
    op.create_index("ix_exchange_message_at", "exchange_message", ["at"])
    op.create_table(
        "exchange_day",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("differs", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("reported_at", columns.UtcDateTime(), nullable=False),
        sa.UniqueConstraint("agency", "day", name="exchange_day_once"),
    )


def downgrade() -> None:
    for table in ("exchange_day", "exchange_message", "exchange_delivery", "exchange_peer"):
        op.drop_table(table)
