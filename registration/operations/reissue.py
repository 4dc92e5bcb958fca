"""A new edition of a licence: its sheets are fixed and made as the first ones were, and the old ones end with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session

from certificates.errors import CertificateError
from registration import database, outbox
from registration.actor import SYSTEM, Actor
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput
from registration.models import Application, Entity, Licence
from registration.operations import ledger, numbers
from registration.operations.issue import MadeSheet, Sheet, keep_made, printed_registrar, sheet_of, sheet_to_make
from registration.queries.ledger import open_proposal
from registration.queries.licences import ENDED
from registration.rules.problems import Problem
from registration.rules.reasons import licence_reasons

# The task that makes the sheets; no table names it, since the case itself has long come to its end.
EFFECT = "issue.edition"
MOST_COPIES = 20


def reissue(ref: str, *, reason_code: str, opinion: str, actor: Actor, now: datetime, copies: int | None = None) -> int:
    """Orders the next edition, which says what the present one says; returns its number.

    The old edition holds until the new sheets are recorded. What is registered changes by no reissue: a clerical error
    by operations/licence_correction.py, all else by an application. Raises InvalidInput, Conflict
    (`licence_not_issued`, `reissue_underway`, `proposal_open`, `entity_ended`).
    """
    with database.transaction() as session:
        case = ledger.case_for(session, ref, "licence.reissue", actor)
        _refuse_input(reason_code, opinion, copies)
        newest = newest_of(session, case)
        if open_proposal(session, case.id) is not None:
            raise Conflict("proposal_open", ref=case.ref)
        edition, serial = order(session, case, newest, copies=copies, now=now)
        told = {"reason_code": reason_code, "opinion": opinion.strip(), "edition": edition, "serial": serial}
        ledger.note(session, case, "licence:reissue", actor=actor, now=now, **told)
        return edition


def prepared(application_id: int, *, edition: int) -> list[Sheet]:
    """The sheets of the edition that are still to be made."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        query = select(Licence).where(Licence.application_id == application_id, Licence.edition == edition)  # type: ignore[arg-type]
        rows = session.execute(query.where(Licence.status == "prepared").order_by(Licence.id)).scalars()  # type: ignore[arg-type]
        return [sheet_to_make(session, case, row) for row in rows]


def record(message_id: int, application_id: int, made: Sequence[MadeSheet], *, now: datetime) -> bool:
    """Puts the new edition in force and ends the old one, in the transaction that ends the message.

    False when another delivery of the same message was first: then nothing is written.
    """
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = session.get_one(Application, application_id, with_for_update=True)
        keep_made(session, case, made, now=now)
        _follow(session, case, session.get_one(Licence, made[0].licence_id))
        ledger.note(session, case, "licence:issue_edition", actor=SYSTEM, now=now, sheets=len(made))
        return True


def newest_of(session: Session, case: Application) -> list[Licence]:
    """The sheets of the latest edition, of which a next one may be made; Conflict where none may."""
    sheets = ledger.sheets_of(session, case)
    latest = max((one.edition for one in sheets), default=0)
    newest = [one for one in sheets if one.edition == latest]
    if not newest:
        raise Conflict("licence_not_issued", ref=case.ref)
    if any(one.status == "prepared" for one in newest):
        raise Conflict("reissue_underway", ref=case.ref)
    if _entity(session, case).status in ENDED:
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


def _entity(session: Session, case: Application) -> Entity:
    return session.execute(select(Entity).where(Entity.application_id == case.id)).scalar_one()  # type: ignore[arg-type]


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
    """The sheets of the next edition, not stored yet; InvalidInput at `changes.<fact>` for what no paper can say."""
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


def _follow(session: Session, case: Application, sheet: Licence) -> None:
    """The register says what the newest licence says."""
    entity, facts = _entity(session, case), sheet.particulars
    public = {name: facts.get(name) for name in ("type_text", "representative", "domicile", "registrar", "capital")}
    entity.facts = {**entity.facts, **public}
