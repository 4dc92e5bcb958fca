"""Ends a message whose only result is a notice."""

from datetime import datetime

from registration import database, outbox


def finish(message_id: int, *, now: datetime) -> bool:
    with database.writing_once() as session:
        return outbox.finish(session, message_id)
