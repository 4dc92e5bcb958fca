"""Work lists: a clerk's inbox, an agency's, and an applicant's own applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.models import Account, Application, HistoryEntry, Part, PromiseAlert
from registration.models.applications import TAKEN_OVER
from registration.queries import desk_views as views
from registration.queries.desk_views import EVERYTHING, Narrowing
from registration.queries.keyset import Order, Page, numbers_on_page
from registration.queries.notes import note_counts
from registration.queries.objections import open_points
from registration.queries.supervision import ordered_in
from registration.queries.watch import WITHOUT_FORM, alerts_on

_NEWEST = Order("newest", col(Application.created_at), col(Application.id), descending=True)
_PARTS_DUE = Order("due", col(Part.due_at), col(Part.id), nullable=True)


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
    part: Part
    case: Application
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
    branches, order = views.branches_of(view, narrowing, actor), narrowing.order(view)
    ids, after = numbers_on_page(session, select(Application), branches, order, cursor=cursor, limit=limit)
    return Page(inbox_rows(session, ids), after)


def inbox_rows(session: Session, ids: Sequence[int]) -> tuple[InboxRow, ...]:
    """The rows of these cases, in their order, without the forms."""
    query = (
        select(Application, col(Account.login))
        .outerjoin(Account, col(Account.id) == col(Application.holder_id))
        .where(col(Application.id).in_(ids))
        .options(WITHOUT_FORM)
    )
    found = {row[0].id: row for row in session.execute(query)}
    at_agencies = [number for number, row in found.items() if views.is_at_agencies(row[0])]
    said, objected = alerts_on(session, ids), views.objected_in(session, at_agencies) if at_agencies else frozenset()
    ordered, notes = ordered_in(session, ids), note_counts(session, ids)
    points = open_points(session, objected) if objected else {}
    return tuple(
        InboxRow(
            found[number][0],
            found[number][1],
            tuple(said[number]),
            objected=number in objected,
            asked=found[number][0].asked,
            ordered=number in ordered,
            notes=notes.get(number, 0),
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
    query = (
        select(
            col(Application.ref),
            col(Application.name),
            col(HistoryEntry.actor),
            col(HistoryEntry.data),
            col(HistoryEntry.at),
        )
        .join(Application, col(Application.id) == col(HistoryEntry.application_id))
        .where(TAKEN_OVER, col(HistoryEntry.at) >= since, col(Application.registrar_code) == actor.registrar_code)
        .where(col(HistoryEntry.data)["taken_from"].as_string() == actor.staff_no)
        .order_by(col(HistoryEntry.at).desc())
    )
    rows = session.execute(query).all()
    # What a director gave to another is told in other words (queries/holding.py).
    return [
        TakenOver(ref, name, by, str(data.get("reason", "")), at)
        for ref, name, by, data, at in rows
        if "for" not in data
    ]


def part_inbox_for(
    session: Session, *, actor: Actor, view: str = "open", cursor: str | None = None, limit: int = 20
) -> Page[PartRow]:
    """The parts of the officer's own agency: `open` (pending or claimed), of these `mine` and `unclaimed`;
    `with_registrar` (waits for the office's answer), or `all`. InvalidInput for another view."""
    access.admit("agency_inbox.read", actor)
    query = select(Part).join(Application, col(Application.id) == col(Part.application_id))
    ids, after = numbers_on_page(
        session, query, views.branches_of_parts(view, actor), _PARTS_DUE, cursor=cursor, limit=limit
    )
    return Page(_part_rows(session, [col(Part.id).in_(ids)]), after)


def part_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """The number of parts of each view that needs work, or an answer."""
    access.admit("agency_inbox.read", actor)
    found = {}
    for view in views.COUNTED_PARTS:
        numbers = [
            select(func.count(col(Part.id)))
            .join(Application, col(Application.id) == col(Part.application_id))
            .where(*branch)
            .scalar_subquery()
            for branch in views.branches_of_parts(view, actor)
        ]
        found[view] = sum(session.execute(select(*numbers)).one())
    return found


def own_part_rows(session: Session, cases: Sequence[int], *, actor: Actor) -> tuple[PartRow, ...]:
    """The parts of the officer's own agency in these cases, in their order."""
    access.admit("agency_inbox.read", actor)
    rows = _part_rows(session, [col(Part.application_id).in_(cases), col(Part.agency) == actor.agency])
    return tuple(sorted(rows, key=lambda row: cases.index(row.case.id)))


def _part_rows(session: Session, chosen: Sequence[ColumnElement[bool]]) -> tuple[PartRow, ...]:
    """By due date, those without one last."""
    query = (
        select(Part, Application)
        .join(Application, col(Application.id) == col(Part.application_id))
        .where(*chosen)
        .order_by(col(Part.due_at).is_(None), col(Part.due_at), col(Part.id))
    )
    rows = session.execute(query).all()
    said = alerts_on(session, [case.id for _, case in rows])
    return tuple(PartRow(part, case, _latest(said[case.id], part.key)) for part, case in rows)


def _latest(alerts: Sequence[PromiseAlert], key: str) -> str | None:
    kinds = [one.kind for one in alerts if one.part_key == key]
    return kinds[-1] if kinds else None


def mine(session: Session, *, actor: Actor, cursor: str | None = None, limit: int = 20) -> Page[Application]:
    """The applicant's own applications, the newest first."""
    own = [[col(Application.account_id) == actor.account_id]]
    ids, after = numbers_on_page(session, select(Application), own, _NEWEST, cursor=cursor, limit=limit)
    found = {case.id: case for case in session.scalars(select(Application).where(col(Application.id).in_(ids)))}
    return Page(tuple(found[number] for number in ids), after)
