"""Public notices with objections, court orders, the state before a case, and organizations that hold offices."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.keys.field_encryption import blind_index, decrypt_form
from registration.models import columns
from registration.rules.entity_types import type_row
from registration.rules.form import read_partly
from registration.rules.offices import organizations_in

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BATCH = 500
OPEN_NOTICE = sa.text("status = 'open'")
IN_FORCE = sa.text("lifted_at IS NULL")

entities = sa.table("entity", sa.column("id"), sa.column("code"), sa.column("application_id"))
forms = sa.table("entity_form", sa.column("entity_id"), sa.column("form", columns.JsonDoc))
cases = sa.table(
    "application",
    *(sa.column(name) for name in ("id", "ref", "entity_type", "regime")),
    sa.column("form", columns.JsonDoc),
)
offices = sa.table("entity_office", *(sa.column(name) for name in ("entity_id", "capacity", "number_hash")))


def upgrade() -> None:
    _notices()
    op.create_table(
        "restraint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("items", columns.JsonDoc, nullable=False),
        sa.Column("court", sa.String(), nullable=False),
        sa.Column("paper_number", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", columns.UtcDateTime(), nullable=True),
        sa.Column("lifted_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("until_on is null or from_on <= until_on", name="restraint_days"),
        sa.CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="restraint_lifted"),
    )
    op.create_index("restraint_of", "restraint", ["entity_id"], postgresql_where=IN_FORCE, sqlite_where=IN_FORCE)
    op.create_index("restraint_at", "restraint", ["registrar_code", "id"])
    with op.batch_alter_table("entity_case") as batch_op:
        batch_op.add_column(sa.Column("state_before", sa.String(), nullable=True))
    _fill(op.get_bind())


def _notices() -> None:
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("words", columns.JsonDoc, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("status in ('open', 'ended', 'objected', 'withdrawn')", name="public_notice_status"),
        sa.CheckConstraint("(status = 'open') = (ended_at is null)", name="public_notice_ended"),
        sa.CheckConstraint("first_on < last_on", name="public_notice_days"),
    )
    op.create_index("public_notice_of_entity", "public_notice", ["entity_id", "id"])
    op.create_index(
        "public_notice_of_case",
        "public_notice",
        ["application_id", "kind"],
        unique=True,
        postgresql_where=OPEN_NOTICE,
        sqlite_where=OPEN_NOTICE,
    )
    op.create_index("public_notice_listed", "public_notice", ["announced", "status", "id"])
    op.create_index("public_notice_at", "public_notice", ["registrar_code", "status", "id"])
    op.create_table(
        "notice_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("public_notice.id"), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_notice_objection_notice_id", "notice_objection", ["notice_id"])
    op.create_table(
        "clearance",
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("agency", sa.String(), primary_key=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", columns.UtcDateTime(), nullable=False),
    )


def _fill(connection: sa.Connection) -> None:
    """The organizations that hold an office in an entity, from what is registered of it, in batches by number."""
    last = 0
    query = (
        sa.select(
            entities.c.id,
            entities.c.code,
            cases.c.ref,
            cases.c.entity_type,
            cases.c.regime,
            cases.c.form,
            forms.c.form.label("registered"),
        )
        .select_from(
            entities.join(cases, cases.c.id == entities.c.application_id).outerjoin(
                forms, forms.c.entity_id == entities.c.id
            )
        )
        .order_by(entities.c.id)
        .limit(BATCH)
    )
    while batch := connection.execute(query.where(entities.c.id > last)).all():
        last = batch[-1].id
        if rows := [row for one in batch for row in _offices(one)]:
            connection.execute(offices.insert(), rows)


def _offices(one: sa.Row[*tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    stored, under = (one.registered, one.code) if one.registered else (one.form, one.ref)
    opened = decrypt_form(stored, case=under)
    form, _ = read_partly(opened, entity_type=one.entity_type, regime=one.regime)
    found = {(capacity, blind_index(code)) for capacity, code in organizations_in(form, type_row(one.entity_type))}
    yield from ({"entity_id": one.id, "capacity": capacity, "number_hash": number} for capacity, number in sorted(found))


def downgrade() -> None:
    with op.batch_alter_table("entity_case") as batch_op:
        batch_op.drop_column("state_before")
    for table in ("restraint", "clearance", "notice_objection", "public_notice"):
        op.drop_table(table)
