"""Cases about registered entities: their forms, the accounts that may apply for them, and what an open case changes."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entity_case",
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), nullable=False),
    )
    op.create_index("entity_case_of", "entity_case", ["entity_id", "application_id"])
    op.create_table(
        "entity_form",
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), primary_key=True),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("form", columns.JsonDoc, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
    )
    op.create_table(
        "entity_account",
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("given_by", sa.Integer(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("since_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
    )
    op.create_index("entity_account_of", "entity_account", ["account_id", "entity_id"])
    op.create_table(
        "entity_lock",
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), primary_key=True),
        sa.Column("section", sa.String(), primary_key=True),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
    )
    op.create_index("entity_lock_case", "entity_lock", ["application_id"])
    with op.batch_alter_table("licence") as batch_op:
        batch_op.add_column(sa.Column("ordered_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("licence_ordered_by", "application", ["ordered_by"], ["id"])
    # Who founded an entity may apply for it.
    op.execute(
        "INSERT INTO entity_account (entity_id, account_id, since_at) SELECT entity.id, application.account_id, "
        "application.updated_at FROM entity JOIN application ON application.id = entity.application_id "
        "WHERE EXISTS (SELECT 1 FROM entity_fact WHERE entity_fact.entity_id = entity.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("licence") as batch_op:
        batch_op.drop_constraint("licence_ordered_by", type_="foreignkey")
        batch_op.drop_column("ordered_by")
    for table in ("entity_lock", "entity_account", "entity_form", "entity_case"):
        op.drop_table(table)
