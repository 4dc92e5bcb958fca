"""Identities at providers (OpenID Connect), visits there, and by which provider a session began."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("provider", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("level", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("identified_at", columns.UtcDateTime(), nullable=True))
    op.add_column("sign_in", sa.Column("stated_name", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("document_hash", sa.String(64), nullable=True))
    op.create_table(
        "identity_link",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ref", sa.String(), nullable=False, unique=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("linked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=False),
        sa.UniqueConstraint("account_id", "issuer", name="one_identity_at_an_issuer"),
    )
    op.create_index("ix_identity_link_account_id", "identity_link", ["account_id"])
    op.create_table(
        "provider_visit",
        sa.Column("secret_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
    )
    op.create_index("ix_provider_visit_created_at", "provider_visit", ["created_at"])


def downgrade() -> None:
    op.drop_table("provider_visit")
    op.drop_table("identity_link")
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_column("document_hash")
        batch_op.drop_column("stated_name")
        batch_op.drop_column("identified_at")
        batch_op.drop_column("level")
        batch_op.drop_column("provider")
