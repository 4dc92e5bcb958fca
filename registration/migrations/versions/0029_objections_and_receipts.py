"""Objections of agencies by field with their answers, receipts of deliveries, and since when a part is in its state."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UNSEEN = sa.text("answered_at is not null and seen_at is null")
OPEN = sa.text("answered_at is null")


def upgrade() -> None:
    op.add_column("part", sa.Column("since_at", columns.UtcDateTime(), nullable=True))
    op.add_column("notice_item", sa.Column("agency", sa.String(), nullable=True))
    _objections()
    _receipts()


def _objections() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("part_id", sa.Integer(), sa.ForeignKey("part.id"), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_role", sa.String(), nullable=True),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("notice_id", sa.Integer(), sa.ForeignKey("notice.id"), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("outcome in ('upheld', 'overruled')", name="objection_outcome"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_objection_application_id", "objection", ["application_id"])
    op.create_index(
        "objection_unseen", "objection", ["agency", "registrar_code"], postgresql_where=UNSEEN, sqlite_where=UNSEEN
    )
    op.create_table(
        "objection_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("objection_id", sa.Integer(), sa.ForeignKey("objection.id"), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("notice_item_id", sa.Integer(), sa.ForeignKey("notice_item.id"), nullable=True),
        sa.Column("left_out", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_objection_item_objection_id", "objection_item", ["objection_id"])


def _receipts() -> None:
    op.create_table(
        "agency_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=False),
        sa.Column("acknowledged_at", columns.UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
        sa.UniqueConstraint("application_id", "agency", "key", name="agency_receipt_once"),
    )
    op.create_index(
        "agency_receipt_list", "agency_receipt", ["agency", "registrar_code", "acknowledged_at", "id"]
    )
    op.create_table(
        "receipt_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), sa.ForeignKey("agency_receipt.id"), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("registrar_code", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("settlement", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("settlement in ('corrected', 'explained')", name="receipt_objection_settlement"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_receipt_objection_receipt_id", "receipt_objection", ["receipt_id"])
    op.create_index("ix_receipt_objection_application_id", "receipt_objection", ["application_id"])
    op.create_index(
        "receipt_objection_open",
        "receipt_objection",
        ["registrar_code", "application_id"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def downgrade() -> None:
    for table in ("receipt_objection", "agency_receipt", "objection_item", "objection"):
        op.drop_table(table)
    op.drop_column("notice_item", "agency")
    op.drop_column("part", "since_at")
