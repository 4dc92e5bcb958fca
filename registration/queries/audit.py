"""The audit lines, for auditors: sign-ins, looks at sensitive data, changes of accounts and settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.models import AuditEntry
from registration.queries.history import streamed

AT_ONCE = 50
# Every look at personal data in full: a value, a page of persons, a document.
VIEWS, VIEW_TAGS = "views", ("sensitive:", "material:")


@dataclass(frozen=True)
class AuditSearch:
    """What an auditor looks for: `subject` is an actor's tag or staff number, `tag` begins with an object or is whole,
    or is `VIEWS`; `ref` is the case that a line is about.

    `since` and `until` are moments, the second excluded.
    """

    subject: str = ""
    tag: str = ""
    refused_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ref: str = ""


@dataclass(frozen=True)
class AuditPage:
    """Entries, the newest first; `before` is the number under which the next page begins, None at the end."""

    rows: tuple[AuditEntry, ...]
    before: int | None


def audit_page(session: Session, search: AuditSearch, *, actor: Actor, before: int | None = None) -> AuditPage:
    admit("audit.read", actor)
    rows = session.scalars(_newest_first(search, before).limit(AT_ONCE + 1)).all()
    return AuditPage(tuple(rows[:AT_ONCE]), rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None)


def all_entries(session: Session, search: AuditSearch, *, actor: Actor) -> Iterator[AuditEntry]:
    """Every entry that is found, the newest first."""
    admit("audit.read", actor)
    return (row[0] for row in streamed(session, _newest_first(search, None)))


def _newest_first(search: AuditSearch, before: int | None) -> Select[AuditEntry]:
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc())
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if subject := search.subject.strip():
        query = query.where(col(AuditEntry.subject) == (subject if ":" in subject else f"staff:{subject}"))
    if tag := search.tag.strip():
        begins = VIEW_TAGS if tag == VIEWS else (tag,)
        query = query.where(or_(*(col(AuditEntry.tag).startswith(one, autoescape=True) for one in begins)))
    if ref := search.ref.strip():
        query = query.where(col(AuditEntry.data)["ref"].as_string() == ref.upper())
    if search.refused_only:
        query = query.where(col(AuditEntry.result) == "refused")
    if search.since is not None:
        query = query.where(col(AuditEntry.at) >= search.since)
    if search.until is not None:
        query = query.where(col(AuditEntry.at) < search.until)
    return query
