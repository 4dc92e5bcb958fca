"""What every list of the desk reads as one statement, before its parts ask for it."""

from datetime import datetime

from sqlmodel import Session

from registration.actor import Actor
from registration.queries.absences import absences_ahead
from registration.queries.attention import attention_ahead
from registration.queries.case_rows import read_ahead
from registration.queries.desk_counts import counts_ahead, pressing_ahead
from registration.queries.holding import notices_ahead
from registration.queries.inbox import parts_ahead, taken_ahead
from registration.queries.objections import unseen_ahead
from registration.queries.saved_views import saved_ahead


def read_desk(
    session: Session, *, actor: Actor, now: datetime, taken_since: datetime, told_since: datetime, presses: bool
) -> None:
    """Reads the counts of the views and of the menu, the saved views of the member of staff, and the notices of files
    that changed hands since `told_since`. `presses`: also how many own files are due."""
    asked = [*counts_ahead(actor), *attention_ahead(actor), *saved_ahead(actor)]
    asked += pressing_ahead(actor, now=now) if presses else []
    asked += [*taken_ahead(actor, since=taken_since), *notices_ahead(actor, since=told_since)]
    read_ahead(session, [*asked, *absences_ahead(actor.account_id, now=now)])


def read_agency_desk(session: Session, *, actor: Actor, view: str, is_first: bool) -> None:
    """Reads an officer's list, the counts of its views, and answers to objections that are not marked as read."""
    numbers = parts_ahead(actor, view=view)
    read_ahead(session, [*(numbers if is_first else numbers[1:]), *unseen_ahead(actor), *attention_ahead(actor)])
