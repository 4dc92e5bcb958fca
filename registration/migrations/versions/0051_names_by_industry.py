"""The keys of names with the group of industry in which names may be alike, so that a check compares fewer of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.rules.names import NameParts, keys_for, parse

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BATCH = 1000
PARTS = NameParts._fields
names = sa.table("registered_name", *(sa.column(name) for name in ("id", "prefecture", "name", "status", *PARTS)))
keys = sa.table("name_key", *(sa.column(name) for name in ("name_id", "key", "industry", "prefecture")))


def upgrade() -> None:
    """A key of before that is not written anew has every industry, and is found as before."""
    with op.batch_alter_table("name_key") as batch_op:
        batch_op.add_column(sa.Column("industry", sa.String(), nullable=False, server_default=""))
        batch_op.drop_index("name_key_lookup")
        batch_op.create_index("name_key_lookup", ["prefecture", "key", "industry", "name_id"], unique=False)
    connection, last = op.get_bind(), 0
    of_batch = sa.select(names).where(names.c.status != "released").order_by(names.c.id).limit(BATCH)
    while batch := connection.execute(of_batch.where(names.c.id > last)).all():
        last = batch[-1].id
        connection.execute(keys.delete().where(keys.c.name_id.in_([row.id for row in batch])))
        connection.execute(keys.insert(), [key for row in batch for key in _keys_of(row)])


def _keys_of(row: sa.Row[Any]) -> list[dict[str, Any]]:
    parts = NameParts(*(getattr(row, part) for part in PARTS)) if row.trade else parse(row.name)
    of_row = {"name_id": row.id, "prefecture": row.prefecture}
    return [of_row | {"key": key, "industry": industry} for key, industry in sorted(keys_for(parts).stored.items())]


def downgrade() -> None:
    with op.batch_alter_table("name_key") as batch_op:
        batch_op.drop_index("name_key_lookup")
        batch_op.create_index("name_key_lookup", ["prefecture", "key", "name_id"], unique=False)
        batch_op.drop_column("industry")
