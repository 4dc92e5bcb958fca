"""Companies that have to shorten their terms of payment (State Council 784), computed from what is registered."""

import sqlalchemy as sa
from alembic import op

from registration.migrations.capital_terms import fill
from registration.models import columns

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capital_term",
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), primary_key=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("notified_at", columns.UtcDateTime(), nullable=True),
    )
    op.create_index("capital_term_of", "capital_term", ["registrar_code", "is_done", "code", "entity_id"])
    fill(op.get_bind())


def downgrade() -> None:
    op.drop_table("capital_term")
