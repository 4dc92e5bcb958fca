"""The upload quota of an account: files and bytes in 24 hours, and bytes in drafts not yet submitted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.errors import InvalidInput
from registration.matters import definition_of
from registration.models import Application, CaseMessage, CaseMessageFile, Material, StagedDocument
from registration.rules.problems import Problem
from registration.settings import Settings

DAY = timedelta(hours=24)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Quota:
    """The limits for one account in the settings."""

    files_per_day: int
    bytes_per_day: int
    bytes_in_drafts: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.upload_files_per_day, settings.upload_bytes_per_day, settings.upload_bytes_in_drafts)


def require_room(session: Session, actor: Actor, size: int, *, quota: Quota, now: datetime) -> None:
    """Raises InvalidInput at `file` if another file of `size` bytes would exceed the quota, with what to do.

    A removed document still counts for its day: its file is still stored.
    """
    files, sent = _of_today(session, actor, now)
    unsubmitted = _in_drafts(session, actor)
    for code, too_much, most in (
        ("upload.too_many_today", files >= quota.files_per_day, quota.files_per_day),
        ("upload.too_much_today", sent + size > quota.bytes_per_day, quota.bytes_per_day // MEGABYTE),
        ("upload.drafts_full", unsubmitted + size > quota.bytes_in_drafts, quota.bytes_in_drafts // MEGABYTE),
    ):
        if too_much:
            raise InvalidInput([Problem("file", code, {"most": most})])


def _of_today(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many documents came into this account's cases, with its messages, or without a case, and how many bytes."""
    query = select(func.count(col(Material.id)), func.coalesce(func.sum(col(Material.size)), 0)).join(Application)
    mine = col(Application.account_id) == actor.account_id
    count, size = session.execute(query.where(mine, col(Material.uploaded_at) > now - DAY)).one()
    sent = select(func.count(col(CaseMessageFile.id)), func.coalesce(func.sum(col(CaseMessageFile.size)), 0))
    own = (col(CaseMessage.author) == actor.tag, col(CaseMessage.written_at) > now - DAY)
    files, bytes_sent = session.execute(sent.join(CaseMessage).where(*own)).one()
    staged = select(func.count(col(StagedDocument.ref)), func.coalesce(func.sum(col(StagedDocument.size)), 0))
    mine = col(StagedDocument.account_id) == actor.account_id
    waiting, bytes_waiting = session.execute(staged.where(mine, col(StagedDocument.staged_at) > now - DAY)).one()
    return int(count) + int(files) + int(waiting), int(size) + int(bytes_sent) + int(bytes_waiting)


def _in_drafts(session: Session, actor: Actor) -> int:
    """Bytes of the documents in cases that can still be submitted for the first time."""
    query = select(col(Application.definition), col(Application.state), func.sum(col(Material.size)))
    mine = (col(Application.account_id) == actor.account_id, col(Application.submitted_at).is_(None))
    query = query.join(Material).where(*mine, col(Material.removed_at).is_(None))
    rows = session.execute(query.group_by(col(Application.definition), col(Application.state))).all()
    return sum(size for key, state, size in rows if definition_of(key).states[state].kind != "final")
