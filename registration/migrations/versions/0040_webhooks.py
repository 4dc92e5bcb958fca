"""Receivers of events, what is delivered to each, and how far the sources of events were read."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ref", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", columns.JsonDoc, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("secret_at", columns.UtcDateTime(), nullable=True),
        sa.Column("previous_secret", sa.String(), nullable=True),
        sa.Column("previous_until", columns.UtcDateTime(), nullable=True),
        sa.Column("has_turn", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("status in ('active', 'paused', 'removed')", name="webhook_status"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("webhook_id", sa.Integer(), sa.ForeignKey("webhook.id"), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("tried_at", columns.UtcDateTime(), nullable=True),
        sa.Column("delivered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.CheckConstraint("status in ('waiting', 'delivered', 'parked')", name="webhook_delivery_status"),
        sa.UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_once"),
    )
    op.create_index("webhook_delivery_newest", "webhook_delivery", ["webhook_id", "id"])
    op.create_index(
        "webhook_delivery_waiting",
        "webhook_delivery",
        ["webhook_id", "id"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_table(
        "event_cursor",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("event_cursor")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
