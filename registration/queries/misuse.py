"""Reports of misused names, as the office reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.keys.field_encryption import decrypt
from registration.models import Account, Application, MisuseReport, Party

MOST_DECIDED = 50


@dataclass(frozen=True)
class ReportRow:
    """A report with its case. `words` and `contact` are what the person wrote, in the clear."""

    report: MisuseReport
    case: Application
    applicant: str
    words: str
    contact: str
    signers: tuple[str, ...]


def open_reports(session: Session, case: Application) -> Sequence[MisuseReport]:
    """The undecided reports of a case, oldest first."""
    wanted = (col(MisuseReport.application_id) == case.id, col(MisuseReport.decided_at).is_(None))
    return session.scalars(select(MisuseReport).where(*wanted).order_by(col(MisuseReport.id))).all()


def reports_at(session: Session, *, actor: Actor) -> list[ReportRow]:
    """The reports of the actor's registrar: the open ones first, oldest first, then the last decided ones."""
    query = (
        select(MisuseReport, Application, col(Account.name))
        .join(Application, col(Application.id) == col(MisuseReport.application_id))
        .join(Account, col(Account.id) == col(Application.account_id))
        .where(col(Application.registrar_code) == actor.registrar_code)
    )
    still_open = query.where(col(MisuseReport.decided_at).is_(None)).order_by(col(MisuseReport.id))
    decided = query.where(col(MisuseReport.decided_at).is_not(None)).order_by(col(MisuseReport.decided_at).desc())
    rows = [*session.execute(still_open), *session.execute(decided.limit(MOST_DECIDED))]
    return [_row(session, *row) for row in rows]


def open_count(actor: Actor) -> Select[int]:
    return (
        select(func.count(col(MisuseReport.id)))
        .join(Application, col(Application.id) == col(MisuseReport.application_id))
        .where(col(MisuseReport.decided_at).is_(None), col(Application.registrar_code) == actor.registrar_code)
    )


def _row(session: Session, report: MisuseReport, case: Application, applicant: str) -> ReportRow:
    names = session.scalars(select(col(Party.name)).where(col(Party.application_id) == case.id).order_by(col(Party.id)))
    words, contact = (decrypt(text, case=case.ref) for text in (report.words, report.contact))
    return ReportRow(report, case, applicant, words, contact, tuple(names))
