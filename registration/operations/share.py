"""Records that the agencies have received a registration."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import ActionRefused
from registration.models import Application
from registration.operations import exchange, history
from registration.operations.act import for_nobody, perform, writes
from registration.operations.case_store import locked_by_id
from registration.operations.receipts import record_sent
from registration.queries.sharing import AgencyEnvelope


def acknowledge(
    message_id: int,
    application_id: int,
    receipts: Mapping[str, str],
    *,
    now: datetime,
    queued: Sequence[AgencyEnvelope] = (),
) -> bool:
    """Ends the message with the agencies' receipts. False when another delivery was first: then nothing is written.

    What is `queued` is put down for agencies with a channel.
    """
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = locked_by_id(session, application_id)
        record_sent(session, case, receipts, now=now)
        exchange.put(session, case, queued, now=now)
        try:
            perform(session, case, "share", actor=SYSTEM, now=now, inputs={"receipts": dict(receipts)})
        except ActionRefused:
            # The file was archived before the agencies answered: the state stays, and the receipts are recorded.
            _keep_late(session, case, receipts, now=now)
        return True


def note_state(
    message_id: int,
    application_id: int,
    receipts: Mapping[str, str],
    *,
    now: datetime,
    queued: Sequence[AgencyEnvelope] = (),
) -> bool:
    """Ends the message, with the receipts in the history of the case. False when another delivery was first."""
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = locked_by_id(session, application_id)
        exchange.put(session, case, queued, now=now)
        _keep_late(session, case, receipts, now=now)
        return True


def _keep_late(session: Session, case: Application, receipts: Mapping[str, str], *, now: datetime) -> None:
    history.append(
        session,
        case,
        "receipt:share",
        actor=SYSTEM,
        role="system",
        source=case.state,
        target=case.state,
        now=now,
        data={"receipts": dict(receipts)},
    )


@writes("share", rows=for_nobody)
def _keep_receipts(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    return {"receipts": inputs["receipts"]}
