"""What binds the histories of a day: a root for each registrar, and the head of each case that the root covers."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Index
from sqlmodel import Field, SQLModel

from registration.models.applications import HistoryEntry
from registration.models.columns import UtcDateTime, table_of

# A day is read by its time. Entries come in the order of time, so the smallest kind of index finds them, and an
# action pays next to nothing for it.
Index("history_at", table_of(HistoryEntry).c.at, postgresql_using="brin")


class DayRoot(SQLModel, table=True):
    """Append-only. `tree` is the Merkle root over the day's entries; `root` binds it to the day before."""

    __tablename__ = "day_root"

    registrar_code: str = Field(foreign_key="registrar.code", primary_key=True)
    day: date = Field(sa_column=Column(Date, primary_key=True))
    entries: int
    tree: str
    previous_root: str
    root: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class DayHead(SQLModel, table=True):
    """Append-only: how far a case had come when the day's root was made, so that a loss can be named.

    The root itself doesn't need it. It points at no application on purpose: it outlives one that is removed.
    """

    __tablename__ = "day_head"

    registrar_code: str = Field(primary_key=True)
    day: date = Field(sa_column=Column(Date, primary_key=True))
    application_id: int = Field(primary_key=True)
    ref: str
    entries: int
    seq: int
    hash: str
