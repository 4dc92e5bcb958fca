"""Column types that both databases keep alike, and the table behind a model."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# A table checks nothing and is never written as JSON by Pydantic, so none of them needs Pydantic's validator and
# serializer. Every file of tables imports this one first, and the tables inherit the setting.
SQLModel.model_config["defer_build"] = True

JsonDoc = JSON().with_variant(JSONB(), "postgresql")
# Keys are compared by their bytes on both databases, so that all that begin with a text are one range of the index.
BYTES = String().with_variant(String(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone does not enter the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(model: type[SQLModel]) -> Table:
    """The table whose rows are this model's objects; `model.__table__` is the same, and has no type."""
    return model.metadata.tables[str(model.__tablename__)]
