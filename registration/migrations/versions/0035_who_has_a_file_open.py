"""Which file each member of staff has open, so that two colleagues in the same file know of each other."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_file",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
    )
    op.create_index("ix_open_file_application_id", "open_file", ["application_id"])


def downgrade() -> None:
    op.drop_table("open_file")
