"""An application with its related rows: revisions, materials, parties, notices, parts, history."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, TextClause, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime
from workflows.definition.values import CHINESE

# What the first entry of a history names as the one before it.
CHAIN_START = "0" * 64
TAKEN_OVER = text("tag = 'application:take_over'")
TO_REMIND = text("remind_at IS NOT NULL")
MOVED = text("source <> target")
OPEN_REPORT = text("decided_at IS NULL")


HANDED_IN = text("submitted_at IS NOT NULL")
WITHOUT_KEYS = text("keys_version = 0 AND submitted_at IS NOT NULL")
UNHELD = text("holder_id IS NULL")
HELD = text("holder_id IS NOT NULL")
BROKEN = text("broken_due_at = due_at")


def running(name: str) -> Index:
    """For the sweeps over every registrar: few of many cases have a promise that runs."""
    promised = text("due_at IS NOT NULL")
    return Index(name, "due_at", postgresql_where=promised, sqlite_where=promised)


def _some(name: str, *columns: str, where: TextClause, sqlite: TextClause | None = None) -> Index:
    """An index of the rows that fulfil `where`."""
    return Index(name, *columns, postgresql_where=where, sqlite_where=where if sqlite is None else sqlite)


def _case_column(*, index: bool = True) -> Column[int]:
    return Column(Integer, ForeignKey("application.id"), nullable=False, index=index)


class Application(SQLModel, table=True):
    """`form` maps section -> what was typed, with sensitive values sealed; `definition` pins the workflow's version.

    `name_pinyin` is how the name is read, whole and by initials: `jinhuachenxi jhcx`.
    `history_seq` and `history_hash` are the last entry's: the next is chained to them without a look at the history.
    `misuse_reported_at` is set while a report of a misused name is open, which stops the case.
    `asked`: a message of the applicant waits for an answer. `broken_due_at` is the promise that was last reported as
    broken, so the report stands while it equals `due_at`. `district` is the region of the domicile in the form.
    `keys_version` says by which rules the search keys of the case were written, 0 for none.
    `decision_delayed`: a decision was taken that has not left the office yet (DelayedDecision).
    """

    __table_args__ = (
        Index("application_inbox", "registrar_code", "state", "due_at", "id"),
        Index("application_mine", "account_id", "created_at", "id"),
        Index("application_held", "holder_id", "state", "due_at", "id"),
        # For the sweeps, which look for a state in all offices at once.
        Index("application_in_state", "state", "due_at"),
        _some("application_untouched", "updated_at", where=HELD),
        running("application_running"),
        # One index for each order in which the desk reads the cases of one state: queries/desk_views.py.
        _some("application_unheld", "registrar_code", "state", "due_at", "id", where=UNHELD),
        _some("application_unheld_sent", "registrar_code", "state", "submitted_at", "id", where=UNHELD),
        _some("application_unheld_by_name", "registrar_code", "state", "name_pinyin", "id", where=UNHELD),
        _some("application_broken", "registrar_code", "state", "due_at", "id", where=BROKEN),
        _some("application_asked", "registrar_code", "due_at", "id", where=text("asked"), sqlite=text("asked = 1")),
        _some("application_closed", "registrar_code", "state", "updated_at", "id", where=HANDED_IN),
        _some("application_sent", "registrar_code", "state", "submitted_at", "id", where=HANDED_IN),
        _some("application_by_name", "registrar_code", "state", "name_pinyin", "id", where=HANDED_IN),
        _some("application_without_keys", "id", where=WITHOUT_KEYS),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id")
    registrar_code: str = Field(foreign_key="registrar.code")
    matter: str
    entity_type: str
    regime: str
    definition: str
    state: str
    version: int = 1
    revision: int = 0
    name: str = Field(default="", index=True)
    name_pinyin: str = Field(default="", sa_column_kwargs={"server_default": ""})
    form: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    holder_id: int | None = Field(default=None, foreign_key="account.id")
    locale: str = CHINESE
    submitted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    case_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    state_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    paused_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    misuse_reported_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    asked: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    broken_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    district: str = Field(default="", sa_column_kwargs={"server_default": ""})
    keys_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    decision_delayed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    history_seq: int = 0
    history_hash: str = CHAIN_START
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Revision(SQLModel, table=True):
    """The form and the materials' digests as they were signed and submitted; never changed."""

    __table_args__ = (UniqueConstraint("application_id", "number", name="revision_number"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=_case_column(index=False))
    number: int
    form: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    materials: list[dict[str, Any]] = Field(sa_column=Column(JsonDoc, nullable=False))
    digest: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Material(SQLModel, table=True):
    """An uploaded document. Replacing one keeps the old row, as proof of what was reviewed.

    `faults` are codes of messages that say why a person may fail to read it.
    """

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=_case_column())
    kind: str
    filename: str
    content_type: str
    size: int
    pages: int = 1
    sha256: str
    storage_key: str
    faults: list[str] = Field(
        default_factory=list, sa_column=Column(JsonDoc, nullable=False, server_default=text("'[]'"))
    )
    uploaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    removed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Party(SQLModel, table=True):
    """A person who must sign a revision's digest. Only a hash of the link's secret is stored; `link_no` derives it.

    `identity_tries` counts wrong answers about the identity since the link was made. `locale` is the language in which
    this person is written to, if the applicant chose one. `refused_digest` is what the person declined to sign.
    `remind_at` is the time of the next reminder, `reminders` how many were sent.
    """

    # History names a signer by number: one who is no longer a party must not lend it to the next.
    __table_args__ = (
        UniqueConstraint("application_id", "person_key", name="party_person"),
        Index("party_to_remind", "remind_at", postgresql_where=TO_REMIND, sqlite_where=TO_REMIND),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=_case_column(index=False))
    person_key: str
    name: str
    capacities: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    link_no: int = 1
    identity_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    link_hash: str | None = Field(default=None, index=True)
    link_expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    identified_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    identity_method: str | None = None
    signed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    signed_digest: str | None = None
    locale: str | None = None
    refused_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    refused_digest: str | None = None
    refused_reason: str | None = None
    remind_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reminded_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reminders: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SignedContent(SQLModel, table=True):
    """What was signed under a digest, kept so that a signer who must sign again sees the differences; never changed.

    `documents`: the texts of the documents made from the form, as encrypted JSON; None for a row of before these.
    """

    __tablename__ = "signed_content"

    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), primary_key=True))
    digest: str = Field(primary_key=True, max_length=64)
    form: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    materials: list[dict[str, Any]] = Field(sa_column=Column(JsonDoc, nullable=False))
    documents: str | None = Field(default=None)


class MisuseReport(SQLModel, table=True):
    """A report that a person named in a case was named without consent. It stops the case until the office decides.

    `name` and `capacities` are those in the form at the time. `words` and `contact` are encrypted: only the office
    reads them.
    """

    __tablename__ = "misuse_report"
    __table_args__ = (Index("misuse_open", "application_id", postgresql_where=OPEN_REPORT, sqlite_where=OPEN_REPORT),)

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=_case_column(index=False))
    party_id: int
    name: str
    capacities: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    words: str = ""
    contact: str = ""
    reported_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decided_by: str | None = None
    decision: str | None = None


class Notice(SQLModel, table=True):
    """The one notice of everything that must be corrected (MR art. 19). Open until the applicant resubmits."""

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=_case_column())
    number: str = Field(unique=True)
    revision: int
    opinion: str = ""
    issued_by: str
    issued_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class NoticeItem(SQLModel, table=True):
    """One thing to correct: `target` is `section.<key>` or `material.<kind>`.

    `material_ref` is the file that is at fault, where the kind has one or the office has said which. `agency`: whose
    objection asked for it.
    """

    __tablename__ = "notice_item"

    id: int = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    target: str
    reason_code: str
    problem: str
    remedy: str
    material_ref: str | None = None
    agency: str | None = None


class Part(SQLModel, table=True):
    """One agency's share of a parallel review, a row with its own small table of states.

    `broken_due_at` as of an application. `since_at` is when the part came to its state; None for a row of before this.
    """

    __table_args__ = (
        UniqueConstraint("application_id", "key", name="part_key"),
        Index("part_inbox", "agency", "state", "due_at", "id"),
        # For objections: few parts of an office are in such a state.
        Index("part_standing", "registrar_code", "state", "application_id"),
        Index("part_in_state", "state", "due_at"),
        _some("part_broken", "registrar_code", "state", "application_id", where=BROKEN),
        running("part_running"),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=_case_column(index=False))
    key: str
    agency: str
    registrar_code: str = Field(foreign_key="registrar.code")
    state: str
    version: int = 1
    holder_id: int | None = Field(default=None, foreign_key="account.id")
    number: str | None = None
    objection: str | None = None
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    broken_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    since_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class HistoryEntry(SQLModel, table=True):
    """Append-only. `hash` covers the entry and `previous_hash`, so the case's history is a chain."""

    __tablename__ = "history_entry"
    __table_args__ = (
        UniqueConstraint("application_id", "seq", name="history_seq"),
        # For those whose file a colleague took: few of very many entries.
        Index("history_taken_over", "at", postgresql_where=TAKEN_OVER, sqlite_where=TAKEN_OVER),
        # For figures of a period, which count moves between states.
        Index("history_moved", "at", postgresql_where=MOVED, sqlite_where=MOVED),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=_case_column(index=False))
    seq: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    tag: str
    actor: str
    role: str
    source: str
    target: str
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    previous_hash: str
    hash: str


class IdentityIndex(SQLModel, table=True):
    """Where a person occurs, by a keyed hash of the identity number: search without the number."""

    __tablename__ = "identity_index"
    __table_args__ = (CheckConstraint("length(number_hash) = 64", name="identity_index_hash"),)

    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), primary_key=True))
    number_hash: str = Field(primary_key=True, index=True)
