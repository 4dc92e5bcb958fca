"""Records that the agencies have a registration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import db, outbox
from registration.actor import SYSTEM, Actor
from registration.models import Application
from registration.operations.act import perform, writes


def acknowledge(message_id: int, application_id: int, receipts: Mapping[str, str], *, now: datetime) -> bool:
    with db.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = session.get_one(Application, application_id, with_for_update=True)
        perform(session, case, "share", actor=SYSTEM, now=now, inputs={"receipts": dict(receipts)})
        return True


@writes("share")
def _keep_receipts(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    return {"receipts": inputs["receipts"]}
