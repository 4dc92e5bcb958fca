"""Who has a file of the desk open at this moment."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Account, Application, OpenFile

# A page that is seen says so again after the first time; whoever was silent for the second has closed it.
SAID_AGAIN = timedelta(seconds=20)
CLOSED_AFTER = timedelta(seconds=45)


def open_at(session: Session, case: Application, *, now: datetime) -> dict[str, datetime]:
    """The numbers of the staff who have the file open, in their order, and when each last said so."""
    query = (
        select(col(Account.login), col(OpenFile.seen_at))
        .join(Account, col(Account.id) == col(OpenFile.account_id))
        .where(col(OpenFile.application_id) == case.id, col(OpenFile.seen_at) > now - CLOSED_AFTER)
        .order_by(col(Account.login))
    )
    return {row.login: row.seen_at for row in session.execute(query)}
