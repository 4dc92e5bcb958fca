"""E-mail addresses rest sealed: in accounts, in forms and in the revisions that were signed; sign-ups wait for a
code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.keys.account_names import login_key
from registration.keys.account_names import seal_address
from registration.migrations import append_only
from registration.models import columns
from registration.keys.field_encryption import MARK
from registration.keys.field_encryption import encrypt

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 500

accounts = sa.table("account", *(sa.column(name) for name in ("id", "ref", "kind", "login", "email")))
cases = sa.table("application", sa.column("id"), sa.column("ref"), sa.column("form", columns.JsonDoc))
revisions = sa.table(
    "revision", sa.column("id"), sa.column("application_id"), sa.column("form", columns.JsonDoc)
)


def upgrade() -> None:
    op.create_table(
        "sign_up",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index("ix_sign_up_address_hash", ["address_hash"], unique=False)
        batch_op.create_index("ix_sign_up_created_at", ["created_at"], unique=False)
    # Processes of the version before still read `failures` and `locked_until`; new ones no longer write them.
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("failures", existing_type=sa.Integer(), existing_nullable=False, server_default="0")
    connection = op.get_bind()
    _seal_accounts(connection)
    _seal_forms(connection, cases, sa.select(cases.c.id, cases.c.ref, cases.c.form))
    case_of = cases.c.id == revisions.c.application_id
    with _changeable(connection, "revision"):
        _seal_forms(
            connection,
            revisions,
            sa.select(revisions.c.id, cases.c.ref, revisions.c.form).select_from(revisions.join(cases, case_of)),
        )


def _seal_accounts(connection: sa.Connection) -> None:
    for batch in _batches(connection, accounts, sa.select(accounts)):
        for row in batch:
            address = row.login if row.kind == "applicant" else row.email
            if address:
                values = {"email": seal_address(address, ref=row.ref)}
                values |= {"login": login_key(address)} if row.kind == "applicant" else {}
                connection.execute(accounts.update().where(accounts.c.id == row.id).values(values))


def _seal_forms(connection: sa.Connection, table: sa.TableClause, query: sa.Select[Any]) -> None:
    """What a form is digested from is its open content, which stays the same."""
    for batch in _batches(connection, table, query):
        for row in batch:
            sealed = _sealed(row.form, case=row.ref)
            if sealed != row.form:
                connection.execute(table.update().where(table.c.id == row.id).values(form=sealed))


def _sealed(value: Any, *, case: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _sealed(item, case=case, name=key) for key, item in value.items()}
    if isinstance(value, list):
        return [_sealed(item, case=case, name=name) for item in value]
    is_open = isinstance(value, str) and value and not value.startswith(MARK)
    return encrypt(value, case=case) if name == "email" and is_open else value


def _batches(connection: sa.Connection, table: sa.TableClause, query: sa.Select[Any]) -> Iterator[Any]:
    last = 0
    while batch := connection.execute(query.where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        last = batch[-1].id
        yield batch


@contextmanager
def _changeable(connection: sa.Connection, table: str) -> Iterator[None]:
    """Without the trigger that keeps an append-only table from being changed; within this one transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
        return
    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
    yield
    guards = append_only.statements("sqlite", tables=[table])
    connection.exec_driver_sql(next(one for one in guards if f"{table}_no_update" in one))
