"""When the password was last typed in a session. Sessions that are open already are asked before their next decision."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("confirmed_at", columns.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_column("confirmed_at")
