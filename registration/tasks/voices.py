"""Mails the office about what anybody wrote to it."""

from registration.outbox import Work
from registration.queries.voice_mails import VOICE_MAILS, letters_about_voice
from registration.tasks.letters import send_and_finish

__all__ = ["VOICE_MAILS", "mail_about_voice"]


def mail_about_voice(work: Work) -> None:
    send_and_finish(work, letters_about_voice(work.effect, str(work.payload["voice"])))
