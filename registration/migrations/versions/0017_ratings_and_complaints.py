"""Ratings of a step, and complaints about one."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

RATINGS = sa.text("kind = 'rating'")
OPEN_COMPLAINTS = sa.text("kind = 'complaint' AND answered_at IS NULL")
TO_ANSWER = sa.text("due_at IS NOT NULL AND answered_at IS NULL")
ONCE = (("feedback_rated_once", RATINGS), ("feedback_complained_once", OPEN_COMPLAINTS))
TIMES = ("changed_at", "check_due_at", "checked_at", "due_at", "answered_at", "escalated_at")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("reasons", columns.JsonDoc, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        *(sa.Column(name, columns.UtcDateTime(), nullable=True) for name in TIMES),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.CheckConstraint("kind in ('rating', 'complaint')", name="feedback_kind"),
        sa.CheckConstraint("grade is null or grade between 1 and 5", name="feedback_grade"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_feedback_application_id", "feedback", ["application_id"])
    for name, where in ONCE:
        columns_of = ["application_id", "step"]
        op.create_index(name, "feedback", columns_of, unique=True, postgresql_where=where, sqlite_where=where)
    op.create_index("feedback_to_answer", "feedback", ["due_at"], postgresql_where=TO_ANSWER, sqlite_where=TO_ANSWER)


def downgrade() -> None:
    op.drop_table("feedback")
