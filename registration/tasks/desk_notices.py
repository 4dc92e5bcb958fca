"""Mails the office about what an applicant wrote."""

from registration import clock
from registration.operations import notify as record
from registration.outbox import Work
from registration.queries.desk_notices import DESK_NOTICES, letters_to_desk
from registration.tasks.sign_up import send

__all__ = ["DESK_NOTICES", "notify_desk"]


def notify_desk(work: Work) -> None:
    assert work.application_id is not None
    for letter in letters_to_desk(work.effect, work.application_id, account=work.payload.get("account")):
        send(letter, key=str(work.id))
    record.finish(work.id, now=clock.now())
