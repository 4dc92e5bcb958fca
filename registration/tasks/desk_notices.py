"""Mails the office about what an applicant wrote."""

from registration.outbox import Work
from registration.queries.desk_notices import DESK_NOTICES, letters_to_desk
from registration.tasks.letters import send_and_finish

__all__ = ["DESK_NOTICES", "notify_desk"]


def notify_desk(work: Work) -> None:
    assert work.application_id is not None
    send_and_finish(work, letters_to_desk(work.effect, work.application_id, account=work.payload.get("account")))
