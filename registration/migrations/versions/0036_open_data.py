"""Extracts of open data, one a day, and the parts of their files."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_data_extract",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False, unique=True),
        sa.Column("begun_at", columns.UtcDateTime(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", columns.UtcDateTime(), nullable=True),
        sa.Column("signed", sa.String(), nullable=True),
    )
    op.create_table(
        "open_data_part",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("extract_id", sa.Integer(), sa.ForeignKey("open_data_extract.id"), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("csv_key", sa.String(), nullable=False),
        sa.Column("csv_size", sa.Integer(), nullable=False),
        sa.Column("jsonl_key", sa.String(), nullable=False),
        sa.Column("jsonl_size", sa.Integer(), nullable=False),
    )
    op.create_index("open_data_part_of", "open_data_part", ["extract_id", "dataset", "position"], unique=True)


def downgrade() -> None:
    op.drop_table("open_data_part")
    op.drop_table("open_data_extract")
