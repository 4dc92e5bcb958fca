"""Claims that creditors declare during a public notice."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "creditor_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("public_notice.id"), nullable=False),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_creditor_claim_notice_id", "creditor_claim", ["notice_id"])


def downgrade() -> None:
    op.drop_table("creditor_claim")
