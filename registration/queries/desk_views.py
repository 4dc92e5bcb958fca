"""The views of the desk as branches: ranges of an index that holds the cases of one state in the wanted order.

A view is defined by the kind and the holders of states, so that the table alone decides the view of a case.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, not_, or_, select, true
from sqlmodel import Session, col

from registration.access import ACCESS
from registration.actor import Actor
from registration.errors import InvalidInput
from registration.matters import definition_of, shipped
from registration.models import Application, Part
from registration.queries.keyset import Branch, Order
from registration.queries.receipts import reported_cases
from registration.queries.state_filters import Wanted, each_state, per_tables, stands
from registration.queries.supervision import waits_for_order
from registration.queries.watch import in_office, is_in_office, parts_at_work
from registration.rules.problems import Problem
from workflows.definition import Definition, Parts, State

VIEWS = ("mine", "unclaimed", "ordered", "objections", "reported", "asked", "waiting", "approval", "overdue", "done")
COUNTED = tuple(view for view in VIEWS if view != "done")
HANDED_IN = col(Application.submitted_at).is_not(None)
_NUMBER = col(Application.id)
ORDERS = {
    "due": Order("due", col(Application.due_at), _NUMBER, nullable=True),
    "sent": Order("sent", col(Application.submitted_at), _NUMBER),
    "name": Order("name", col(Application.name_pinyin), _NUMBER),
    "closed": Order("closed", col(Application.updated_at), _NUMBER, descending=True),
}
# The states of a part in which its agency works on it.
OPEN_PARTS = ("pending", "claimed")
CLERKS = frozenset({"window", "examiner", "licensing"})
_UNHELD = col(Application.holder_id).is_(None)
_IS_BROKEN = col(Application.broken_due_at) == col(Application.due_at)


@dataclass(frozen=True)
class Narrowing:
    """What of a view is shown, and in which order; an empty text leaves all. `sort` is empty for the view's own."""

    matter: str = ""
    entity_type: str = ""
    district: str = ""
    state: str = ""
    agency: str = ""
    sort: str = ""

    def order(self, view: str) -> Order:
        """InvalidInput for an order that does not exist."""
        order = ORDERS.get(self.sort or ("closed" if view == "done" else "due"))
        if order is None:
            raise InvalidInput([Problem("sort", "choice.unknown")])
        return order

    def conditions(self) -> list[ColumnElement[bool]]:
        chosen = {
            col(Application.matter): self.matter,
            col(Application.entity_type): self.entity_type,
            col(Application.district): self.district,
            col(Application.state): self.state,
        }
        found = [column == value for column, value in chosen.items() if value]
        return [*found, _is_at(self.agency)] if self.agency else found


EVERYTHING = Narrowing()


def branches_of(view: str, narrowing: Narrowing, actor: Actor) -> list[Branch]:
    """The cases of a view of the actor's registrar. InvalidInput for a view that does not exist."""
    if view not in VIEWS:
        raise InvalidInput([Problem("view", "choice.unknown")])
    here = col(Application.registrar_code) == actor.registrar_code
    # The indexes of these orders have what was handed in.
    sent = [HANDED_IN] if narrowing.order(view).name != "due" else []
    return [[here, *branch, *sent, *narrowing.conditions()] for branch in _BRANCHES[view](actor)]


_kept_states = per_tables(each_state)


def for_examiner() -> ColumnElement[bool]:
    return _kept_condition(is_for_examiner)


def with_agencies() -> ColumnElement[bool]:
    return _kept_condition(is_with_agencies)


_kept_condition = per_tables(stands)


def _is_agencies_share(table: Definition, state: str) -> bool:
    return is_with_others(table, state) and is_with_agencies(table, state)


def _is_others_share(table: Definition, state: str) -> bool:
    return is_with_others(table, state) and not is_with_agencies(table, state)


def _of_states(wanted: Wanted, *more: ColumnElement[bool]) -> list[Branch]:
    return [[*more, state] for state in _kept_states(wanted)]


def _overdue(actor: Actor) -> list[Branch]:
    # A case whose own promise was reported is in one of the first branches, and must not be in the last one, too.
    by_part = [col(Application.id).in_(late_parts(actor)), in_office(), is_not_broken()]
    return [*_of_states(is_in_office, _IS_BROKEN), by_part]


def _unclaimed(actor: Actor) -> list[Branch]:
    return _of_states(unclaimed_for(actor.roles), _UNHELD)


def _waiting(actor: Actor) -> list[Branch]:
    objected = col(Application.id).in_(objected_cases(actor))
    at_agencies = ([*branch, not_(objected)] for branch in _of_states(_is_agencies_share))
    return [*at_agencies, *_of_states(_is_others_share)]


_BRANCHES: dict[str, Callable[[Actor], list[Branch]]] = {
    # What was passed on for approval keeps the name of its examiner, but is no longer that person's to do.
    "mine": lambda actor: _of_states(is_for_examiner, col(Application.holder_id) == actor.account_id),
    "unclaimed": _unclaimed,
    "ordered": lambda actor: [[HANDED_IN, waits_for_order(actor)]],
    "objections": lambda actor: [[with_agencies(), col(Application.id).in_(objected_cases(actor))]],
    "reported": lambda actor: [[HANDED_IN, col(Application.id).in_(reported_cases(actor))]],
    "asked": lambda _: [[HANDED_IN, col(Application.asked) == true()]],
    "waiting": _waiting,
    "approval": lambda _: _of_states(is_approval),
    "overdue": _overdue,
    # A draft that was cancelled before it was submitted was never work of the office.
    "done": lambda _: _of_states(is_done, HANDED_IN),
}


def is_for_examiner(table: Definition, state: str) -> bool:
    return is_in_office(table, state) and not is_approval(table, state)


def is_approval(table: Definition, state: str) -> bool:
    """Cases that wait for a role above the examiner: an approval, or a decision of the director."""
    return is_in_office(table, state) and table.states[state].holder in (("approver",), ("director",))


@cache
def unclaimed_for(roles: frozenset[str]) -> Wanted:
    """States whose cases wait for a clerk: for a clerk those of the own roles, for others all."""
    wanted = roles & CLERKS or CLERKS
    return lambda table, state: is_for_examiner(table, state) and bool(wanted & {*table.states[state].holder})


@per_tables
def views_for(roles: frozenset[str]) -> tuple[str, ...]:
    """The views that may ever have a case for a person of these roles."""
    tables = [definition_of(key) for key in shipped()]
    holds = any(row.held_by == "actor" and roles & {*row.by} for table in tables for row in table.rows)
    states = [(table, state) for table in tables for state in table.states]
    approves = any(is_approval(table, state) and roles & {*table.states[state].holder} for table, state in states)
    answers = any(roles & {*table.states[state].escalates_to} for table, state in states)
    settles = bool(roles & ACCESS["receipt.answer"].staff)
    shown = {"mine": holds, "approval": approves, "overdue": answers, "reported": settles}
    return tuple(view for view in VIEWS if shown.get(view, True))


def is_with_agencies(table: Definition, state: str) -> bool:
    return table.parts is not None and state in table.parts.runs_in


def is_at_agencies(case: Application) -> bool:
    return is_with_agencies(definition_of(case.definition), case.state)


def is_with_others(table: Definition, state: str) -> bool:
    entry = table.states[state]
    with_applicant = entry.kind == "applicant" and entry.within is not None
    return with_applicant or any(role.startswith("agency_") for role in entry.holder)


def is_done(table: Definition, state: str) -> bool:
    return table.states[state].kind not in ("start", "applicant", "office")


def objected_cases(actor: Actor) -> Select[int]:
    """The numbers of the registrar's cases in which an agency's part waits for a decision of the office."""
    return _objected().where(col(Part.registrar_code) == actor.registrar_code)


def objected_in(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Those of these cases in which an agency's part waits for a decision of the office."""
    return frozenset(session.scalars(_objected().where(col(Part.application_id).in_(ids))))


def _objected() -> Select[int]:
    return select(col(Part.application_id)).where(col(Part.state).in_(_states_for_office()))


def _states_for_office() -> list[str]:
    return sorted({key for graph in _graphs() for key, state in graph.states.items() if _is_for_office(graph, state)})


# The views of an agency's inbox, and those with a number.
PART_VIEWS = ("open", "mine", "unclaimed", "with_registrar", "all")
COUNTED_PARTS = ("open", "mine", "unclaimed", "with_registrar")


def branches_of_parts(view: str, actor: Actor) -> list[Branch]:
    """The parts of a view of the officer's own agency. InvalidInput for a view that does not exist."""
    if view not in PART_VIEWS:
        raise InvalidInput([Problem("view", "choice.unknown")])
    here = [col(Part.agency) == actor.agency, col(Part.registrar_code) == actor.registrar_code]
    if view == "all":
        return [[*here, col(Part.state) == one] for one in part_states()]
    if view == "with_registrar":
        return [[*here, col(Part.state) == one, with_agencies()] for one in _states_for_office()]
    holder = col(Part.holder_id)
    here += [holder == actor.account_id] if view == "mine" else []
    here += [holder.is_(None)] if view == "unclaimed" else []
    return [[*here, col(Part.state) == one, with_agencies()] for one in OPEN_PARTS]


def part_states() -> list[str]:
    return sorted({state for graph in _graphs() for state in graph.states})


def _graphs() -> list[Parts]:
    return [graph for key in shipped() if (graph := definition_of(key).parts) is not None]


def late_parts(actor: Actor) -> Select[int]:
    """The numbers of the registrar's cases with a part whose broken promise was reported and still runs."""
    return (
        select(col(Part.application_id))
        .join(Application, col(Application.id) == col(Part.application_id))
        .where(col(Part.registrar_code) == actor.registrar_code, col(Part.broken_due_at) == col(Part.due_at))
        .where(parts_at_work())
    )


def _is_for_office(graph: Parts, state: State) -> bool:
    return state.kind == "office" and graph.acting_role not in state.holder


def is_not_broken() -> ColumnElement[bool]:
    own, due = col(Application.broken_due_at), col(Application.due_at)
    return or_(own.is_(None), due.is_(None), own != due)


def _is_at(agency: str) -> ColumnElement[bool]:
    """Whether the agency works on its part of the case."""
    part = select(col(Part.id)).where(
        col(Part.application_id) == col(Application.id), col(Part.agency) == agency, col(Part.state).in_(OPEN_PARTS)
    )
    return part.correlate(Application).exists() & with_agencies()
