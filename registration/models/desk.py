"""What the desk's lists are read from: numbers of cases, search keys, and views that a person saved."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from registration.models.columns import BYTES, UtcDateTime


class DeskCount(SQLModel, table=True):
    """The number of a registrar's cases that are alike in what a view of the desk asks for.

    `holder_id` is 0 for a case without a holder. `broken`: a broken promise was reported and still runs.
    """

    __tablename__ = "desk_count"

    registrar_code: str = Field(primary_key=True)
    definition: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    holder_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    asked: bool = Field(primary_key=True)
    broken: bool = Field(primary_key=True)
    handed_in: bool = Field(primary_key=True)
    number: int


class DeskCountChange(SQLModel, table=True):
    """A change of such a number, not yet added to it. Triggers insert them, so that no case waits for another's."""

    __tablename__ = "desk_count_change"
    __table_args__ = (Index("desk_count_change_of", "registrar_code"),)

    id: int = Field(default=None, primary_key=True)
    registrar_code: str
    definition: str
    state: str
    holder_id: int
    asked: bool
    broken: bool
    handed_in: bool
    number: int


class SearchKey(SQLModel, table=True):
    """A text by whose beginning a case is found; `kind` says what it is. Never an identity number."""

    __tablename__ = "search_key"
    __table_args__ = (
        Index("search_key_found", "registrar_code", "key", "application_id", "kind"),
        {"sqlite_with_rowid": False},
    )

    application_id: int = Field(
        sa_column=Column(Integer, ForeignKey("application.id"), primary_key=True, autoincrement=False)
    )
    key: str = Field(sa_column=Column(BYTES, primary_key=True))
    kind: str = Field(primary_key=True)
    registrar_code: str


class SavedView(SQLModel, table=True):
    """A list of the desk that a person named and kept: `query` is its address after the question mark."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name", name="saved_view_name"),)

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False))
    name: str
    query: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
