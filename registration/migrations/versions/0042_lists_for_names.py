"""Files of names that workers read and load in parts, and the office's own words for names."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_import",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("change_id", sa.Integer(), sa.ForeignKey("setting_change.id"), nullable=False, unique=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("faults", columns.JsonDoc, nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "stage in ('reading', 'read', 'wrong', 'loading', 'done', 'dropped')", name="name_import_stage"
        ),
    )
    op.create_table(
        "name_import_part",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("name_import.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_index("name_import_part_of", "name_import_part", ["import_id", "position"], unique=True)
    op.create_table(
        "own_name_words",
        sa.Column("word_list", sa.String(), primary_key=True),
        sa.Column("words", columns.JsonDoc, nullable=False),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("own_name_words")
    op.drop_table("name_import_part")
    op.drop_table("name_import")
