"""Sends notices: one when the step is done, in the recipient's language, with the next step."""

from registration import clock
from registration.operations import notify as record
from registration.operations.push import finish_notice
from registration.operations.reminders import links_to_send
from registration.outbox import Work
from registration.queries.notices import NOTICES, letters_to_applicant
from registration.queries.signing_messages import REMINDER, messages_for
from registration.tasks.sign_up import send

__all__ = ["NOTICES", "REMINDER", "SIGNERS", "invite", "notify", "remind"]
SIGNERS = "notify.signers"


def notify(work: Work) -> None:
    """Sends the applicant the notice of this message, as far as it is wanted."""
    assert work.application_id is not None
    for letter in letters_to_applicant(work.effect, work.application_id):
        # A repeat of this message has the same key, so that it is recognized as the same mail.
        send(letter, key=str(work.id))
    finish_notice(work, now=clock.now())


def invite(work: Work) -> None:
    """Sends everyone whose signature is missing the own link."""
    assert work.application_id is not None
    now = clock.now()
    links = links_to_send(work.application_id, None, now=now)
    for letter in messages_for(work.application_id, links, occasion="invite"):
        send(letter, key=str(work.id))
    record.finish(work.id, now=now)


def remind(work: Work) -> None:
    """Sends one signer the link again; nothing if the signature came meanwhile."""
    assert work.application_id is not None
    now, payload = clock.now(), work.payload
    links = links_to_send(work.application_id, [payload["party"]], now=now)
    for letter in messages_for(work.application_id, links, occasion="remind", channel=payload["channel"]):
        send(letter, key=str(work.id))
    record.finish(work.id, now=now)
