"""Changes of tables by two persons, runs of the checks of the records, and a registrar's own opinions and reasons."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

LIVING = sa.text("status in ('planning', 'open', 'running', 'reverting')")
RUNNING = sa.text("status = 'running'")


def upgrade() -> None:
    op.create_table(
        "definition_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("state_map", columns.JsonDoc, nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), sa.ForeignKey("definition_move.id"), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reverted_by", sa.String(), nullable=True),
        sa.Column("reverted_at", columns.UtcDateTime(), nullable=True),
        sa.Column("revert_reason", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('move', 'use')", name="definition_change_kind"),
        sa.CheckConstraint(
            "status in ('planning', 'open', 'running', 'done', 'refused', 'withdrawn', 'reverting', 'reverted')",
            name="definition_change_status",
        ),
        sa.CheckConstraint(
            "status not in ('running', 'done', 'reverting', 'reverted') or decided_by <> proposed_by",
            name="definition_change_two_persons",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index(
        "definition_change_one_living",
        "definition_change",
        ["subject"],
        unique=True,
        postgresql_where=LIVING,
        sqlite_where=LIVING,
    )
    op.create_table(
        "definition_change_case",
        sa.Column("change_id", sa.Integer(), sa.ForeignKey("definition_change.id"), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=True),
        sa.Column("due_then", columns.UtcDateTime(), nullable=True),
        sa.Column("obstacles", columns.JsonDoc, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", "application_id"),
    )
    op.create_index("definition_change_case_outcome", "definition_change_case", ["change_id", "outcome"])
    _verifications()
    _phrases()


def _verifications() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counts", columns.JsonDoc, nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index(
        "verification_one_running",
        "verification",
        ["status"],
        unique=True,
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )
    op.create_table(
        "verification_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.Integer(), sa.ForeignKey("verification.id"), nullable=False),
        sa.Column("check", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", columns.JsonDoc, nullable=False),
        sa.Column("data", columns.JsonDoc, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("verification_fault_of", "verification_fault", ["verification_id", "id"])


def _phrases() -> None:
    op.create_table(
        "own_phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("registrar_code", sa.String(), sa.ForeignKey("registrar.code"), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("words", columns.JsonDoc, nullable=False),
        sa.Column("remedy", columns.JsonDoc, nullable=False),
        sa.Column("law", columns.JsonDoc, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind in ('opinion', 'correction', 'refusal')", name="own_phrase_kind"),
        sa.CheckConstraint("status in ('proposed', 'used', 'refused', 'withdrawn', 'ended')", name="own_phrase_status"),
        sa.CheckConstraint(
            "kind <> 'refusal' or status not in ('used', 'ended') or decided_by <> added_by",
            name="own_phrase_two_persons",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("own_phrase_of", "own_phrase", ["registrar_code", "kind", "status"])


def downgrade() -> None:
    for table in ("own_phrase", "verification_fault", "verification", "definition_change_case", "definition_change"):
        op.drop_table(table)
