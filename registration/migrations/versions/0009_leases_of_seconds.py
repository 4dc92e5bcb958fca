"""Leases of seconds: who works on a message or answers a request, and indexes of what is looked for every few
seconds."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0009"
down_revision = '0008'
branch_labels = None
depends_on = None

WAITING = sa.text("parked_at is null and substr(effect, 1, 6) in ('issue.', 'paper.', 'letter')")
RESERVED = sa.text("status = 'reserved'")


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(length=32), nullable=True))
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("until", columns.UtcDateTime(), nullable=True))
    op.create_index("message_printed", "message", ["due_at"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index(
        "registered_name_reserved", "registered_name", ["expires_on"], postgresql_where=RESERVED, sqlite_where=RESERVED
    )
