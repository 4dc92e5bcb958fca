"""What was sent to the agencies after a registration, what they confirmed, and which records they say are wrong."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

OPEN = text("answered_at is null")


class AgencyReceipt(SQLModel, table=True):
    """One delivery of a registration to an agency. `agency` is the name that it is sent to, `key` that of the delivery.

    `receipt` is the answer of the gateway, `number` the agency's own number for the record, if it gave one.
    """

    __tablename__ = "agency_receipt"
    __table_args__ = (
        UniqueConstraint("application_id", "agency", "key", name="agency_receipt_once"),
        Index("agency_receipt_list", "agency", "registrar_code", "acknowledged_at", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    agency: str
    registrar_code: str
    key: str
    receipt: str
    sent_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    acknowledged_by: str | None = None
    number: str = ""


class ReceiptObjection(SQLModel, table=True):
    """An agency's report that a delivered record is wrong; open until the office answers it.

    `field` is the path of the form that the agency names, or empty. `words` and `answer` are encrypted. `settlement` is
    `corrected` (by a correction of the licence in the ledger) or `explained`.
    """

    __tablename__ = "receipt_objection"
    __table_args__ = (
        CheckConstraint("settlement in ('corrected', 'explained')", name="receipt_objection_settlement"),
        Index(
            "receipt_objection_open",
            "registrar_code",
            "application_id",
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    receipt_id: int = Field(sa_column=Column(Integer, ForeignKey("agency_receipt.id"), nullable=False, index=True))
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, index=True))
    registrar_code: str
    field: str
    words: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    settlement: str | None = None
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
