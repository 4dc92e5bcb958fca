"""Work lists: a clerk's inbox, an agency's, and an applicant's own applications."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.statements import Query
from registration.models import Account, Application, HistoryEntry, Part, PromiseAlert
from registration.models.applications import TAKEN_OVER
from registration.queries import desk_views as views
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.desk_views import EVERYTHING, Narrowing
from registration.queries.keyset import Order, Page, keys_and_order, keys_query, numbers_among, numbers_on_page
from registration.queries.notes import note_count
from registration.queries.objections import open_points
from registration.queries.state_filters import per_tables
from registration.queries.supervision import is_ordered
from registration.queries.watch import WITHOUT_FORM, alerts_on, has_alerts

_NEWEST = Order("newest", col(Application.created_at), col(Application.id), descending=True)
_PARTS_DUE = Order("due", col(Part.due_at), col(Part.id), nullable=True)


_TAKEN = PageQuery(
    select(
        *(col(Application.ref), col(Application.name)),
        *(col(HistoryEntry.actor), col(HistoryEntry.data), col(HistoryEntry.at)),
    )
    .join(Application, col(Application.id) == col(HistoryEntry.application_id))
    .where(TAKEN_OVER, col(HistoryEntry.at) >= bindparam("since"))
    .where(col(Application.registrar_code) == bindparam("registrar"))
    .where(col(HistoryEntry.data)["taken_from"].as_string() == bindparam("number")),
    order=[col(HistoryEntry.at).desc()],
)


@dataclass(frozen=True)
class InboxRow:
    """A case, its holder's number, the alerts about its promises; `asked`: a message waits, `ordered`: a supervision
    order waits for its answer; `notes`: how many; `points`: (part, targets) of each objection that waits."""

    case: Application
    holder: str | None
    alerts: tuple[PromiseAlert, ...] = ()
    objected: bool = False
    asked: bool = False
    ordered: bool = False
    notes: int = 0
    points: tuple[tuple[str, list[str]], ...] = ()

    @property
    def alert(self) -> str | None:
        """The most serious alert: overdue before warning."""
        kinds = {one.kind for one in self.alerts}
        return next((kind for kind in ("overdue", "warning") if kind in kinds), None)


@dataclass(frozen=True)
class PartRow:
    """A part, its holder's number, and the latest alert about its promise."""

    part: Part
    case: Application
    holder: str | None
    alert: str | None = None


def inbox_for(
    session: Session,
    *,
    actor: Actor,
    view: str = "unclaimed",
    narrowing: Narrowing = EVERYTHING,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[InboxRow]:
    """The registrar's cases of one view: `mine`, `unclaimed`, `waiting` (for the applicant), `approval`, `done`, by due
    date; what is done by the time of the last change, the newest first.

    `overdue`: a broken promise of the case or of an agency was reported; `objections`: an agency's objection
    waits for the office; `asked`: a message of the applicant waits for an answer; `ordered`: a supervision order waits
    for the actor's answer.
    """
    access.admit("inbox.read", actor)
    order = narrowing.order(view)
    if cursor is None and narrowing == EVERYTHING:
        rows = _first_page(view, actor.person, limit).rows(session)
        ids, after = numbers_among(rows, order, limit=limit)
    else:
        branches = views.branches_of(view, narrowing, actor)
        ids, after = numbers_on_page(session, select(Application), branches, order, cursor=cursor, limit=limit)
    return Page(inbox_rows(session, ids) if ids else (), after)


@per_tables
def _first_page(view: str, actor: Actor, limit: int) -> Query:
    """The page that a member of the office opens all day: preparing it takes longer than reading it."""
    branches, order = views.branches_of(view, EVERYTHING, actor), EVERYTHING.order(view)
    return Query(keys_query(select(Application), branches, order, cursor=None, most=limit + 1))


def inbox_rows(session: Session, ids: Sequence[int]) -> tuple[InboxRow, ...]:
    """The rows of these cases, in their order, without the forms."""
    query = (
        select(Application, col(Account.login), note_count(), is_ordered(), has_alerts())
        .outerjoin(Account, col(Account.id) == col(Application.holder_id))
        .where(col(Application.id).in_(ids))
        .options(WITHOUT_FORM)
    )
    found = {row[0].id: row for row in session.execute(query)}
    at_agencies = [number for number, row in found.items() if views.is_at_agencies(row[0])]
    alerted = [number for number, row in found.items() if row[4]]
    said = alerts_on(session, alerted) if alerted else {}
    objected = views.objected_in(session, at_agencies) if at_agencies else frozenset()
    points = open_points(session, objected) if objected else {}
    return tuple(
        InboxRow(
            found[number][0],
            found[number][1],
            tuple(said.get(number, ())),
            objected=number in objected,
            asked=found[number][0].asked,
            ordered=found[number][3],
            notes=found[number][2],
            points=tuple(points.get(number, ())),
        )
        for number in ids
    )


@dataclass(frozen=True)
class TakenOver:
    """A file that a colleague took from the actor."""

    ref: str
    name: str
    by: str
    reason: str
    at: datetime


def taken_over_from(session: Session, *, actor: Actor, since: datetime) -> list[TakenOver]:
    """Files that colleagues took over from this actor since then, the newest first."""
    rows = _TAKEN.rows(session, **_taken(actor, since))
    # What a director gave to another is told in other words (queries/holding.py).
    return [
        TakenOver(ref, name, by, str(data.get("reason", "")), at)
        for ref, name, by, data, at in rows
        if "for" not in data
    ]


def taken_ahead(actor: Actor, *, since: datetime) -> list[Ahead]:
    """What `taken_over_from` asks."""
    return [(_TAKEN, _taken(actor, since))]


def _taken(actor: Actor, since: datetime) -> dict[str, Any]:
    return {"since": since, "registrar": actor.registrar_code, "number": actor.staff_no}


def part_inbox_for(
    session: Session, *, actor: Actor, view: str = "open", cursor: str | None = None, limit: int = 20
) -> Page[PartRow]:
    """The parts of the officer's own agency: `open` (pending or claimed), of these `mine` and `unclaimed`;
    `with_registrar` (waits for the office's answer), or `all`. InvalidInput for another view."""
    access.admit("agency_inbox.read", actor)
    if cursor is None:
        ids, after = numbers_among(_first_parts(view, actor.person, limit).rows(session), _PARTS_DUE, limit=limit)
    else:
        branches = views.branches_of_parts(view, actor)
        ids, after = numbers_on_page(session, _PARTS, branches, _PARTS_DUE, cursor=cursor, limit=limit)
    return Page(_part_rows(session, [col(Part.id).in_(ids)]) if ids else (), after)


def parts_ahead(actor: Actor, *, view: str, limit: int = 20) -> list[Ahead]:
    """What the first page of `part_inbox_for` and `part_counts` ask."""
    _views, numbers = _part_numbers(actor.person)
    return [(_first_parts(view, actor.person, limit), {}), (numbers, {})]


_PARTS = select(Part).join(Application, col(Application.id) == col(Part.application_id))


@per_tables
def _first_parts(view: str, actor: Actor, limit: int) -> PageQuery:
    branches = views.branches_of_parts(view, actor)
    query, order = keys_and_order(_PARTS, branches, _PARTS_DUE, cursor=None, most=limit + 1)
    return PageQuery(query, order=order)


def part_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """The number of parts of each view that needs work, or an answer."""
    access.admit("agency_inbox.read", actor)
    found = Counter(dict.fromkeys(views.COUNTED_PARTS, 0))
    shown, query = _part_numbers(actor.person)
    ((*numbers,),) = query.rows(session)
    for view, number in zip(shown, numbers, strict=True):
        found[view] += number
    return dict(found)


@per_tables
def _part_numbers(actor: Actor) -> tuple[list[str], PageQuery]:
    """One statement for all views, and the view that each of its numbers belongs to."""
    count = select(func.count(col(Part.id))).join(Application, col(Application.id) == col(Part.application_id))
    branches = [(view, one) for view in views.COUNTED_PARTS for one in views.branches_of_parts(view, actor)]
    return [view for view, _one in branches], PageQuery(
        select(*(count.where(*one).scalar_subquery() for _, one in branches))
    )


def own_part_rows(session: Session, cases: Sequence[int], *, actor: Actor) -> tuple[PartRow, ...]:
    """The parts of the officer's own agency in these cases, in their order."""
    access.admit("agency_inbox.read", actor)
    rows = _part_rows(session, [col(Part.application_id).in_(cases), col(Part.agency) == actor.agency])
    return tuple(sorted(rows, key=lambda row: cases.index(row.case.id)))


def _part_rows(session: Session, chosen: Sequence[ColumnElement[bool]]) -> tuple[PartRow, ...]:
    """By due date, those without one last."""
    query = (
        select(Part, Application, col(Account.login), has_alerts())
        .join(Application, col(Application.id) == col(Part.application_id))
        .outerjoin(Account, col(Account.id) == col(Part.holder_id))
        .where(*chosen)
        .order_by(col(Part.due_at).is_(None), col(Part.due_at), col(Part.id))
        .options(WITHOUT_FORM)
    )
    rows = session.execute(query).all()
    alerted = [row[1].id for row in rows if row[3]]
    said = alerts_on(session, alerted) if alerted else {}
    return tuple(
        PartRow(part, case, holder, _latest(said.get(case.id, ()), part.key)) for part, case, holder, _alerted in rows
    )


def _latest(alerts: Sequence[PromiseAlert], key: str) -> str | None:
    kinds = [one.kind for one in alerts if one.part_key == key]
    return kinds[-1] if kinds else None


def mine(session: Session, *, actor: Actor, cursor: str | None = None, limit: int = 20) -> Page[Application]:
    """The applicant's own applications, the newest first."""
    own = [[col(Application.account_id) == actor.account_id]]
    ids, after = numbers_on_page(session, select(Application), own, _NEWEST, cursor=cursor, limit=limit)
    found = {case.id: case for case in session.scalars(select(Application).where(col(Application.id).in_(ids)))}
    return Page(tuple(found[number] for number in ids), after)
