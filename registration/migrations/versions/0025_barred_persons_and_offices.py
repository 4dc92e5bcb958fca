"""Lists of barred persons, who holds which office in an entity, and checks that were overridden."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.keys.field_encryption import blind_index
from registration.keys.field_encryption import decrypt_form
from registration.models import columns
from registration.rules.entity_types import type_row
from registration.rules.form import read_partly
from registration.rules.offices import offices_in

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BATCH = 500
LIVING = sa.text("ended_at IS NULL")

entities = sa.table("entity", sa.column("id"), sa.column("application_id"))
cases = sa.table(
    "application",
    *(sa.column(name) for name in ("id", "ref", "entity_type", "regime")),
    sa.column("form", columns.JsonDoc),
)
offices = sa.table("entity_office", *(sa.column(name) for name in ("entity_id", "capacity", "number_hash")))


def upgrade() -> None:
    op.create_table(
        "barred_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("loaded_at", columns.UtcDateTime(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "barred_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("id_type", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("load_id", sa.Integer(), sa.ForeignKey("barred_load.id"), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("barred_person_number", "barred_person", ["number_hash"])
    op.create_index(
        "barred_person_living",
        "barred_person",
        ["list_name", "number_hash", "id_type", "ground"],
        unique=True,
        postgresql_where=LIVING,
        sqlite_where=LIVING,
    )
    op.create_table(
        "check_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("check_key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "revision", "check_key", name="check_override_once"),
    )
    op.create_table(
        "entity_office",
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "capacity", "number_hash"),
    )
    _fill(op.get_bind())
    op.create_index("entity_office_person", "entity_office", ["number_hash", "capacity"])


def _fill(connection: sa.Connection) -> None:
    """The offices of every entity, from the form with which it was founded, in batches by number."""
    last = 0
    query = (
        sa.select(entities.c.id, cases.c.ref, cases.c.entity_type, cases.c.regime, cases.c.form)
        .select_from(entities.join(cases, cases.c.id == entities.c.application_id))
        .order_by(entities.c.id)
        .limit(BATCH)
    )
    while batch := connection.execute(query.where(entities.c.id > last)).all():
        last = batch[-1].id
        if rows := [row for one in batch for row in _offices(one)]:
            connection.execute(offices.insert(), rows)


def _offices(one: sa.Row[*tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    opened = decrypt_form(one.form, case=one.ref)
    form, _ = read_partly(opened, entity_type=one.entity_type, regime=one.regime)
    found = {
        (capacity, blind_index(person.id_no))
        for person, capacities in offices_in(form, type_row(one.entity_type))
        for capacity in capacities
    }
    yield from ({"entity_id": one.id, "capacity": capacity, "number_hash": number} for capacity, number in sorted(found))


def downgrade() -> None:
    for table in ("entity_office", "check_override", "barred_person", "barred_load"):
        op.drop_table(table)
