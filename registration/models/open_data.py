"""Extracts of open data, one a day, and the parts in the storage that their files are made of."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Index
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class OpenDataExtract(SQLModel, table=True):
    """The extract of a day, published once it has `signed`, its manifest as a JWS.

    Until then `dataset` is the one that is being made, and `position` how far it came. `parquet` has the keys of the
    pieces of each dataset's file, where these were made.
    """

    __tablename__ = "open_data_extract"

    id: int = Field(default=None, primary_key=True)
    day: date = Field(sa_column=Column(Date, unique=True, nullable=False))
    begun_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    dataset: str
    position: int = 0
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    signed: str | None = None
    parquet: dict[str, list[str]] | None = Field(default=None, sa_column=Column(JsonDoc))


class OpenDataPart(SQLModel, table=True):
    """A batch of rows of a dataset in both forms.

    A key ends with the SHA-256 of what is stored there, so that a batch that is the same on another day is stored once.
    """

    __tablename__ = "open_data_part"
    __table_args__ = (Index("open_data_part_of", "extract_id", "dataset", "position", unique=True),)

    id: int = Field(default=None, primary_key=True)
    extract_id: int = Field(foreign_key="open_data_extract.id")
    dataset: str
    position: int
    rows: int
    csv_key: str
    csv_size: int
    jsonl_key: str
    jsonl_size: int
