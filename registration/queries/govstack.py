"""Cases as a client of GovStack may see them: those that its applicant owns, and those on its operator's desk."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.keys.field_encryption import blind_index, decrypt
from registration.matters import definition_of
from registration.models import Account, Application, ExternalApplication, HistoryEntry
from registration.models.applications import MOVED
from registration.queries.state_filters import per_tables, stands
from registration.queries.watch import WITHOUT_FORM, in_office
from registration.rules.problems import Problem
from workflows.analytics.milestones import decisions, moves_of, refusals
from workflows.definition import Definition

Kinds = Collection[tuple[str, str, str]]
PENDING, APPROVED, SENT_BACK, REJECTED = "PENDING", "APPROVED", "SENDBACK", "REJECTED"
MOST, FURTHEST = 100, 10_000
# The orders that the specification names; what has none here is sorted by number.
ORDERS: Mapping[str, Any] = {
    "created": col(Application.created_at),
    "dueDate": col(Application.due_at),
    "name": col(Application.name_pinyin),
    "nameCaseInsensitive": col(Application.name_pinyin),
    "description": col(Application.name_pinyin),
    "assignee": col(Application.holder_id),
    **dict.fromkeys(
        ("id", "instanceId", "caseInstanceId", "executionId", "caseExecutionId", "priority"), col(Application.id)
    ),
}
_HOLDER = aliased(Account)
_JOINED = col(ExternalApplication.application_id) == col(Application.id)


@dataclass(frozen=True)
class Caller:
    """A client of the information mediator: whose accounts it acts in, and the kinds of cases that are services."""

    client: str
    kinds: Kinds
    applicant: Actor | None = None
    operator: Actor | None = None


@dataclass(frozen=True)
class Asked:
    """What of the cases is asked for, an empty text leaves all; a part of the list, and its order."""

    kinds: Kinds | None = None
    ref: str = ""
    applicant: str = ""
    assignee: str = ""
    waiting: bool = False
    first: int = 0
    most: int = 20
    sort_by: str = "created"
    descending: bool = True

    def __post_init__(self) -> None:
        wrong = [
            *([] if self.sort_by in ORDERS else [Problem("sortBy", "choice.unknown")]),
            *([] if 0 <= self.first <= FURTHEST else [Problem("firstResult", "number.too_large", {"most": FURTHEST})]),
            *([] if 0 < self.most <= MOST else [Problem("maxResult", "number.too_large", {"most": MOST})]),
        ]
        if wrong:
            raise InvalidInput(wrong)


@dataclass(frozen=True)
class FileRow:
    """A case; `applicant` as its client calls the applicant, else our mark of the account; `stay` numbers the step
    that brought the case to its state; `holder` is the number of who has it."""

    case: Application
    applicant: Mapping[str, str]
    holder: str | None
    stay: int

    @property
    def task(self) -> str:
        """The id of what is to be done now; after the next step it is another one."""
        return f"{self.case.ref}.{self.stay}"


def rows_for(session: Session, caller: Caller, asked: Asked) -> list[FileRow]:
    """The cases that the caller may see, or with `waiting` those that wait for one of its accounts."""
    order = ORDERS[asked.sort_by]
    sorted_by = [order.desc(), col(Application.id).desc()] if asked.descending else [order, col(Application.id)]
    query = _rows(caller, asked).order_by(*sorted_by).offset(asked.first).limit(asked.most)
    found = session.execute(query.options(WITHOUT_FORM)).all()
    stays = _stays(session, [case.id for case, *_ in found])
    return [_row(row, caller, stays) for row in found]


def row_for(session: Session, caller: Caller, ref: str) -> FileRow:
    """One case. NotFound for one that is no service, is another client's, or is not there."""
    found = rows_for(session, caller, Asked(ref=ref, most=1)) if ref else []
    if not found:
        raise NotFound(ref=ref)
    return found[0]


def accounts_for(caller: Caller, case: Application) -> list[Actor]:
    """The accounts of the caller that may read the case, the one for which it waits first. NotFound without any."""
    facts = ObjectFacts(case.account_id, case.registrar_code, handed_in=case.submitted_at is not None)
    both = [caller.applicant, caller.operator]
    in_order = both if _is_with_applicant(definition_of(case.definition), case.state) else both[::-1]
    found = [one for one in in_order if one is not None and access.allows("application.read", one, facts)]
    if not found:
        raise NotFound(ref=case.ref)
    return found


def status_of(case: Application) -> str:
    """One of the four codes of the specification. A case that ended without a decision counts as rejected."""
    table = definition_of(case.definition)
    state = table.states[case.state]
    if state.is_with_applicant:
        return SENT_BACK if case.submitted_at is not None else PENDING
    if case.state in approved_states(case.definition):
        return APPROVED
    return REJECTED if state.kind == "final" else PENDING


@cache
def approved_states(definition: str) -> frozenset[str]:
    """The states that follow an approval, as long as the case is not examined again."""
    table = definition_of(definition)
    examined = {source for _, source, _ in decisions(table)}
    found, new = set[str](), {target for _, _, target in decisions(table) - refusals(table)}
    while new:
        found |= new
        new = {target for _, source, target in moves_of(table) if source in new} - found - examined
        new -= {key for key in new if table.states[key].is_with_applicant or table.states[key].shown.look == "bad"}
    return frozenset(found)


def stay_over(session: Session, case: Application, stay: int) -> HistoryEntry | None:
    """The step that ended this stay; None while the case is in it. NotFound for a number that is no stay."""
    moved = select(HistoryEntry).where(col(HistoryEntry.application_id) == case.id)
    if stay and session.scalars(moved.where(col(HistoryEntry.seq) == stay, MOVED)).one_or_none() is None:
        raise NotFound(ref=case.ref)
    return session.scalars(
        moved.where(col(HistoryEntry.seq) > stay, MOVED).order_by(col(HistoryEntry.seq)).limit(1)
    ).one_or_none()


def applicant_hash(client: str, applicant: str) -> str:
    """64 hex digits that find the cases of an applicant of this client."""
    return blind_index(f"govstack:{client}:{applicant}")


def _rows(caller: Caller, asked: Asked) -> Select[Any]:
    columns: list[Any] = [Application, ExternalApplication, col(Account.ref), col(_HOLDER.login)]
    query: Select[Any] = (
        select(*columns)
        .select_from(Application)
        .join(Account, col(Account.id) == col(Application.account_id))
        .outerjoin(_HOLDER, col(_HOLDER.id) == col(Application.holder_id))
        .outerjoin(ExternalApplication, _JOINED)
        .where(or_(*_sides(caller, waiting=asked.waiting)), _of_kinds(caller.kinds))
    )
    if asked.kinds is not None:
        query = query.where(_of_kinds(asked.kinds))
    if asked.ref:
        query = query.where(col(Application.ref) == asked.ref)
    if asked.applicant:
        query = query.where(_of_applicant(caller, asked.applicant))
    if asked.assignee:
        query = query.where(or_(col(_HOLDER.login) == asked.assignee, _of_applicant(caller, asked.assignee)))
    return query


def _sides(caller: Caller, *, waiting: bool) -> list[ColumnElement[bool]]:
    """The rules `application.read` and `inbox.read` of the access table, as conditions; false without an account."""
    sides: list[ColumnElement[bool]] = [false()]
    if caller.applicant is not None:
        own = col(Application.account_id) == caller.applicant.account_id
        opened_here = or_(col(ExternalApplication.client).is_(None), col(ExternalApplication.client) == caller.client)
        sides.append(and_(own, opened_here, with_applicant()) if waiting else and_(own, opened_here))
    if caller.operator is not None and access.allows("inbox.read", caller.operator, ObjectFacts()):
        desk = and_(
            col(Application.registrar_code) == caller.operator.registrar_code,
            col(Application.submitted_at).is_not(None),
        )
        sides.append(and_(desk, in_office()) if waiting else desk)
    return sides


def with_applicant() -> ColumnElement[bool]:
    return _stands(_is_with_applicant)


_stands = per_tables(stands)


def _is_with_applicant(table: Definition, state: str) -> bool:
    return table.states[state].is_with_applicant


def _of_kinds(kinds: Kinds) -> ColumnElement[bool]:
    columns = (col(Application.matter), col(Application.entity_type), col(Application.registrar_code))
    return or_(
        false(), *(and_(*(one == value for one, value in zip(columns, kind, strict=True))) for kind in sorted(kinds))
    )


def _of_applicant(caller: Caller, applicant: str) -> ColumnElement[bool]:
    named = col(ExternalApplication.applicant_hash) == applicant_hash(caller.client, applicant)
    return or_(and_(named, col(ExternalApplication.client) == caller.client), col(Account.ref) == applicant)


def _row(found: Any, caller: Caller, stays: Mapping[int, int]) -> FileRow:
    case, external, account, holder = found
    own = external is not None and external.client == caller.client
    applicant = json.loads(decrypt(external.details, case=case.ref)) if own else {"applicantId": account}
    return FileRow(case, applicant, holder, stays.get(case.id, 0))


def _stays(session: Session, cases: Sequence[int]) -> dict[int, int]:
    query = select(col(HistoryEntry.application_id), func.max(col(HistoryEntry.seq)))
    query = query.where(col(HistoryEntry.application_id).in_(cases), MOVED)
    return {row[0]: row[1] for row in session.execute(query.group_by(col(HistoryEntry.application_id)))}
