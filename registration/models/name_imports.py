"""Large files of names that workers read and load in parts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class NameImport(SQLModel, table=True):
    """How far a file of names is, whose proposal is the change of settings.

    `stage`: reading, then read or wrong; loading once it is confirmed, then done; dropped. `position` is the next of
    so many `parts`. The counts are of this stage: what loading would do, then what it did. `faults` are the first
    wrong lines of `fault_count`, each with `code` and `data` of a message.
    """

    __tablename__ = "name_import"
    __table_args__ = (
        CheckConstraint(
            "stage in ('reading', 'read', 'wrong', 'loading', 'done', 'dropped')", name="name_import_stage"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    change_id: int = Field(foreign_key="setting_change.id", unique=True)
    stage: str = "reading"
    names: int
    parts: int
    position: int = 0
    added: int = 0
    mended: int = 0
    unchanged: int = 0
    faults: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    fault_count: int = 0
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class NameImportPart(SQLModel, table=True):
    """Some lines of the file below its header, as CSV; deleted when it is loaded or the file is dropped.

    `first_line` is the number of its first line in the file.
    """

    __tablename__ = "name_import_part"
    __table_args__ = (Index("name_import_part_of", "import_id", "position", unique=True),)

    id: int = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="name_import.id")
    position: int
    first_line: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
