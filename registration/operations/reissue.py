"""A new edition of a licence: its sheets are fixed and made as the first ones were, and the old ones end with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session

from certificates.errors import CertificateError
from registration import db, outbox
from registration.actor import SYSTEM, Actor
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput
from registration.models import Application, Entity, Licence
from registration.operations import ledger, numbers
from registration.operations.issue import Made, Sheet, keep_made, letterhead_on, sheet_of, sheet_to_make
from registration.queries.ledger import open_proposal
from registration.queries.licences import ENDED
from registration.rules.problems import Problem
from registration.rules.reasons import licence_reasons

# The task that makes the sheets; no table names it, since the case itself has long come to its end.
EFFECT = "issue.edition"
# What a new edition may say otherwise. A name is not among it: that one must be reserved first.
CHANGEABLE = ("representative", "domicile", "capital", "general_items", "licensed_items")
MOST_COPIES = 20


def reissue(
    ref: str,
    *,
    reason_code: str,
    opinion: str,
    actor: Actor,
    now: datetime,
    copies: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Orders the next edition, with the same particulars but for `changes`; returns its number.

    The old edition holds until the new sheets are recorded. Raises InvalidInput, Conflict (`licence_not_issued`,
    `reissue_underway`, `proposal_open`, `entity_ended`).
    """
    changes = dict(changes or {})
    with db.transaction() as session:
        case = ledger.case_for(session, ref, "licence.reissue", actor)
        _refuse_input(licence_reasons("reissue").get(reason_code), opinion, copies, changes)
        newest = _newest(session, case)
        _refuse_now(session, case, newest)
        edition, serial = _fix(session, case, newest, copies=copies, changes=changes, now=now)
        outbox.put(session, EFFECT, application_id=case.id, now=now, edition=edition)
        told = {"reason_code": reason_code, "opinion": opinion.strip(), "edition": edition, "serial": serial}
        ledger.tell(session, case, "licence:reissue", actor=actor, now=now, **told, changed=sorted(changes))
        return edition


def prepared(application_id: int, *, edition: int) -> list[Sheet]:
    """The sheets of the edition that are still to be made."""
    with db.reading() as session:
        case = session.get_one(Application, application_id)
        query = select(Licence).where(Licence.application_id == application_id, Licence.edition == edition)  # type: ignore[arg-type]
        rows = session.execute(query.where(Licence.status == "prepared").order_by(Licence.id)).scalars()  # type: ignore[arg-type]
        return [sheet_to_make(session, case, row) for row in rows]


def record(message_id: int, application_id: int, made: Sequence[Made], *, now: datetime) -> bool:
    """Puts the new edition in force and ends the old one, in the transaction that ends the message.

    False when another delivery of the same message was first: then nothing is written.
    """
    with db.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = session.get_one(Application, application_id, with_for_update=True)
        keep_made(session, case, made, now=now)
        _follow(session, case, session.get_one(Licence, made[0].licence_id))
        ledger.tell(session, case, "licence:issue_edition", actor=SYSTEM, now=now, sheets=len(made))
        return True


def _refuse_input(
    reason: Mapping[str, Any] | None, opinion: str, copies: int | None, changes: Mapping[str, Any]
) -> None:
    problems = [] if reason else [Problem("reason_code", "choice.unknown")]
    if not opinion.strip():
        problems.append(Problem("opinion", "field.missing"))
    if copies is not None and not 1 <= copies <= MOST_COPIES:
        problems.append(Problem("copies", "choice.unknown"))
    # Who only replaces paper may not change what it says.
    may_change = CHANGEABLE if reason and reason["changes"] else ()
    problems += [Problem(f"changes.{name}", "choice.unknown") for name in changes if name not in may_change]
    if problems:
        raise InvalidInput(problems)


def _newest(session: Session, case: Application) -> list[Licence]:
    sheets = ledger.sheets_of(session, case)
    newest = max((one.edition for one in sheets), default=0)
    return [one for one in sheets if one.edition == newest]


def _refuse_now(session: Session, case: Application, newest: Sequence[Licence]) -> None:
    if not newest:
        raise Conflict("licence_not_issued", ref=case.ref)
    if any(one.status == "prepared" for one in newest):
        raise Conflict("reissue_underway", ref=case.ref)
    if open_proposal(session, case.id) is not None:
        raise Conflict("proposal_open", ref=case.ref)
    if _entity(session, case).status in ENDED:
        raise Conflict("entity_ended", ref=case.ref)


def _entity(session: Session, case: Application) -> Entity:
    return session.execute(select(Entity).where(Entity.application_id == case.id)).scalar_one()  # type: ignore[arg-type]


def _fix(
    session: Session,
    case: Application,
    old: Sequence[Licence],
    *,
    copies: int | None,
    changes: Mapping[str, Any],
    now: datetime,
) -> tuple[int, str]:
    """Writes the sheets to be made; returns the number of the edition and its serial."""
    day, edition = local_date(now), old[0].edition + 1
    serial = numbers.serial(session, case.registrar_code, on=day)
    facts = {**old[0].particulars, **letterhead_on(session, case, day), **changes}
    facts |= {"serial": serial, "edition": edition, "issued_on": day}
    count = copies if copies is not None else sum(one.paper == "duplicate" for one in old)
    wanted = [("original", 1), *(("duplicate", number) for number in range(1, count + 1))]
    try:
        session.add_all(sheet_of(case, facts, paper=paper, copy_no=number, now=now) for paper, number in wanted)
    except (CertificateError, ValidationError) as refused:
        field = _field_of(refused)
        raise InvalidInput([Problem(f"changes.{field}", "text.unprintable")]) from refused
    session.flush()
    return edition, serial


def _field_of(refused: CertificateError | ValidationError) -> str:
    if isinstance(refused, ValidationError):
        return ".".join(map(str, refused.errors()[0]["loc"])) or "particulars"
    return str(refused.data.get("field", "particulars"))


def _follow(session: Session, case: Application, sheet: Licence) -> None:
    """The register says what the newest licence says."""
    entity, facts = _entity(session, case), sheet.particulars
    public = {name: facts.get(name) for name in ("type_text", "representative", "domicile", "registrar", "capital")}
    entity.facts = {**entity.facts, **public}
