"""Accounts by mobile number, consent to the privacy notice, and new passwords by code."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Code of before does not know the columns, and writes rows without them.
TEXTS = ("mobile", "consent_version")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("account", sa.Column(name, sa.String(), nullable=True))
    op.add_column("account", sa.Column("consented_at", columns.UtcDateTime(), nullable=True))
    op.add_column("sign_up", sa.Column("consent_version", sa.String(), nullable=True))
    op.create_table(
        "password_reset",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_index("ix_password_reset_address_hash", "password_reset", ["address_hash"])
    op.create_index("ix_password_reset_created_at", "password_reset", ["created_at"])


def downgrade() -> None:
    op.drop_table("password_reset")
    op.drop_column("sign_up", "consent_version")
    for name in ("consented_at", *TEXTS):
        op.drop_column("account", name)
