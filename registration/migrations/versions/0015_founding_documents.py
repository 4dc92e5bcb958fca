"""The texts of the documents that are made from the answers, kept with what was signed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Code of before does not know the column, and writes rows without it.
    op.add_column("signed_content", sa.Column("documents", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("signed_content", "documents")
