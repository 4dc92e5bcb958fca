"""Columns of deliveries that say nothing which other columns do not say."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook_delivery") as batch_op:
        batch_op.drop_column("delivered_at")
    with op.batch_alter_table("exchange_delivery") as batch_op:
        batch_op.drop_column("repairs")
        batch_op.drop_column("times")


def downgrade() -> None:
    """What the columns said is lost: a record that waits after its first sending is a repair again."""
    with op.batch_alter_table("exchange_delivery") as batch_op:
        batch_op.add_column(sa.Column("times", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("repairs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("update exchange_delivery set repairs = :yes where waits and day is not null").bindparams(yes=True))
    with op.batch_alter_table("webhook_delivery") as batch_op:
        batch_op.add_column(sa.Column("delivered_at", columns.UtcDateTime(), nullable=True))
