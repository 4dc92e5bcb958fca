"""The rows of a case that most requests read, by prepared statements; the values are those that `given` names."""

from typing import Any

from sqlalchemy import bindparam, or_, select, true
from sqlmodel import SQLModel, col

from registration.database.statements import Rows
from registration.models import (
    Application,
    Entity,
    HistoryEntry,
    Licence,
    Material,
    Notice,
    NoticeItem,
    Paper,
    Part,
    Party,
    RegisteredName,
    Registrar,
    SignedContent,
)


def _of_case(model: type[SQLModel], order: Any, also: Any = None) -> Any:
    mine = col(model.application_id) == bindparam("case_id")  # type: ignore[attr-defined] # each of these has it
    return Rows(model, mine, true() if also is None else also, order=[order])


CASE: Rows[Application] = Rows(Application, col(Application.ref) == bindparam("ref"))
CASE_BY_ID: Rows[Application] = Rows(Application, col(Application.id) == bindparam("case_id"))
REGISTRAR: Rows[Registrar] = Rows(Registrar, col(Registrar.code) == bindparam("code"))
CASE_BEHIND: Rows[Application] = Rows(
    Application,
    col(Application.id)
    == select(col(Party.application_id)).where(col(Party.link_hash) == bindparam("link_hash")).scalar_subquery(),
)
PARTY_BEHIND: Rows[Party] = Rows(Party, col(Party.link_hash) == bindparam("link_hash"))
PARTIES: Rows[Party] = _of_case(Party, col(Party.id))
PARTS: Rows[Part] = _of_case(Part, col(Part.id))
SIGNED: Rows[SignedContent] = _of_case(
    SignedContent, col(SignedContent.digest), col(SignedContent.digest) == bindparam("digest")
)
HISTORY: Rows[HistoryEntry] = _of_case(HistoryEntry, col(HistoryEntry.seq))
LICENCES: Rows[Licence] = _of_case(Licence, col(Licence.id))
ENTITIES: Rows[Entity] = _of_case(Entity, col(Entity.id))
PAPERS: Rows[Paper] = _of_case(Paper, col(Paper.id))
MATERIALS: Rows[Material] = _of_case(Material, col(Material.id), col(Material.removed_at).is_(None))
OPEN_NOTICES: Rows[Notice] = _of_case(Notice, col(Notice.id).desc(), col(Notice.answered_at).is_(None))
NOTICE_ITEMS: Rows[NoticeItem] = Rows(
    NoticeItem, col(NoticeItem.notice_id) == bindparam("notice_id"), order=[col(NoticeItem.id)]
)
HELD_NAMES: Rows[RegisteredName] = _of_case(
    RegisteredName,
    col(RegisteredName.id),
    or_(col(RegisteredName.status) == "reserved", col(RegisteredName.status) == "registered"),
)
