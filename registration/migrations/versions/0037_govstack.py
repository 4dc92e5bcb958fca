"""Cases that a client of GovStack opened, and files without a case."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_application",
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("applicant_hash", sa.String(64), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
    )
    op.create_index("external_application_of", "external_application", ["client", "applicant_hash"])
    op.create_table(
        "staged_document",
        sa.Column("ref", sa.String(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("faults", columns.JsonDoc, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("staged_at", columns.UtcDateTime(), nullable=False),
    )
    op.create_index("ix_staged_document_account_id", "staged_document", ["account_id"])
    op.create_index("ix_staged_document_staged_at", "staged_document", ["staged_at"])


def downgrade() -> None:
    op.drop_table("staged_document")
    op.drop_table("external_application")
