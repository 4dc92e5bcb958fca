"""Complaints, reports, suggestions and questions without an account, and what of them is published."""

import sqlalchemy as sa
from alembic import op

from registration.migrations import append_only
from registration.models import columns

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")
LIVING = sa.text("status in ('proposed', 'published')")


def upgrade() -> None:
    _voices()
    op.create_table(
        "voice_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voice_id", sa.Integer(), sa.ForeignKey("voice.id"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("data", columns.JsonDoc, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_voice_entry_voice_id", "voice_entry", ["voice_id"])
    _published()
    for statement in append_only.statements(op.get_bind().dialect.name, tables=["voice_entry"]):
        op.execute(statement)


def _voices() -> None:
    op.create_table(
        "voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("escalate_at", columns.UtcDateTime(), nullable=False),
        sa.Column("escalated_at", columns.UtcDateTime(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind in ('complaint', 'report', 'suggestion', 'question')", name="voice_kind"),
        sa.CheckConstraint("status in ('open', 'answered', 'closed')", name="voice_status"),
        sa.CheckConstraint("(status = 'open') = (ended_at is null)", name="voice_ended"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_voice_made_at", "voice", ["made_at"])
    op.create_index(
        "voice_to_answer", "voice", ["registrar_code", "due_at"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index("voice_to_escalate", "voice", ["escalate_at"], postgresql_where=OPEN, sqlite_where=OPEN)
    op.create_index("voice_of", "voice", ["registrar_code", "ended_at"])


def _published() -> None:
    op.create_table(
        "published_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("voice_id", sa.Integer(), sa.ForeignKey("voice.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status in ('proposed', 'published', 'refused', 'withdrawn', 'ended')", name="published_voice_status"
        ),
        sa.CheckConstraint(
            "status not in ('published', 'ended') or decided_by <> proposed_by", name="published_voice_two_persons"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_published_voice_voice_id", "published_voice", ["voice_id"])
    op.create_index(
        "published_voice_once",
        "published_voice",
        ["voice_id"],
        unique=True,
        postgresql_where=LIVING,
        sqlite_where=LIVING,
    )
    op.create_index("published_voice_newest", "published_voice", ["status", "decided_at"])


def downgrade() -> None:
    for table in ("published_voice", "voice_entry", "voice"):
        op.drop_table(table)
