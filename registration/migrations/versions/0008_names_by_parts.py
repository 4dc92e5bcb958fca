"""Names by their parts, and names that a person decides on."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.models import columns
from registration.rules.names import NameParts, keys_for, parse, tidy

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PARTS = ("region", "trade", "industry", "form", "region_place")
BATCH = 1000

names = sa.table(
    "registered_name",
    *(sa.column(name) for name in ("id", "prefecture", "name", "status", "application_id", "parts_given", *PARTS)),
)
cases = sa.table("application", sa.column("id"), sa.column("form", columns.JsonDoc))
keys = sa.table("name_key", *(sa.column(name) for name in ("name_id", "key", "prefecture")))


def upgrade() -> None:
    with op.batch_alter_table("registered_name") as batch_op:
        for name in ("region", "trade", "industry", "form"):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("region_place", sa.String(), nullable=False, server_default="front"))
        batch_op.add_column(sa.Column("parts_given", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("awaits_decision", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("decided_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("decision_reason", sa.String(), nullable=False, server_default=""))
    _read_parts(op.get_bind())


def _read_parts(connection: sa.Connection) -> None:
    """Fills in the parts of every name, in batches by number, and brings its keys up to them."""
    last = 0
    while batch := connection.execute(
        sa.select(names.c.id, names.c.prefecture, names.c.name, names.c.status, cases.c.form)
        .select_from(names.outerjoin(cases, cases.c.id == names.c.application_id))
        .where(names.c.id > last)
        .order_by(names.c.id)
        .limit(BATCH)
    ).all():
        last = batch[-1].id
        read = {row.id: _parts(row) for row in batch}
        values = [
            {"row_id": number, "parts_given": given} | {part: getattr(parts, part) for part in PARTS}
            for number, (parts, given) in read.items()
        ]
        changed: dict[str, Any] = {part: sa.bindparam(part) for part in (*PARTS, "parts_given")}
        connection.execute(names.update().where(names.c.id == sa.bindparam("row_id")).values(changed), values)
        _write_keys(connection, [row for row in batch if row.status != "released"], read)


def _parts(row: sa.Row[*tuple[Any, ...]]) -> tuple[NameParts, bool]:
    """The parts that the applicant gave, where the case still proposes this name; otherwise as the name is read."""
    typed = (row.form or {}).get("name") or {}
    region, trade, industry, form = (str(typed.get(part) or "") for part in PARTS[:4])
    given = tidy(NameParts(region, trade, industry, form, typed.get("region_place") or "front"))
    return (given, True) if given.trade and given.full == row.name else (parse(row.name), False)


def _write_keys(connection: sa.Connection, rows: Sequence[sa.Row[*tuple[Any, ...]]], read: dict[int, tuple[NameParts, bool]]) -> None:
    wanted = {(row.id, key): row.prefecture for row in rows for key in keys_for(read[row.id][0]).stored}
    query = sa.select(keys.c.name_id, keys.c.key).where(keys.c.name_id.in_([row.id for row in rows]))
    stored = {(number, key) for number, key in connection.execute(query)}
    for number, key in stored - wanted.keys():
        connection.execute(keys.delete().where(keys.c.name_id == number, keys.c.key == key))
    missing = [
        {"name_id": number, "key": key, "prefecture": prefecture}
        for (number, key), prefecture in wanted.items()
        if (number, key) not in stored
    ]
    if missing:
        connection.execute(keys.insert(), missing)


def downgrade() -> None:
    with op.batch_alter_table("registered_name") as batch_op:
        for name in (*PARTS, "parts_given", "awaits_decision", "decided_by", "decided_at", "decision_reason"):
            batch_op.drop_column(name)
