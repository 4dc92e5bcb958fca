"""Sheets that an application declares void because they were lost."""

import sqlalchemy as sa
from alembic import op

from registration.migrations import append_only

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

STATUS = "status in ('prepared', 'issued', 'superseded', 'revoked'{more})"
KIND = "kind in ('issue', 'supersede', 'revoke', 'reinstate'{more})"


def upgrade() -> None:
    with op.batch_alter_table("licence") as batch_op:
        batch_op.add_column(sa.Column("declared_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("licence_declared_by", "application", ["declared_by"], ["id"])
        batch_op.drop_constraint("licence_status", type_="check")
        batch_op.create_check_constraint("licence_status", STATUS.format(more=", 'declared_void'"))
    _allow(KIND.format(more=", 'declare_void', 'restore'"))


def downgrade() -> None:
    """Refused by the table's own rule where a licence has been declared void."""
    _allow(KIND.format(more=""))
    with op.batch_alter_table("licence") as batch_op:
        batch_op.drop_constraint("licence_status", type_="check")
        batch_op.create_check_constraint("licence_status", STATUS.format(more=""))
        batch_op.drop_constraint("licence_declared_by", type_="foreignkey")
        batch_op.drop_column("declared_by")


def _allow(kinds: str) -> None:
    """SQLite makes the table anew, without its triggers."""
    with op.batch_alter_table("licence_event") as batch_op:
        batch_op.drop_constraint("licence_event_kind", type_="check")
        batch_op.create_check_constraint("licence_event_kind", kinds)
    if op.get_bind().dialect.name == "sqlite":
        for statement in append_only.statements("sqlite", tables=["licence_event"]):
            op.execute(statement)
