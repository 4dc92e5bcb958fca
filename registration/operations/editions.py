"""Later editions of a licence: their sheets are made like the first ones and supersede the old ones.

Nobody orders one alone: it follows an application or a correction by two persons.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from certificates.errors import CertificateError
from registration import outbox
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput
from registration.models import Application, Licence
from registration.operations import ledger, numbers
from registration.operations.issue import printed_registrar, sheet_of
from registration.queries.licences import ENDED
from registration.rules.problems import Problem

# The task that makes the sheets. No table names it, because the case is already closed.
EFFECT = "issue.edition"


def newest_of(session: Session, case: Application) -> list[Licence]:
    """The sheets of the latest edition; Conflict if no other may follow."""
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
    changes: Mapping[str, Any],
) -> int:
    """Writes the sheets to be made, with the particulars of `old` but for `changes`; returns the edition."""
    serial = numbers.serial(session, case.registrar_code, on=local_date(now))
    sheets = next_sheets(session, case, old, serial=serial, copies=None, changes=changes, now=now)
    session.add_all(sheets)
    session.flush()
    outbox.put(session, EFFECT, application_id=case.id, now=now, edition=sheets[0].edition)
    return sheets[0].edition


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
