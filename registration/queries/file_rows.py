"""What the pages of a file read as one statement, before their parts ask for it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from registration import database
from registration.actor import Actor
from registration.clock import local_date
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
    PARTIES,
    PARTS,
    REGISTRAR,
    REVISION,
    SIGNED,
    SIGNED_AS,
    THERE,
    Ahead,
    PageRows,
    divide_items,
    known_from,
    read_ahead,
    revisions_ahead,
)
from registration.queries.facts import login_ahead
from registration.queries.opened_form import opened_form
from registration.queries.registrar_profiles import profile_ahead
from registration.queries.same_domicile import domicile_ahead
from registration.queries.same_persons import elsewhere_ahead


def read_frame(session: Session, case: Application, *, actor: Actor, also: Iterable[PageRows[Any]] = ()) -> None:
    """What stands above each tab of a file, and its other rows that the tab shows."""
    read_ahead(session, [*_frame(case, actor), *((rows, {"case_id": case.id}) for rows in also)])


def read_part(session: Session, case: Application) -> None:
    """What an officer's page of a part shows beside the parts, which its access depends on."""
    read_ahead(session, [(rows, {"case_id": case.id}) for rows in (HISTORY, MATERIALS)])


def read_review(session: Session, case: Application, *, actor: Actor, now: datetime) -> None:
    """The same, with the documents, the checks and the notices, on which its actions depend."""
    if not database.stays_open(session):
        return
    given, today = {"case_id": case.id}, local_date(now)
    asked: list[Ahead] = [*_frame(case, actor), (REGISTRAR, {"code": case.registrar_code})]
    asked += [(rows, given) for rows in (MATERIALS, PARTIES, NOTICES, ITEMS_OF_NOTICES, HELD_NAMES)]
    asked.append((SIGNED_AS, {**given, "number": case.revision}))
    asked += [*profile_ahead(case.registrar_code, on=today), *_checks(session, case, today)]
    read_ahead(session, asked)
    divide_items(session, case)
    _know_signed(session, case)


def _frame(case: Application, actor: Actor) -> Iterator[Ahead]:
    given = {"case_id": case.id}
    yield from ((rows, given) for rows in (THERE, HISTORY, LICENCES, PARTS, OUTGOING))
    yield from revisions_ahead(case)
    if case.holder_id != actor.account_id:
        yield from login_ahead(case.holder_id)


def _checks(session: Session, case: Application, today: date) -> Iterator[Ahead]:
    """Those that ask the register and the lists."""
    yield from domicile_ahead(session, case)
    yield from barred_ahead(case, today=today)
    yield from elsewhere_ahead(session, case, opened_form(session, case).read.partly)


def _know_signed(session: Session, case: Application) -> None:
    """A page finds the signed content of the present revision by its digest."""
    given = {"case_id": case.id}
    signed = SIGNED_AS.all(session, **given, number=case.revision)
    for revision in REVISION.all(session, **given, number=case.revision):
        known_from(session, SIGNED, signed, **given, digest=revision.digest)
