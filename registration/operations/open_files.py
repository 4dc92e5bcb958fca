"""Which file a member of staff has open, for colleagues who open the same one."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from registration.actor import Actor
from registration.database import transaction
from registration.database.insert_if_absent import insert_if_absent
from registration.models import Application, OpenFile
from registration.models.columns import table_of


def keep_open(case: Application, *, actor: Actor, now: datetime) -> None:
    """Replaces the file that the actor had open. It is no act on the case, so its history doesn't know of it."""
    values = {"application_id": case.id, "seen_at": now}
    with transaction() as session:
        mine = update(OpenFile).where(col(OpenFile.account_id) == actor.account_id)
        session.execute(insert_if_absent(session, table_of(OpenFile)).values(account_id=actor.account_id, **values))
        session.execute(mine.values(**values))
