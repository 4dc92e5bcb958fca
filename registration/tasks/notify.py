"""Sends notices: one mail when the step is done, in the recipient's language, with the next step."""

from registration import clock
from registration.gateways.mail import Mail, mailer
from registration.operations import notify as record
from registration.operations.sign import invitations
from registration.outbox import Work
from registration.queries.notices import NOTICES, letter_to_applicant, letters_to_signers
from registration.settings import settings

__all__ = ["NOTICES", "notify"]


def notify(work: Work) -> None:
    """Sends the notices of this message to the persons concerned."""
    assert work.application_id is not None
    now = clock.now()
    if work.effect == "notify.signers":
        letters = letters_to_signers(work.application_id, dict(invitations(work.application_id, now=now)))
    else:
        letters = [letter_to_applicant(work.effect, work.application_id)]
    for letter in letters:
        # A repeat of this message has the same key, so that it is recognized as the same mail.
        mailer(settings()).send(Mail(letter.to, letter.subject, letter.text, key=str(work.id)))
    record.finish(work.id, now=now)
