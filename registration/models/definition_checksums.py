"""The tables under which cases were opened, and their checksums at that time."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


class DefinitionChecksum(SQLModel, table=True):
    """Written with the first case of a table. `content_hash` is the table's own, so a later edit cannot hide."""

    __tablename__ = "definition_pin"

    key: str = Field(primary_key=True)
    content_hash: str = Field(max_length=64)
    first_used_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
