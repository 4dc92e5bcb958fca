"""Signers decline, are reminded, see what changed, and report that their name is misused."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Code of before does not know the columns, and writes rows without them.
TEXTS = ("locale", "refused_digest", "refused_reason")
TIMES = ("refused_at", "remind_at", "reminded_at")
TO_REMIND = sa.text("remind_at IS NOT NULL")
OPEN_REPORT = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.add_column("application", sa.Column("misuse_reported_at", columns.UtcDateTime(), nullable=True))
    for name in TEXTS:
        op.add_column("party", sa.Column(name, sa.String(), nullable=True))
    for name in TIMES:
        op.add_column("party", sa.Column(name, columns.UtcDateTime(), nullable=True))
    op.add_column("party", sa.Column("reminders", sa.Integer(), server_default="0", nullable=False))
    op.create_index("party_to_remind", "party", ["remind_at"], postgresql_where=TO_REMIND, sqlite_where=TO_REMIND)
    op.create_table(
        "signed_content",
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("form", columns.JsonDoc, nullable=False),
        sa.Column("materials", columns.JsonDoc, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "digest"),
    )
    op.create_table(
        "misuse_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("capacities", columns.JsonDoc, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("reported_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index(
        "misuse_open", "misuse_report", ["application_id"], postgresql_where=OPEN_REPORT, sqlite_where=OPEN_REPORT
    )


def downgrade() -> None:
    op.drop_table("misuse_report")
    op.drop_table("signed_content")
    op.drop_index("party_to_remind", table_name="party")
    for name in ("reminders", *TIMES, *TEXTS):
        op.drop_column("party", name)
    op.drop_column("application", "misuse_reported_at")
