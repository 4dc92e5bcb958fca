"""What an administrator has loaded about working days."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Integer
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


class CalendarYear(SQLModel, table=True):
    """A year whose arrangement was loaded as a whole: its days without a row work from Monday to Friday."""

    __tablename__ = "calendar_year"

    year: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    loaded_by: str
    loaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CalendarDay(SQLModel, table=True):
    """A single working day or day off, which overrides the published calendar."""

    __tablename__ = "calendar_day"

    day: date = Field(sa_column=Column(Date, primary_key=True))
    works: bool
    note: str = ""
    loaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
