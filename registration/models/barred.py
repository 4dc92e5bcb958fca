"""Persons whom the law bars from offices, as lists that the bureau loads name them."""

from datetime import date, datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

LIVING = text("ended_at IS NULL")


class BarredLoad(SQLModel, table=True):
    """That a list was loaded: by whom, with what result, and the SHA-256 of its file."""

    __tablename__ = "barred_load"

    id: int = Field(default=None, primary_key=True)
    list_name: str
    loaded_by: str
    loaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    added: int
    ended: int
    kept: int
    sha256: str = Field(max_length=64)


class BarredPerson(SQLModel, table=True):
    """An entry of a list. Of name and number there is only a keyed hash: nobody can read the list out of the database.

    `ground` is a key of reference/barred.yaml. An entry that a later list no longer has is ended, and no longer counts.
    """

    __tablename__ = "barred_person"
    __table_args__ = (
        Index("barred_person_number", "number_hash"),
        Index(
            "barred_person_living",
            "list_name",
            "number_hash",
            "id_type",
            "ground",
            unique=True,
            postgresql_where=LIVING,
            sqlite_where=LIVING,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    list_name: str
    number_hash: str = Field(max_length=64)
    name_hash: str = Field(max_length=64)
    id_type: str
    ground: str
    from_on: date
    until_on: date | None = None
    source: str
    load_id: int = Field(foreign_key="barred_load.id")
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
