"""How many cases each view of the desk has: sums of stored numbers, which cost the same at any number of cases."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.clock import begins, local_date
from registration.matters import definition_of, shipped
from registration.models import Application, DeskCount, DeskCountChange
from registration.models.columns import UtcDateTime
from registration.queries import desk_views as views
from registration.queries import supervision
from registration.queries.case_rows import Ahead, PageQuery
from registration.queries.outbox import parked_count
from registration.queries.receipts import reported_cases
from registration.queries.state_filters import Wanted, per_tables
from registration.queries.watch import in_office, is_in_office
from workflows.definition import Definition


@dataclass(frozen=True)
class _Alike:
    """The number of a registrar's cases that are alike."""

    definition: str
    state: str
    is_unheld: bool
    is_own: bool
    asked: bool
    broken: bool
    handed_in: bool
    number: int


def inbox_counts(session: Session, *, actor: Actor) -> dict[str, int]:
    """The number of cases in each view that needs work."""
    return inbox_and_parked(session, actor=actor)[0]


def inbox_and_parked(session: Session, *, actor: Actor) -> tuple[dict[str, int], int]:
    """The same, and the number of parked messages of the office."""
    access.admit("inbox.read", actor)
    rows = _alike(session, actor)
    ((objected, by_part, reported, ordered, parked),) = _few(actor.person).rows(session)
    counts = {
        "mine": _sum(rows, views.is_for_examiner, lambda row: row.is_own),
        "unclaimed": _sum(rows, views.unclaimed_for(actor.roles), lambda row: row.is_unheld),
        "ordered": ordered,
        "objections": objected,
        "reported": reported,
        "asked": sum(row.number for row in rows if row.asked and row.handed_in),
        "waiting": _sum(rows, views.is_with_others) - objected,
        "approval": _sum(rows, views.is_approval),
        "overdue": _sum(rows, is_in_office, lambda row: row.broken) + by_part,
    }
    return counts, parked


@per_tables
def _few(actor: Actor) -> PageQuery:
    """What is rare, and counted from its own index."""
    few = (
        _cases(views.with_agencies(), views.objected_cases(actor)),
        _cases(in_office(), views.late_parts(actor), views.is_not_broken()),
        _cases(views.HANDED_IN, reported_cases(actor)),
        supervision.open_count(actor),
        parked_count(actor),
    )
    return PageQuery(select(*(one.scalar_subquery() for one in few)))


def numbers_by_state(session: Session, *, registrar_code: str | None = None) -> dict[tuple[str, str, bool], int]:
    """(table, state, handed in) -> number of cases, of one registrar or of all."""

    def rows(model: type[DeskCount] | type[DeskCountChange]) -> Any:
        found = select(col(model.definition), col(model.state), col(model.handed_in), col(model.number))
        return found if registrar_code is None else found.where(col(model.registrar_code) == registrar_code)

    both = union_all(rows(DeskCount), rows(DeskCountChange)).subquery().c
    kinds = (both.definition, both.state, both.handed_in)
    query = select(*kinds, func.sum(both.number)).group_by(*kinds)
    return {(row[0], row[1], bool(row[2])): row[3] for row in session.execute(query)}


def open_by_state(session: Session, *, registrar_code: str, definition: Definition) -> dict[str, int]:
    """How many handed-in cases of the table's matter wait for the office or an applicant, by state; of any version."""
    found = Counter[str]()
    for (key, state, handed_in), number in numbers_by_state(session, registrar_code=registrar_code).items():
        known = definition.states.get(state)
        if not handed_in or known is None or key.partition("@")[0] != definition.matter:
            continue
        if known.kind in ("office", "applicant"):
            found[state] += number
    return {state: number for state, number in found.items() if number > 0}


def pressing_counts(session: Session, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """How many of the actor's own files are due today, and how many are overdue."""
    access.admit("inbox.read", actor)
    ((today, overdue),) = _pressing().rows(session, **_own_at(actor, now))
    return today, overdue


def counts_ahead(actor: Actor) -> list[Ahead]:
    """What `inbox_and_parked` asks."""
    return [(_NUMBERS, _desk_of(actor)), (_few(actor.person), {})]


def pressing_ahead(actor: Actor, *, now: datetime) -> list[Ahead]:
    """What `pressing_counts` asks."""
    return [(_pressing(), _own_at(actor, now))]


def _desk_of(actor: Actor) -> dict[str, Any]:
    return {"holder": actor.account_id or -1, "registrar": actor.registrar_code}


def _own_at(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"account_id": actor.account_id, "now": now, "midnight": begins(local_date(now) + timedelta(days=1))}


@per_tables
def _pressing() -> PageQuery:
    due, now = col(Application.due_at), bindparam("now", type_=UtcDateTime())
    mine = (col(Application.holder_id) == bindparam("account_id"), views.for_examiner())
    today, overdue = (func.count().filter(wanted) for wanted in (due >= now, due < now))
    return PageQuery(select(today, overdue).select_from(Application).where(*mine, due < bindparam("midnight")))


def _alike(session: Session, actor: Actor) -> list[_Alike]:
    """The stored numbers and the changes that are not yet in them, by what a view asks for."""
    known = frozenset(shipped())
    rows = _NUMBERS.rows(session, **_desk_of(actor))
    return [_Alike(*row) for row in rows if row[0] in known]


def _of(model: type[DeskCount] | type[DeskCountChange]) -> Any:
    holder = col(model.holder_id)
    return select(
        col(model.definition),
        col(model.state),
        (holder == 0).label("is_unheld"),
        (holder == bindparam("holder")).label("is_own"),
        col(model.asked),
        col(model.broken),
        col(model.handed_in),
        col(model.number),
    ).where(col(model.registrar_code) == bindparam("registrar"))


def _added_up() -> PageQuery:
    both = union_all(*(_of(model) for model in (DeskCount, DeskCountChange))).subquery().c
    kinds = (both.definition, both.state, both.is_unheld, both.is_own, both.asked, both.broken, both.handed_in)
    return PageQuery(select(*kinds, func.sum(both.number)).group_by(*kinds))


_NUMBERS = _added_up()


def _sum(rows: list[_Alike], wanted: Wanted, also: Callable[[_Alike], bool] = lambda _: True) -> int:
    return sum(row.number for row in rows if also(row) and wanted(definition_of(row.definition), row.state))


def _cases(state: ColumnElement[bool], numbers: Any, *more: ColumnElement[bool]) -> Select[int]:
    return select(func.count(col(Application.id))).where(col(Application.id).in_(numbers), state, *more)
