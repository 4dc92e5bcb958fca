"""What an applicant's pages of a case read as one statement, before their parts ask for it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import database
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import Application
from registration.queries.barred import barred_ahead
from registration.queries.case_rows import (
    HELD_NAMES,
    HISTORY,
    ITEMS_OF_NOTICES,
    LICENCES,
    MATERIALS,
    NOTICES,
    OUTGOING,
    PAPERS,
    PARTIES,
    PARTS,
    REGISTRAR,
    THERE,
    Ahead,
    PageQuery,
    PageRows,
    divide_items,
    read_ahead,
    revisions_ahead,
)
from registration.queries.facts import login_ahead
from registration.queries.same_domicile import domicile_ahead


def read_name(session: Session, case: Application) -> None:
    """What the page of the name shows beside the register of names."""
    read_ahead(session, [*_of_case(case, THERE, HELD_NAMES), _registrar(case)])


def read_whole(session: Session, case: Application) -> None:
    """What the form is judged by as a whole."""
    read_ahead(session, [*_of_case(case, THERE, HELD_NAMES, MATERIALS), _registrar(case)])


def read_tasks(session: Session, case: Application) -> None:
    """The same, with the papers that a draft may have."""
    read_ahead(session, [*_of_case(case, THERE, HELD_NAMES, MATERIALS, PAPERS), _registrar(case)])


def read_progress(session: Session, case: Application, *, now: datetime) -> None:
    """What became of an application since it was signed or handed in."""
    asked = _of_case(case, THERE, HISTORY, MATERIALS, PARTIES, PAPERS, HELD_NAMES, LICENCES, PARTS, NOTICES)
    asked += [*_of_case(case, ITEMS_OF_NOTICES, OUTGOING), _registrar(case), *login_ahead(case.holder_id)]
    asked += revisions_ahead(case)
    if case.submitted_at is not None and definition_of(case.definition).states[case.state].kind == "office":
        asked += [*domicile_ahead(session, case), *barred_ahead(case, today=local_date(now))]
    read_ahead(session, asked)
    if database.stays_open(session):
        divide_items(session, case)


def _of_case(case: Application, *reads: PageRows[Any] | PageQuery) -> list[Ahead]:
    return [(one, {"case_id": case.id}) for one in reads]


def _registrar(case: Application) -> Ahead:
    return REGISTRAR, {"code": case.registrar_code}
