"""What a registrar prints of itself on its papers, and since which day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, Index, LargeBinary
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


class RegistrarProfile(SQLModel, table=True):
    """Name, signing officer, seal, address and number prefix of a registrar from a day on.

    In force on a day is the latest approved one that is valid then; once decided, a row never changes. `prepared_by`
    and `decided_by` are tags of actors. `seal_image` is a PNG, `seal_sha256` its digest as papers name it.
    """

    __tablename__ = "letterhead"

    __table_args__ = (
        CheckConstraint(
            "status in ('draft', 'proposed', 'approved', 'withdrawn', 'refused')", name="letterhead_status"
        ),
        CheckConstraint(
            "status not in ('approved', 'refused') or (decided_by is not null and decided_by <> prepared_by)",
            name="letterhead_four_eyes",
        ),
        Index("letterhead_in_force", "registrar_code", "status", "valid_from"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    registrar_code: str = Field(foreign_key="registrar.code")
    name_zh: str
    name_en: str
    officer_name: str = ""
    officer_title: str = ""
    seal_place: str = ""
    seal_image: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    seal_sha256: str | None = Field(default=None, max_length=64, index=True)
    address: str = ""
    phone: str = ""
    reconsideration_body: str = Field(default="", sa_column_kwargs={"server_default": ""})
    court: str = Field(default="", sa_column_kwargs={"server_default": ""})
    number_prefix: str
    valid_from: date = Field(sa_column=Column(Date, nullable=False))
    reason: str
    status: str = "draft"
    version: int = 1
    prepared_by: str
    prepared_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    proposed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
