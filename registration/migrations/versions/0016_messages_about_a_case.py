"""Messages between the applicant and the office about a case."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("from_office = false AND answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("from_office", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sent_key", sa.String(), nullable=False),
        sa.Column("written_at", columns.UtcDateTime(), nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.UniqueConstraint("application_id", "sent_key", name="case_message_sent_once"),
    )
    op.create_index(
        "case_message_unanswered",
        "case_message",
        ["application_id"],
        postgresql_where=UNANSWERED,
        sqlite_where=UNANSWERED,
    )
    op.create_table(
        "case_message_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), sa.ForeignKey("case_message.id"), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_case_message_file_message_id", "case_message_file", ["message_id"])


def downgrade() -> None:
    op.drop_table("case_message_file")
    op.drop_table("case_message")
