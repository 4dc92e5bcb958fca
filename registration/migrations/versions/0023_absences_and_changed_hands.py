"""Who is away from the office, and who is told that a case changed hands."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("substitute_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("first_on <= last_on", name="absence_days"),
    )
    op.create_index("absence_of", "absence", ["account_id", "last_on"])
    op.create_index("absence_for", "absence", ["substitute_id", "last_on"])
    op.create_index("ix_absence_registrar_code", "absence", ["registrar_code"])
    op.create_table(
        "holder_notice",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "application_id", "seq"),
    )
    op.create_index("holder_notice_of", "holder_notice", ["account_id", "at"])


def downgrade() -> None:
    op.drop_table("holder_notice")
    op.drop_table("absence")
