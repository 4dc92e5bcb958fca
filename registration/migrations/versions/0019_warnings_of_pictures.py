"""What may be hard to read on an uploaded picture, kept with it."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "material", sa.Column("faults", columns.JsonDoc, nullable=False, server_default=sa.text("'[]'"))
    )


def downgrade() -> None:
    op.drop_column("material", "faults")
