"""Mails the code of a sign-up to the address that was given."""

from registration import clock
from registration.gateways.mail import Mail, mailer
from registration.operations import notify as record
from registration.outbox import Work
from registration.queries.sign_ups import EFFECT, letter_about
from registration.settings import settings

__all__ = ["EFFECT", "send_code"]


def send_code(work: Work) -> None:
    """Sends nothing for a sign-up that is over by now."""
    now = clock.now()
    letter = letter_about(work.payload["sign_up"], now=now)
    if letter is not None:
        mailer(settings()).send(Mail(letter.to, letter.subject, letter.text, key=str(work.id)))
    record.finish(work.id, now=now)
