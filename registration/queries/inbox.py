"""Work lists: a clerk's inbox, an agency's, and an applicant's own applications."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.clock import local, local_date
from registration.errors import InvalidInput
from registration.matters import definition_of, shipped
from registration.models import Account, Application, HistoryEntry, Part, PromiseAlert
from registration.models.applications import TAKEN_OVER
from registration.queries.correspondence import asked_in, waits_for_answer
from registration.queries.notes import note_counts
from registration.queries.search import matching
from registration.queries.state_filters import stands
from registration.queries.supervision import ordered_in, waits_for_order
from registration.queries.watch import alerts_on, in_office, is_escalated
from registration.rules.problems import Problem
from registration.rules.whole_numbers import whole_number
from workflows.definition import Definition, Parts, State

Row = TypeVar("Row")
Piece = TypeVar("Piece")
_FAR = datetime(9999, 12, 31, tzinfo=UTC)
_HANDED_IN = col(Application.submitted_at).is_not(None)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `next` is the cursor of the following one, or None at the end."""

    rows: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True)
class InboxRow:
    """A case, its holder's number, the alerts about its promises; `asked`: a message waits, `ordered`: a supervision
    order waits for its answer; `notes`: how many."""

    case: Application
    holder: str | None
    alerts: tuple[PromiseAlert, ...] = ()
    objected: bool = False
    asked: bool = False
    ordered: bool = False
    notes: int = 0

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


VIEWS = ("mine", "unclaimed", "ordered", "objections", "asked", "waiting", "approval", "overdue", "done")
COUNTED = ("mine", "unclaimed", "ordered", "objections", "asked", "waiting", "approval", "overdue")


def inbox_for(
    session: Session,
    *,
    actor: Actor,
    view: str = "unclaimed",
    search: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[InboxRow]:
    """The registrar's cases by due date: `mine`, `unclaimed`, `waiting` (for the applicant), `approval`, `done`.

    `overdue`: a broken promise of the case or of an agency was reported; `objections`: an agency's objection
    waits for the office; `asked`: a message of the applicant waits for an answer; `ordered`: a supervision order waits
    for the actor's answer. A search covers all submitted
    cases, whatever the view.
    """
    access.admit("inbox.read", actor)
    query = select(Application, col(Account.login)).outerjoin(Account, col(Account.id) == col(Application.holder_id))
    # A draft that was never submitted is no work of the office.
    chosen = [or_(_HANDED_IN, stands(_is_with_office)), matching(search)] if search.strip() else _view(view, actor)
    query = query.where(col(Application.registrar_code) == actor.registrar_code, *chosen)
    rows, after = _paged(session, query, Application, cursor=cursor, limit=limit)
    ids = [row[0].id for row in rows]
    said, objected, asked = alerts_on(session, ids), _objected(session, ids), asked_in(session, ids)
    ordered, notes = ordered_in(session, ids), note_counts(session, ids)
    found = (
        InboxRow(
            case,
            holder,
            tuple(said[case.id]),
            objected=case.id in objected,
            asked=case.id in asked,
            ordered=case.id in ordered,
            notes=notes.get(case.id, 0),
        )
        for case, holder in rows
    )
    return Page(tuple(found), after)


def inbox_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """The number of cases in each view that needs work."""
    access.admit("inbox.read", actor)
    counts = {}
    for view in COUNTED:
        query = select(func.count()).select_from(Application)
        query = query.where(col(Application.registrar_code) == actor.registrar_code, *_view(view, actor))
        counts[view] = session.scalars(query).one()
    return counts


def pressing_counts(session: Session, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many of the actor's own files are due today, and how many are overdue."""
    access.admit("inbox.read", actor)
    midnight = datetime.combine(local_date(now) + timedelta(days=1), time(), tzinfo=local(now).tzinfo)
    due = col(Application.due_at)
    own = select(func.count()).select_from(Application).where(*_view("mine", actor))
    today, overdue = own.where(due >= now, due < midnight), own.where(due < now)
    return session.scalars(today).one(), session.scalars(overdue).one()


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
    """The parts of the officer's own agency: `open` (pending or claimed) or `all`."""
    access.admit("agency_inbox.read", actor)
    query = (
        select(Part, Application)
        .join(Application, col(Application.id) == col(Part.application_id))
        .where(col(Part.agency) == actor.agency, col(Part.registrar_code) == actor.registrar_code)
    )
    if view == "open":
        query = query.where(col(Part.state).in_(("pending", "claimed")), stands(_is_with_agencies))
    rows, after = _paged(session, query, Part, cursor=cursor, limit=limit)
    said = alerts_on(session, [row[1].id for row in rows])
    return Page(tuple(PartRow(row[0], row[1], _latest(said[row[1].id], row[0].key)) for row in rows), after)


def _latest(alerts: Sequence[PromiseAlert], key: str) -> str | None:
    kinds = [one.kind for one in alerts if one.part_key == key]
    return kinds[-1] if kinds else None


def mine(session: Session, *, actor: Actor, cursor: str | None = None, limit: int = 20) -> Page[Application]:
    """The applicant's own applications, the newest first."""
    query = select(Application).where(col(Application.account_id) == actor.account_id)
    if cursor is not None:
        query = query.where(col(Application.id) < _number_in(cursor))
    rows = session.scalars(query.order_by(col(Application.id).desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(tuple(rows[:limit]), _write(str(rows[limit - 1].id)) if more else None)


def _view(view: str, actor: Actor) -> list[Any]:
    """A view is defined by the kind and the holders of states, so that the table alone decides the view of a case."""
    if view == "mine":
        # What was passed on for approval keeps the name of its examiner, but is no longer that person's to do.
        return [col(Application.holder_id) == actor.account_id, stands(_is_office), not_(stands(_is_approval))]
    if view == "unclaimed":
        return [col(Application.holder_id).is_(None), stands(_is_unclaimed)]
    if view == "objections":
        return [stands(_is_with_agencies), _has_objection()]
    if view == "asked":
        return [_HANDED_IN, waits_for_answer()]
    if view == "ordered":
        return [_HANDED_IN, waits_for_order(actor)]
    if view == "approval":
        return [stands(_is_approval)]
    if view == "overdue":
        return [in_office(), is_escalated()]
    if view == "waiting":
        return [stands(_is_with_others), not_(_has_objection())]
    if view == "done":
        # A draft that was cancelled before it was submitted was never work of the office.
        return [
            _HANDED_IN,
            not_(stands(lambda table, state: table.states[state].kind in ("start", "applicant", "office"))),
        ]
    raise InvalidInput([Problem("view", "choice.unknown")])


def _is_with_office(table: Definition, state: str) -> bool:
    return table.states[state].kind in ("office", "waiting")


def _is_office(table: Definition, state: str) -> bool:
    return table.states[state].kind == "office"


def _is_approval(table: Definition, state: str) -> bool:
    """Cases that wait for a role above the examiner: an approval, or a decision of the director."""
    return _is_office(table, state) and table.states[state].holder in (("approver",), ("director",))


def _is_unclaimed(table: Definition, state: str) -> bool:
    clerks = {"window", "examiner", "licensing"}
    return _is_office(table, state) and not _is_approval(table, state) and bool(clerks & {*table.states[state].holder})


def _is_with_agencies(table: Definition, state: str) -> bool:
    return table.parts is not None and state in table.parts.runs_in


def _has_objection() -> ColumnElement[bool]:
    """Whether an agency's part waits for a decision of the office."""
    graphs = [graph for key in shipped() if (graph := definition_of(key).parts) is not None]
    states = {key for graph in graphs for key, state in graph.states.items() if _is_for_office(graph, state)}
    return (
        select(col(Part.id))
        .where(col(Part.application_id) == col(Application.id), col(Part.state).in_(sorted(states)))
        .correlate(Application)
        .exists()
    )


def _is_for_office(graph: Parts, state: State) -> bool:
    return state.kind == "office" and graph.acting_role not in state.holder


def _objected(session: Session, ids: Sequence[int | None]) -> frozenset[int]:
    query = select(col(Application.id)).where(col(Application.id).in_(ids), _has_objection())
    return frozenset(number for number in session.scalars(query) if number is not None)


def _is_with_others(table: Definition, state: str) -> bool:
    entry = table.states[state]
    with_applicant = entry.kind == "applicant" and entry.within is not None
    return with_applicant or any(role.startswith("agency_") for role in entry.holder)


def _paged(
    session: Session, query: Select[*tuple[Any, ...]], model: Any, *, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Orders by due date, then number; rows without a date last. A cursor is a position in that order, no offset."""
    due = func.coalesce(model.due_at, _FAR)
    if cursor is not None:
        moment, number = _place_in(cursor)
        query = query.where(or_(due > moment, and_(due == moment, model.id > number)))
    rows = session.execute(query.order_by(due, model.id).limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    last = next(item for item in rows[limit - 1] if isinstance(item, model))
    return rows[:limit], _write((last.due_at or _FAR).isoformat(), str(last.id))


def _write(*parts: str) -> str:
    return urlsafe_b64encode("|".join(parts).encode()).decode().rstrip("=")


def _number_in(cursor: str) -> int:
    return _known(whole_number("".join(_read(cursor, parts=1))))


def _place_in(cursor: str) -> tuple[datetime, int]:
    at, number = _read(cursor, parts=2)
    return _known(_moment(at)), _known(whole_number(number))


def _read(cursor: str, *, parts: int) -> list[str]:
    """The parts of a cursor that `_write` made. InvalidInput for any other text."""
    try:
        found = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
    except ValueError:
        found = []
    return _known(found if len(found) == parts else None)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text.endswith("+00:00") else None
    except ValueError:
        return None


def _known(value: Piece | None) -> Piece:
    if value is None:
        raise InvalidInput([Problem("cursor", "cursor.unknown")])
    return value
