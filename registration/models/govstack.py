"""What came by way of GovStack: whom a client applied for, and files that belong to no case yet."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class ExternalApplication(SQLModel, table=True):
    """A case that a client opened. `details` are the sealed JSON of what the client calls applicant and file.

    `applicant_hash` finds the cases of one applicant of this client by a keyed hash.
    """

    __tablename__ = "external_application"
    __table_args__ = (Index("external_application_of", "client", "applicant_hash"),)

    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), primary_key=True))
    client: str
    applicant_hash: str = Field(max_length=64)
    details: str


class StagedDocument(SQLModel, table=True):
    """A file that was judged and belongs to no case yet; `content` is encrypted. It is deleted after a day.

    `kind` is what the client called it: the kind of document, if it is one. The other columns are as of a Material.
    """

    __tablename__ = "staged_document"

    ref: str = Field(primary_key=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False, index=True))
    kind: str
    filename: str
    content_type: str
    pages: int
    size: int
    faults: list[str] = Field(sa_column=Column(JsonDoc, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    staged_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
