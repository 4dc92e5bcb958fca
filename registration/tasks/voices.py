"""Mails the office about what anybody wrote to it."""

from registration import clock
from registration.operations import notify as record
from registration.outbox import Work
from registration.queries.voice_mails import VOICE_MAILS, letters_about_voice
from registration.tasks.sign_up import send

__all__ = ["VOICE_MAILS", "mail_about_voice"]


def mail_about_voice(work: Work) -> None:
    for letter in letters_about_voice(work.effect, str(work.payload["voice"])):
        send(letter, key=str(work.id))
    record.finish(work.id, now=clock.now())
