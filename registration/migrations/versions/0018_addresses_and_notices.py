"""Accounts with e-mail address and mobile number, and how their owners want to get notices."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

accounts = sa.table("account", *(sa.column(name) for name in ("kind", "login", "mobile", "mobile_login", "notice_channel")))
PLAIN = ("ix_address_change_account_id", "account_id"), ("ix_address_change_address_hash", "address_hash")
INDEXES = *PLAIN, ("ix_address_change_created_at", "created_at")


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("mobile_login", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("notice_channel", sa.String(), nullable=False, server_default="mail"))
        batch_op.add_column(sa.Column("notices_off", columns.JsonDoc, nullable=False, server_default=sa.text("'[]'")))
        batch_op.create_unique_constraint("account_mobile_login_key", ["mobile_login"])
    by_mobile = (accounts.c.kind == "applicant") & accounts.c.mobile.is_not(None)
    op.execute(accounts.update().where(by_mobile).values(mobile_login=accounts.c.login, notice_channel="sms"))
    op.create_table(
        "address_change",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    for name, column in INDEXES:
        op.create_index(name, "address_change", [column])


def downgrade() -> None:
    op.drop_table("address_change")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_constraint("account_mobile_login_key", type_="unique")
        for name in ("notices_off", "notice_channel", "mobile_login"):
            batch_op.drop_column(name)
