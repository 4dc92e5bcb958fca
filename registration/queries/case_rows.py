"""The rows of a case that most requests read, by prepared statements; the values are those that `given` names.

A page reads each of them once, and asks first which of the tables have a row of the case: most cases have none in most.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import bindparam, exists, or_, select
from sqlmodel import Session, SQLModel, col

from registration import database
from registration.database.statements import Query, Rows
from registration.database.together import together
from registration.models import (
    Application,
    CaseMessage,
    CaseNote,
    DecisionAttempt,
    DelayedDecision,
    Entity,
    Feedback,
    HistoryEntry,
    Licence,
    Material,
    Message,
    Notice,
    NoticeItem,
    Paper,
    Part,
    Party,
    PublicNotice,
    RegisteredName,
    Registrar,
    ReviewMark,
    Revision,
    SignedContent,
)

M = TypeVar("M", bound=SQLModel)
# The tables of which most cases have no row at most times.
SELDOM: tuple[type[SQLModel], ...] = (
    *(CaseMessage, CaseNote, DecisionAttempt, DelayedDecision, Feedback, Licence, Message, Notice, Part, PublicNotice),
    ReviewMark,
)


def _mine(model: type[SQLModel]) -> Any:
    return col(model.application_id) == bindparam("case_id")  # type: ignore[attr-defined] # each of these has it


class PageQuery(Query):
    """A query that a page sends once for the same values, whatever asks for its rows."""

    def rows(self, session: Session, **given: Any) -> list[tuple[Any, ...]]:
        if not database.stays_open(session):
            return super().rows(session, **given)
        read, key = _rows_read(session), _key(self, given)
        if key not in read:
            read[key] = super().rows(session, **given)
        return read[key]


def _rows_read(session: Session) -> dict[object, list[Any]]:
    """The rows that a page has read, by what read them and the values of that."""
    rows: dict[object, list[Any]] = session.info.setdefault("rows", {})
    return rows


def _key(asked: object, given: Mapping[str, Any]) -> object:
    return (asked, *((name, tuple(one) if isinstance(one, list) else one) for name, one in given.items()))


THERE = PageQuery(select(*(exists().where(_mine(model)) for model in SELDOM)))


def has_any(session: Session, case_id: int | None, model: type[SQLModel]) -> bool:
    """Whether the case may have rows of `model`, one of SELDOM. A page looks once for all of them. A session that can
    write does not look, because it may add some."""
    if not database.stays_open(session):
        return True
    there: dict[int | None, frozenset[type[SQLModel]]] = session.info.setdefault("there", {})
    if case_id not in there:
        ((*found,),) = THERE.rows(session, case_id=case_id)
        there[case_id] = frozenset(one for one, is_there in zip(SELDOM, found, strict=True) if is_there)
    return model in there[case_id]


class PageRows(Rows[M]):
    """Rows that a page reads once, whatever asks for them."""

    def all(self, session: Session, **given: Any) -> list[M]:
        if not database.stays_open(session):
            return super().all(session, **given)
        read, key = _rows_read(session), _key(self, given)
        if key not in read:
            is_there = has_any(session, given["case_id"], self.model) if self.model in SELDOM else True
            read[key] = super().all(session, **given) if is_there else []
        return list(read[key])


Ahead = tuple[PageRows[Any] | PageQuery, Mapping[str, Any]]


def read_ahead(session: Session, asked: Iterable[Ahead]) -> None:
    """Reads what a page will ask for as one statement. Each part of the page finds its rows, and what is not among them
    it reads itself: a page that asks for too little here is slower and shows the same."""
    if not database.stays_open(session):
        return
    known = _rows_read(session)
    new = [(read, given) for read, given in asked if _key(read, given) not in known]
    if not new:
        return
    found = together(*(read for read, _ in new)).rows(session, [given for _, given in new])
    for (read, given), rows in zip(new, found, strict=True):
        known[_key(read, given)] = read.taken_up(session, rows)


def known_from(session: Session, read: PageRows[M], rows: Iterable[M], **given: Any) -> None:
    """What a page would find with `read`, where it follows from rows that were read ahead."""
    if database.stays_open(session):
        _rows_read(session)[_key(read, given)] = list(rows)


def of_case(model: type[M], order: Any, *also: Any) -> PageRows[M]:
    """The rows of `model` that the case `case_id` has."""
    return PageRows(model, _mine(model), *also, order=[order])


CASE = PageRows(Application, col(Application.ref) == bindparam("ref"))
CASE_BY_ID = PageRows(Application, col(Application.id) == bindparam("case_id"))
CASES = Rows(Application, col(Application.ref).in_(bindparam("refs", expanding=True)), order=[col(Application.id)])
CASES_BY_ID = Rows(
    Application, col(Application.id).in_(bindparam("cases", expanding=True)), order=[col(Application.id)]
)
REGISTRAR = PageRows(Registrar, col(Registrar.code) == bindparam("code"))
CASE_BEHIND = PageRows(
    Application,
    col(Application.id)
    == select(col(Party.application_id)).where(col(Party.link_hash) == bindparam("link_hash")).scalar_subquery(),
)
PARTY_BEHIND = PageRows(Party, col(Party.link_hash) == bindparam("link_hash"))
PARTIES = of_case(Party, col(Party.id))
PARTS = of_case(Part, col(Part.id))
SIGNED = of_case(SignedContent, col(SignedContent.digest), col(SignedContent.digest) == bindparam("digest"))
# What was signed as a submitted revision.
SIGNED_AS = of_case(
    SignedContent,
    col(SignedContent.digest),
    col(SignedContent.digest)
    == select(col(Revision.digest))
    .where(_mine(Revision), col(Revision.number) == bindparam("number"))
    .scalar_subquery(),
)
HISTORY = of_case(HistoryEntry, col(HistoryEntry.seq))
LICENCES = of_case(Licence, col(Licence.id))
ENTITIES = of_case(Entity, col(Entity.id))
LICENCES_OF = Rows(
    Licence, col(Licence.application_id).in_(bindparam("cases", expanding=True)), order=[col(Licence.id)]
)
ENTITIES_OF = Rows(Entity, col(Entity.application_id).in_(bindparam("cases", expanding=True)))
PAPERS = of_case(Paper, col(Paper.id))
MATERIALS = of_case(Material, col(Material.id), col(Material.removed_at).is_(None))
REVISION = of_case(Revision, col(Revision.number), col(Revision.number) == bindparam("number"))
NOTICES = of_case(Notice, col(Notice.id).desc())
# Of every notice of a case.
ITEMS_OF_NOTICES = PageRows(
    NoticeItem,
    col(NoticeItem.notice_id).in_(select(col(Notice.id)).where(_mine(Notice))),
    order=[col(NoticeItem.id)],
)
NOTICE_ITEMS = PageRows(NoticeItem, col(NoticeItem.notice_id) == bindparam("notice_id"), order=[col(NoticeItem.id)])
HELD_NAMES = of_case(
    RegisteredName,
    col(RegisteredName.id),
    or_(col(RegisteredName.status) == "reserved", col(RegisteredName.status) == "registered"),
)
OUTGOING = of_case(Message, col(Message.id))


def revisions_ahead(case: Application) -> list[Ahead]:
    """The present revision of the case and the one before, as far as there are any."""
    given = {"case_id": case.id}
    return [(REVISION, {**given, "number": one}) for one in (case.revision - 1, case.revision) if one > 0]


def divide_items(session: Session, case: Application) -> None:
    """After `ITEMS_OF_NOTICES` was read, a page finds the items of each notice among them."""
    items = ITEMS_OF_NOTICES.all(session, case_id=case.id)
    for notice in NOTICES.all(session, case_id=case.id):
        known_from(session, NOTICE_ITEMS, [one for one in items if one.notice_id == notice.id], notice_id=notice.id)
