"""Records public checks: the time, the means and the answer. Nothing about the person."""

from datetime import datetime

from registration import database
from registration.database.statements import execute, prepare_insert
from registration.models import LicenceCheck
from registration.models.columns import table_of
from registration.queries.licences import Checked
from registration.runtime.outage import despite_outage

_CHECK = prepare_insert(table_of(LicenceCheck), "id")


def note_check(checked: Checked, *, now: datetime) -> None:
    """Records one check. On a full disk nothing is recorded, and the answer is returned all the same."""
    licence_id = checked.licence.id if checked.licence else None
    row = {"at": now, "by": checked.by, "verdict": checked.verdict, "licence_id": licence_id}
    with despite_outage("check.not_counted"), database.writing_once() as session:
        execute(session, [(_CHECK, row)])
