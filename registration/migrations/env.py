"""Runs migrations on the connection from `registration.database.schema`; there is no alembic.ini."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from registration.models.columns import JsonDoc, UtcDateTime


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Writes our own column types by name, so that a migration is the same text for both databases."""
    if kind != "type":
        return False
    if item is JsonDoc or isinstance(item, UtcDateTime):
        autogen.imports.add("from registration.models import columns")
        return "columns.JsonDoc" if item is JsonDoc else "columns.UtcDateTime()"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=render,
    render_as_batch=True,
    include_object=context.config.attributes["is_compared"],
)
with context.begin_transaction():
    context.run_migrations()
