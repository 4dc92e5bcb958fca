"""What clerks, or officers of one agency, marked on a case, as far as it is still about the content of today."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import blind_index, decrypt
from registration.models import Account, Application, ReviewMark
from registration.queries.case_rows import has_any
from registration.queries.founding_documents import readable_texts
from registration.queries.object_facts import object_facts
from registration.queries.readable import readable_form, readable_kinds, readable_materials
from registration.rules.marks import Mark, part_of, whole_of
from registration.rules.targets import is_target


@dataclass(frozen=True)
class KeptMark:
    """A mark with who made it and when; `own`: by the reader."""

    mark: Mark
    staff_no: str
    marked_at: datetime
    own: bool


class Contents:
    """What the targets of a case hold for an actor; read at the first use."""

    def __init__(self, session: Session, case: Application, *, actor: Actor) -> None:
        self._session, self._case, self._actor = session, case, actor

    def has(self, target: str) -> bool:
        """Whether the target exists; a kind of document may be marked where it is missing.

        An officer marks only what the agency sees: for any other target the answer is the same as for none.
        """
        case = self._case
        if not is_target(whole_of(target), matter=case.matter, entity_type=case.entity_type, regime=case.regime):
            return False
        if self._actor.agency is not None and not self._is_seen(whole_of(target)):
            return False
        return not part_of(target) or self._value(target) is not None

    def _is_seen(self, whole: str) -> bool:
        chapter, _, key = whole.partition(".")
        return key in (self._form if chapter == "section" else self._kinds)

    def hash_of(self, target: str) -> str:
        """64 hex digits that are others once the target's content is; without the key they reveal nothing."""
        said = json.dumps([target, self._value(target)], sort_keys=True, ensure_ascii=False, default=str)
        return blind_index(said)

    def _value(self, target: str) -> Any:
        chapter, key, part = [*target.split(".", 2), ""][:3]
        if chapter == "section":
            value = self._form.get(key)
            return _inside(value, part) if part else value
        files = [one.sha256 for one in self._files if one.kind == key and part in ("", one.ref)]
        if part:
            return files or None
        return files or self._made.get(key, [])

    @cached_property
    def _form(self) -> Any:
        return readable_form(self._session, self._case, actor=self._actor)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return readable_kinds(self._session, self._case, actor=self._actor)

    @cached_property
    def _files(self) -> Any:
        return readable_materials(self._session, self._case, actor=self._actor)

    @cached_property
    def _made(self) -> dict[str, Any]:
        texts = readable_texts(self._session, self._case, actor=self._actor)
        return {text.kind: text.model_dump(mode="json") for text in texts}


def marks_on(session: Session, ref: str, *, actor: Actor) -> tuple[KeptMark, ...]:
    """The marks of a case, for the API. NotFound or Forbidden for an actor without access."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("mark.read" if actor.agency is None else "part.read", actor, object_facts(session, case, actor))
    return kept_marks(session, case, actor=actor)


def kept_marks(session: Session, case: Application, *, actor: Actor) -> tuple[KeptMark, ...]:
    """The marks whose content has not changed since, oldest first. One that found a fault ends with its revision:
    its words went out with the notice, and what is still wrong is marked anew.

    Clerks read those of clerks, officers those of the own agency, which reach the office by an objection.
    """
    rows = rows_of(session, case, agency=actor.agency)
    contents = Contents(session, case, actor=actor)
    return tuple(
        KeptMark(opened(row, case), login, row.marked_at, row.account_id == actor.account_id)
        for row, login in rows
        if (row.verdict == "ok" or row.revision == case.revision) and row.content == contents.hash_of(row.target)
    )


def rows_of(session: Session, case: Application, *, agency: str | None = None) -> Sequence[Any]:
    """(row, login) of every mark of the clerks, or of an agency's officers, also of those about earlier content."""
    if not has_any(session, case.id, ReviewMark):
        return ()
    query = select(ReviewMark, col(Account.login)).join(Account, col(Account.id) == col(ReviewMark.account_id))
    wanted = query.where(col(ReviewMark.application_id) == case.id, col(Account.agency).is_not_distinct_from(agency))
    return session.execute(wanted.order_by(col(ReviewMark.marked_at), col(ReviewMark.id))).all()


def opened(row: ReviewMark, case: Application) -> Mark:
    words = [decrypt(text, case=case.ref) if text else "" for text in (row.problem, row.remedy)]
    return Mark(row.target, row.verdict, row.reason_code, *words)


def _inside(value: Any, key: str) -> Any:
    """One person of a list, or one field of a section."""
    if isinstance(value, Mapping):
        return value.get(key)
    rows = value if isinstance(value, list | tuple) else ()
    return next((one for one in rows if isinstance(one, dict) and one.get("key") == key), None)
