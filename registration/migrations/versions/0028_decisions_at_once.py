"""Decisions of the system at once: their switch, what came of each, and the sample that a person audits."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OPEN_CHANGE = sa.text("status = 'open'")
OPEN_SAMPLES = sa.text("audited_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "straight_through_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("entity_type", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("sample_percent", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("before", columns.JsonDoc, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint("status in ('open', 'done', 'refused', 'withdrawn')", name="straight_through_status"),
        sa.CheckConstraint(
            "status not in ('done', 'refused') or (decided_by is not null and decided_by <> proposed_by)",
            name="straight_through_two_persons",
        ),
        sa.CheckConstraint("sample_percent between 1 and 100", name="straight_through_percent"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index(
        "straight_through_in_force",
        "straight_through_change",
        ["registrar_code", "entity_type", "status", "valid_from"],
    )
    op.create_index(
        "straight_through_one_open",
        "straight_through_change",
        ["registrar_code", "entity_type"],
        unique=True,
        postgresql_where=OPEN_CHANGE,
        sqlite_where=OPEN_CHANGE,
    )
    op.create_table(
        "decision_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("blockers", columns.JsonDoc, nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=True),
        sa.Column("sample_percent", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "revision", name="decision_attempt_once"),
    )
    op.create_index("ix_decision_attempt_at", "decision_attempt", ["at"])
    op.create_table(
        "sample_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("chosen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("audited_by", sa.String(), nullable=True),
        sa.Column("audited_at", columns.UtcDateTime(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("escalated_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("verdict is null or verdict in ('right', 'faulty')", name="sample_audit_verdict"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id"),
    )
    op.create_index("ix_sample_audit_chosen_at", "sample_audit", ["chosen_at"])
    op.create_index(
        "sample_audit_due", "sample_audit", ["due_at"], postgresql_where=OPEN_SAMPLES, sqlite_where=OPEN_SAMPLES
    )


def downgrade() -> None:
    op.drop_table("sample_audit")
    op.drop_table("decision_attempt")
    op.drop_table("straight_through_change")
