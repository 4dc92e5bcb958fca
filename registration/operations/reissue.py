"""Reissues a licence: the sheets of the new edition are made like the first ones and supersede the old ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from certificates.errors import CertificateError
from registration import database, outbox
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput
from registration.models import Application, Licence
from registration.operations import ledger, numbers
from registration.operations.issue import printed_registrar, sheet_of
from registration.queries.ledger import open_proposal
from registration.queries.licences import ENDED
from registration.rules.problems import Problem
from registration.rules.reasons import licence_reasons

# The task that makes the sheets. No table names it, because the case is already closed.
EFFECT = "issue.edition"
MOST_COPIES = 20


def reissue(ref: str, *, reason_code: str, opinion: str, actor: Actor, now: datetime, copies: int | None = None) -> int:
    """Orders the next edition with the facts of the present one; returns its number.

    The old edition is in force until the new sheets are recorded. A reissue changes no registered fact: an error
    needs operations/licence_correction.py, all else an application. Raises InvalidInput, Conflict
    (`licence_not_issued`, `reissue_underway`, `proposal_open`, `entity_ended`).
    """
    with database.transaction() as session:
        case = ledger.case_for(session, ref, "licence.reissue", actor)
        _refuse_input(reason_code, opinion, copies)
        newest = newest_of(session, case)
        if open_proposal(session, case.id) is not None:
            raise Conflict("proposal_open", ref=case.ref)
        edition, serial = order(session, case, newest, copies=copies, now=now)
        details = {"reason_code": reason_code, "opinion": opinion.strip(), "edition": edition, "serial": serial}
        ledger.note(session, case, "licence:reissue", actor=actor, now=now, **details)
        return edition


def newest_of(session: Session, case: Application) -> list[Licence]:
    """The sheets of the latest edition; Conflict if it may not be reissued."""
    sheets = ledger.sheets_of(session, case)
    latest = max((one.edition for one in sheets), default=0)
    newest = [one for one in sheets if one.edition == latest]
    if not newest:
        raise Conflict("licence_not_issued", ref=case.ref)
    if any(one.status == "prepared" for one in newest):
        raise Conflict("reissue_underway", ref=case.ref)
    if ledger.entity_of(session, case).status in ENDED:
        raise Conflict("entity_ended", ref=case.ref)
    return newest


def order(
    session: Session,
    case: Application,
    old: Sequence[Licence],
    *,
    now: datetime,
    copies: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> tuple[int, str]:
    """Writes the sheets to be made, with the particulars of `old` but for `changes`; returns edition and serial."""
    serial = numbers.serial(session, case.registrar_code, on=local_date(now))
    sheets = next_sheets(session, case, old, serial=serial, copies=copies, changes=changes or {}, now=now)
    session.add_all(sheets)
    session.flush()
    outbox.put(session, EFFECT, application_id=case.id, now=now, edition=sheets[0].edition)
    return sheets[0].edition, serial


def _refuse_input(reason_code: str, opinion: str, copies: int | None) -> None:
    problems = [] if reason_code in licence_reasons("reissue") else [Problem("reason_code", "choice.unknown")]
    if not opinion.strip():
        problems.append(Problem("opinion", "field.missing"))
    if copies is not None and not 1 <= copies <= MOST_COPIES:
        problems.append(Problem("copies", "choice.unknown"))
    if problems:
        raise InvalidInput(problems)


def next_sheets(
    session: Session,
    case: Application,
    old: Sequence[Licence],
    *,
    serial: str,
    copies: int | None,
    changes: Mapping[str, Any],
    now: datetime,
) -> list[Licence]:
    """The sheets of the next edition, not stored yet; InvalidInput at `changes.<fact>` for what cannot be printed."""
    day, edition = local_date(now), old[0].edition + 1
    facts = {**old[0].particulars, **printed_registrar(session, case, day), **changes}
    facts |= {"serial": serial, "edition": edition, "issued_on": day}
    count = copies if copies is not None else sum(one.paper == "duplicate" for one in old)
    wanted = [("original", 1), *(("duplicate", number) for number in range(1, count + 1))]
    try:
        return [sheet_of(case, facts, paper=paper, copy_no=number, now=now) for paper, number in wanted]
    except (CertificateError, ValidationError) as refused:
        raise InvalidInput([Problem(f"changes.{_field_of(refused)}", "text.unprintable")]) from refused


def _field_of(refused: CertificateError | ValidationError) -> str:
    if isinstance(refused, ValidationError):
        return ".".join(map(str, refused.errors()[0]["loc"])) or "particulars"
    return str(refused.data.get("field", "particulars"))
