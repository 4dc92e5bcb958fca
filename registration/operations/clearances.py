"""Clearances: an agency records that nothing is open with it, before an entity is deregistered."""

from datetime import datetime

from sqlmodel import Session

from registration import database
from registration.actor import Actor
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import Application, Clearance
from registration.operations import audit, history
from registration.operations.case_store import locked
from registration.queries.clearances import is_awaited, shared_name
from registration.rules.problems import Problem
from registration.rules.tidy import UntidyText, tidy_code

LONGEST = 60


def record(ref: str, number: str, *, officer: Actor, now: datetime) -> None:
    """Records the clearance with the number of the agency's paper.

    NotFound for a case that waits for none of this agency, Conflict("cleared_already"), InvalidInput at `number`.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        agency = shared_name(officer)
        if agency is None or not is_awaited(case, agency, officer=officer):
            raise NotFound(ref=ref)
        if session.get(Clearance, (case.id, agency)) is not None:
            raise Conflict("cleared_already", ref=ref)
        session.add(
            Clearance(
                application_id=case.id, agency=agency, number=_fit(number), recorded_by=officer.tag, recorded_at=now
            )
        )
        _note(session, case, agency, officer=officer, now=now)


def _fit(number: str) -> str:
    try:
        found = tidy_code(number)
    except UntidyText as untidy:
        raise InvalidInput([Problem("number", untidy.code, untidy.data)]) from None
    if not found:
        raise InvalidInput([Problem("number", "field.missing")])
    if len(found) > LONGEST:
        raise InvalidInput([Problem("number", "text.too_long", {"most": LONGEST})])
    return found


def _note(session: Session, case: Application, agency: str, *, officer: Actor, now: datetime) -> None:
    history.note(session, case, "clearance:record", actor=officer, role=agency, now=now, data={"agency": agency})
    audit.note(session, "clearance:record", subject=officer.tag, now=now, ref=case.ref, agency=agency)
    session.flush()
