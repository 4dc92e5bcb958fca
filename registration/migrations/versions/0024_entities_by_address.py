"""The key by which the entities at one address are found."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns
from registration.rules.addresses import address_key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BATCH = 1000

entities = sa.table("entity", sa.column("id"), sa.column("address_key"), sa.column("facts", columns.JsonDoc))


def upgrade() -> None:
    with op.batch_alter_table("entity") as batch_op:
        batch_op.add_column(sa.Column("address_key", sa.String(), nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("entity_at_address", "entity", ["address_key", "status"])


def _fill(connection: sa.Connection) -> None:
    """The key of every entity, in batches by number."""
    last = 0
    change = entities.update().where(entities.c.id == sa.bindparam("row_id")).values(address_key=sa.bindparam("found"))
    query = sa.select(entities.c.id, entities.c.facts).order_by(entities.c.id).limit(BATCH)
    while batch := connection.execute(query.where(entities.c.id > last)).all():
        last = batch[-1].id
        connection.execute(
            change,
            [{"row_id": row.id, "found": address_key(str((row.facts or {}).get("domicile") or ""))} for row in batch],
        )


def downgrade() -> None:
    op.drop_index("entity_at_address", "entity")
    with op.batch_alter_table("entity") as batch_op:
        batch_op.drop_column("address_key")
