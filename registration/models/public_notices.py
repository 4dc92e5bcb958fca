"""Notices to the public about an entity, what anybody objects to them, and orders of courts that bind an entity."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

OPEN_NOTICE = text("status = 'open'")
IN_FORCE = text("lifted_at is null")


class PublicNotice(SQLModel, table=True):
    """A period in which others may speak about a case on an entity. `first_on`, which does not count, to `last_on`.

    `kind` is a key of reference/public_notices.yaml. One that is not `announced` is for the agencies alone. `words` are
    public facts of the form that the notice states. `status`: it runs, it ran to its end, it was ended by an
    objection, or the case ended before it.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("status in ('open', 'ended', 'objected', 'withdrawn')", name="public_notice_status"),
        CheckConstraint("(status = 'open') = (ended_at is null)", name="public_notice_ended"),
        CheckConstraint("first_on < last_on", name="public_notice_days"),
        Index("public_notice_of_entity", "entity_id", "id"),
        Index("public_notice_by_case", "application_id", "id"),
        Index(
            "public_notice_of_case",
            "application_id",
            "kind",
            unique=True,
            postgresql_where=OPEN_NOTICE,
            sqlite_where=OPEN_NOTICE,
        ),
        Index("public_notice_listed", "announced", "status", "id"),
        Index("public_notice_at", "registrar_code", "status", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    entity_id: int = Field(foreign_key="entity.id")
    application_id: int = Field(foreign_key="application.id")
    registrar_code: str = Field(foreign_key="registrar.code")
    kind: str
    announced: bool = True
    first_on: date = Field(sa_column=Column(Date, nullable=False))
    last_on: date = Field(sa_column=Column(Date, nullable=False))
    words: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    status: str = "open"
    published_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class NoticeObjection(SQLModel, table=True):
    """An objection to a notice: of anybody, or of the `agency` whose officer made it.

    `name`, `contact` and `reason` are encrypted under the notice's reference.
    """

    __tablename__ = "notice_objection"

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    notice_id: int = Field(sa_column=Column(Integer, ForeignKey("public_notice.id"), nullable=False, index=True))
    agency: str | None = None
    name: str
    contact: str
    reason: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CreditorClaim(SQLModel, table=True):
    """A claim that a creditor declared during a notice. Only the applicant and the office read it.

    `name`, `contact`, `amount` (yuan) and `basis` are encrypted under the notice's reference. `demand` is a key of the
    notice's kind, empty where it has none.
    """

    __tablename__ = "creditor_claim"

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    notice_id: int = Field(sa_column=Column(Integer, ForeignKey("public_notice.id"), nullable=False, index=True))
    demand: str
    name: str
    contact: str
    amount: str
    basis: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Clearance(SQLModel, table=True):
    """That an agency, by the name under which it is shared with, has nothing open with the entity of a case."""

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    agency: str = Field(primary_key=True)
    number: str
    recorded_by: str
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Restraint(SQLModel, table=True):
    """An order of a court or another authority by which an entity's registration, or some items of it, may not change.

    `items` are keys of reference/register_items.yaml; none means every change. It binds from `from_on` until `until_on`
    (without one, until it is lifted). The reasons of entry and lifting are encrypted under `ref`.
    """

    __table_args__ = (
        CheckConstraint("until_on is null or from_on <= until_on", name="restraint_days"),
        CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="restraint_lifted"),
        Index("restraint_of", "entity_id", postgresql_where=IN_FORCE, sqlite_where=IN_FORCE),
        Index("restraint_at", "registrar_code", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    entity_id: int = Field(foreign_key="entity.id")
    registrar_code: str = Field(foreign_key="registrar.code")
    items: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    court: str
    paper_number: str
    from_on: date = Field(sa_column=Column(Date, nullable=False))
    until_on: date | None = Field(default=None, sa_column=Column(Date))
    reason: str
    entered_by: str
    entered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    lifted_reason: str = ""
