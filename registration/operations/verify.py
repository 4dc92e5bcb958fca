"""Keeps count of the public checks: that one was made, by which means, and what was answered. Nothing about who."""

from datetime import datetime

from registration import db
from registration.models import LicenceCheck
from registration.outage import despite_outage
from registration.queries.licences import Checked


def note_check(checked: Checked, *, now: datetime) -> None:
    """On a full disk nothing is counted, and the answer is given all the same."""
    licence_id = checked.licence.id if checked.licence else None
    with despite_outage("check.not_counted"), db.transaction() as session:
        session.add(LicenceCheck(at=now, by=checked.by, verdict=checked.verdict, licence_id=licence_id))
