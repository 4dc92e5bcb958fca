"""The words that an office added to the lists of words for names."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class OwnNameWords(SQLModel, table=True):
    """The office's own words of one list, beside those of the package; `word_list` is one of OWN_LISTS."""

    __tablename__ = "own_name_words"

    word_list: str = Field(primary_key=True)
    words: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_by: str
