"""Sends letters, as mails and text messages, for the message that ordered them."""

from collections.abc import Iterable

from registration import clock
from registration.gateways.mail import Mail, mailer
from registration.gateways.sms import Sms, sms_sender
from registration.operations import notify as record
from registration.outbox import Work
from registration.queries.letters import Letter
from registration.settings import settings


def send(work: Work, letters: Iterable[Letter]) -> None:
    """Sends each letter: one without a subject as a text message.

    A repeat of the message has the same key, so that it is recognized as the same mail.
    """
    for letter in letters:
        if letter.subject:
            mail = Mail(letter.to, letter.subject, letter.text, key=str(work.id), lang=letter.lang, foot=letter.foot)
            mailer(settings()).send(mail)
        else:
            sms_sender(settings()).send(Sms(letter.to, letter.text, key=str(work.id)))


def send_and_finish(work: Work, letters: Iterable[Letter]) -> None:
    send(work, letters)
    record.finish(work.id, now=clock.now())
