"""The upload quota of an account: files and bytes in 24 hours, and bytes in drafts not yet submitted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, union_all
from sqlmodel import Session, col

from registration.actor import Actor
from registration.database.statements import Query
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


# Definition and state of a draft, or empty for what came within a day; how many files, and how many bytes.
_NONE: ColumnElement[str] = literal_column("''")
_ZERO: ColumnElement[int] = literal_column("0")
_MINE = col(Application.account_id) == bindparam("account_id")
_SENT = union_all(
    select(_NONE.label("definition"), _NONE.label("state"), func.count(), func.coalesce(func.sum(Material.size), _ZERO))
    .join_from(Material, Application)
    .where(_MINE, col(Material.uploaded_at) > bindparam("since")),
    select(_NONE, _NONE, func.count(), func.coalesce(func.sum(CaseMessageFile.size), _ZERO))
    .join_from(CaseMessageFile, CaseMessage)
    .where(col(CaseMessage.author) == bindparam("author"), col(CaseMessage.written_at) > bindparam("since")),
    select(_NONE, _NONE, func.count(), func.coalesce(func.sum(StagedDocument.size), _ZERO)).where(
        col(StagedDocument.account_id) == bindparam("account_id"), col(StagedDocument.staged_at) > bindparam("since")
    ),
    # Cases that can still be submitted for the first time.
    select(col(Application.definition), col(Application.state), func.count(), func.sum(Material.size))
    .join_from(Application, Material)
    .where(_MINE, col(Application.submitted_at).is_(None), col(Material.removed_at).is_(None))
    .group_by(col(Application.definition), col(Application.state)),
)
_ROWS = Query(_SENT)


def require_room(session: Session, actor: Actor, size: int, *, quota: Quota, now: datetime) -> None:
    """Raises InvalidInput at `file` if another file of `size` bytes would exceed the quota, with what to do.

    Documents in the account's cases, with its messages, and without a case count. A removed document still counts for
    its day: its file is still stored.
    """
    rows = _ROWS.rows(session, account_id=actor.account_id, author=actor.tag, since=now - DAY)
    files = sum(count for definition, _state, count, _size in rows if not definition)
    sent = sum(int(size) for definition, _state, _count, size in rows if not definition)
    unsubmitted = sum(int(size) for key, state, _count, size in rows if key and _is_draft(key, state))
    for code, too_much, most in (
        ("upload.too_many_today", files >= quota.files_per_day, quota.files_per_day),
        ("upload.too_much_today", sent + size > quota.bytes_per_day, quota.bytes_per_day // MEGABYTE),
        ("upload.drafts_full", unsubmitted + size > quota.bytes_in_drafts, quota.bytes_in_drafts // MEGABYTE),
    ):
        if too_much:
            raise InvalidInput([Problem("file", code, {"most": most})])


def _is_draft(definition: str, state: str) -> bool:
    return definition_of(definition).states[state].kind != "final"
