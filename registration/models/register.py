"""The register: names, numbers, entities, licences, and public checks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from registration.models.columns import BYTES, JsonDoc, UtcDateTime

RESERVED = text("status = 'reserved'")


class RegisteredName(SQLModel, table=True):
    """A name held in a prefecture. `identity_key` is unique among the living, so two cannot reserve the same one.

    The parts are normalized for comparison: as the applicant gave them (`parts_given`), or as they
    were read once on entry. One that `awaits_decision` is kept from others, but is reserved only when a person agrees.
    """

    __tablename__ = "registered_name"
    __table_args__ = (
        CheckConstraint(
            "status in ('registered', 'reserved', 'deregistered', 'renamed', 'annulled', 'released')",
            name="registered_name_status",
        ),
        Index(
            "registered_name_living",
            "prefecture",
            "identity_key",
            unique=True,
            postgresql_where=text("status in ('registered', 'reserved')"),
            sqlite_where=text("status in ('registered', 'reserved')"),
        ),
        Index("registered_name_case", "application_id"),
        # The query of a sweep every few seconds: reservations whose last day is over.
        Index("registered_name_reserved", "expires_on", postgresql_where=RESERVED, sqlite_where=RESERVED),
    )

    id: int = Field(default=None, primary_key=True)
    prefecture: str = Field(max_length=6)
    name: str
    identity_key: str
    region: str = Field(default="", sa_column_kwargs={"server_default": ""})
    trade: str = Field(default="", sa_column_kwargs={"server_default": ""})
    industry: str = Field(default="", sa_column_kwargs={"server_default": ""})
    form: str = Field(default="", sa_column_kwargs={"server_default": ""})
    region_place: str = Field(default="front", sa_column_kwargs={"server_default": "front"})
    parts_given: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    status: str
    awaits_decision: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    since_on: date | None = None
    expires_on: date | None = None
    uscc: str | None = None
    application_id: int | None = Field(default=None, foreign_key="application.id")


class NameKey(SQLModel, table=True):
    """The keys by which a name is found again: pinyin, trade name, neighbours at one edit.

    `industry` is the group of industry in which names with the key may be alike, empty for every one.
    """

    __tablename__ = "name_key"
    __table_args__ = (Index("name_key_lookup", "prefecture", "key", "industry", "name_id"),)

    name_id: int = Field(foreign_key="registered_name.id", primary_key=True)
    key: str = Field(primary_key=True)
    industry: str = Field(default="", sa_column_kwargs={"server_default": ""})
    prefecture: str = Field(max_length=6)


class NumberPool(SQLModel, table=True):
    """A range of one scheme that the code centre gave to a registrar; `next` is the first not yet taken."""

    __tablename__ = "number_pool"
    __table_args__ = (CheckConstraint("next <= last + 1", name="number_pool_range"),)

    registrar_code: str = Field(foreign_key="registrar.code", primary_key=True)
    scheme: str = Field(primary_key=True)
    prefix: str = ""
    first: int
    last: int
    next: int


class IssuedNumber(SQLModel, table=True):
    """Every number ever taken. The unique value prevents a second use."""

    __tablename__ = "issued_number"
    __table_args__ = (
        UniqueConstraint("scheme", "value", name="issued_number_value"),
        UniqueConstraint("application_id", "scheme", name="issued_number_once"),
        # For a search, which does not know the scheme of what was typed.
        Index("issued_number_of_value", "value"),
        CheckConstraint("status in ('reserved', 'used', 'void')", name="issued_number_status"),
    )

    id: int = Field(default=None, primary_key=True)
    scheme: str
    value: str
    registrar_code: str = Field(foreign_key="registrar.code")
    application_id: int = Field(foreign_key="application.id")
    status: str = "reserved"
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Entity(SQLModel, table=True):
    """A registered market entity as it is now, with public data only; its history are rows of EntityFact.

    `status` is one of STATES (rules/register_items.py), `address_key` finds its address (rules/addresses.py).
    """

    __table_args__ = (
        CheckConstraint(
            "status in ('active', 'liquidating', 'notice_simple', 'relocating_out', 'relocated_out', 'revoked', "
            "'ordered_closed', 'annulled', 'deregistered', 'restored')",
            name="entity_status",
        ),
        Index("entity_at_address", "address_key", "status"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    application_id: int | None = Field(default=None, foreign_key="application.id", unique=True)
    name: str = Field(index=True)
    entity_type: str
    registrar_code: str = Field(foreign_key="registrar.code")
    status: str = "active"
    founded_on: date
    address_key: str = Field(default="", sa_column_kwargs={"server_default": ""})
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))


class EntityFact(SQLModel, table=True):
    """Append-only: a version of one item of the register, from the day `valid_on` until the next version of the item.

    `item` is a key of reference/register_items.yaml, which says whether it is registered or filed, printed, public.
    `value` is JSON (rules/register_facts.py), null where the item ends; of an item that is not public it is encrypted,
    bound to the case that made it. `cause` is what made it: `establish`, `correct`, `revoke`, `reinstate`,
    or the matter of the case. Of versions of one day the last counts.
    """

    __tablename__ = "entity_fact"
    __table_args__ = (UniqueConstraint("entity_id", "item", "version", name="entity_fact_version"),)

    id: int = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id")
    item: str
    version: int
    valid_on: date
    valid_from: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    value: Any = Field(sa_column=Column(JsonDoc, nullable=False))
    cause: str
    application_id: int = Field(foreign_key="application.id")


class EntityKey(SQLModel, table=True):
    """A text by which the public register finds an entity; of `name` and `pinyin` by its beginning."""

    __tablename__ = "entity_key"
    __table_args__ = (Index("entity_key_of", "entity_id"), {"sqlite_with_rowid": False})

    kind: str = Field(primary_key=True)
    key: str = Field(sa_column=Column(BYTES, primary_key=True))
    entity_id: int = Field(sa_column=Column(Integer, ForeignKey("entity.id"), primary_key=True, autoincrement=False))


class CapitalTerm(SQLModel, table=True):
    """A company founded before the Company Law of 2023 that has to shorten its terms of payment, or has done so.

    Computed from the register's item `contributions` (rules/capital_terms.py) whenever that is written: `last_on` is
    the last day on which something is to be paid, `done_on` the day since which the terms are within the transition.
    """

    __tablename__ = "capital_term"
    __table_args__ = (Index("capital_term_of", "registrar_code", "is_done", "code", "entity_id"),)

    entity_id: int = Field(foreign_key="entity.id", primary_key=True)
    code: str
    registrar_code: str = Field(foreign_key="registrar.code")
    last_on: date | None = None
    is_done: bool = False
    done_on: date | None = None
    notified_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class EntityCase(SQLModel, table=True):
    """A case about an entity that was registered before it: a change, a filing, a deregistration.

    `state_before` is the state of the registration that the case has replaced by its own while it is open.
    """

    __tablename__ = "entity_case"
    __table_args__ = (Index("entity_case_of", "entity_id", "application_id"),)

    application_id: int = Field(foreign_key="application.id", primary_key=True)
    entity_id: int = Field(foreign_key="entity.id")
    state_before: str | None = None


class EntityForm(SQLModel, table=True):
    """The answers of every section as they are registered now, encrypted, bound to the entity's code.

    The next application about the entity begins with them. Without a row they are those of the case that founded it.
    `application_id` is the case that changed them last.
    """

    __tablename__ = "entity_form"

    entity_id: int = Field(foreign_key="entity.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id")
    form: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class EntityAccount(SQLModel, table=True):
    """An applicant's account that may see an entity's file and apply for it: its founder's, or one let in by such.

    `given_by` is None for the founder; `ended_at` ends it.
    """

    __tablename__ = "entity_account"
    __table_args__ = (Index("entity_account_of", "account_id", "entity_id"),)

    entity_id: int = Field(foreign_key="entity.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    given_by: int | None = Field(default=None, foreign_key="account.id")
    since_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class EntityLock(SQLModel, table=True):
    """A section of an entity's form that an open case changes: no second one can, since the key is unique."""

    __tablename__ = "entity_lock"
    __table_args__ = (Index("entity_lock_case", "application_id"),)

    entity_id: int = Field(foreign_key="entity.id", primary_key=True)
    section: str = Field(primary_key=True)
    application_id: int = Field(foreign_key="application.id")


class Licence(SQLModel, table=True):
    """One sheet of paper: an original or a numbered duplicate of an edition.

    `application_id` is the case that founded the entity, whose sheets are the entity's; `ordered_by` the later case
    that led to the edition, if one did; `declared_by` the open case that declared the sheet void.
    """

    __table_args__ = (
        UniqueConstraint("application_id", "edition", "paper", "copy_no", name="licence_sheet"),
        CheckConstraint(
            "status in ('prepared', 'issued', 'superseded', 'revoked', 'declared_void')", name="licence_status"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    code: str = Field(index=True)
    serial: str = Field(index=True)
    edition: int = 1
    paper: str
    copy_no: int = 0
    particulars: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    digest: str
    design: str
    status: str = "prepared"
    sha256: str | None = Field(default=None, index=True)
    storage_key: str | None = None
    size: int | None = None
    signed_by: str | None = None
    design_hash: str | None = None
    fonts_hash: str | None = None
    reprints: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    ordered_by: int | None = Field(default=None, foreign_key="application.id")
    declared_by: int | None = Field(default=None, foreign_key="application.id")
    issued_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Paper(SQLModel, table=True):
    """A numbered paper beside the licence: receipt, notice, decision. Its content is fixed before it is made."""

    __table_args__ = (UniqueConstraint("application_id", "kind", "revision", name="paper_once"),)

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(foreign_key="application.id")
    kind: str
    number: str = Field(unique=True)
    revision: int
    content: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    storage_key: str | None = None
    sha256: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class LicenceCheck(SQLModel, table=True):
    """A public check of a licence and its answer, without data of the person."""

    __tablename__ = "licence_check"

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    by: str
    verdict: str
    licence_id: int | None = Field(default=None, foreign_key="licence.id", index=True)


class EntityOffice(SQLModel, table=True):
    """Who holds which capacity in an entity, by keyed hash: a person's document, or an organization's code."""

    __tablename__ = "entity_office"
    __table_args__ = (Index("entity_office_person", "number_hash", "capacity"),)

    entity_id: int = Field(foreign_key="entity.id", primary_key=True)
    capacity: str = Field(primary_key=True)
    number_hash: str = Field(primary_key=True, max_length=64)
