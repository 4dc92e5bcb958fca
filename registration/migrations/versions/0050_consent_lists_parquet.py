"""Consent of receivers of events, days without a list from an agency, and Parquet files of open data.

Receivers that are registered are not asked, so that their events go on.
"""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook") as batch_op:
        batch_op.add_column(sa.Column("asks_consent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("consent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("consent_at", columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("consent_said", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("consent_tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("allowed_rate", sa.Integer(), nullable=True))
        batch_op.create_check_constraint("webhook_consent", "consent in ('granted', 'missing')")
    with op.batch_alter_table("exchange_day") as batch_op:
        batch_op.add_column(sa.Column("missed_at", columns.UtcDateTime(), nullable=True))
        batch_op.alter_column("reported_at", existing_type=columns.UtcDateTime(), nullable=True)
    with op.batch_alter_table("open_data_extract") as batch_op:
        batch_op.add_column(sa.Column("parquet", columns.JsonDoc, nullable=True))


def downgrade() -> None:
    """Days of which no list came are lost: they are without a comparison again."""
    with op.batch_alter_table("open_data_extract") as batch_op:
        batch_op.drop_column("parquet")
    op.execute("delete from exchange_day where reported_at is null")
    with op.batch_alter_table("exchange_day") as batch_op:
        batch_op.alter_column("reported_at", existing_type=columns.UtcDateTime(), nullable=False)
        batch_op.drop_column("missed_at")
    with op.batch_alter_table("webhook") as batch_op:
        batch_op.drop_constraint("webhook_consent", type_="check")
        for name in ("allowed_rate", "consent_tries", "consent_said", "consent_at", "consent", "asks_consent"):
            batch_op.drop_column(name)
