"""Sends notices: one when the step is done, in the recipient's language, with the next step."""

from collections.abc import Iterable

from registration import clock
from registration.operations.push import finish_notice, finish_signing
from registration.operations.reminders import links_to_send
from registration.outbox import Work
from registration.queries.notices import NOTICES, letters_to_applicant
from registration.queries.signing_messages import accounts_asked, messages_for
from registration.rules.push import INVITED, REMINDER
from registration.settings import settings
from registration.tasks.letters import send

__all__ = ["NOTICES", "REMINDER", "SIGNERS", "invite", "notify", "remind"]
SIGNERS = "notify.signers"


def notify(work: Work) -> None:
    """Sends the applicant the notice of this message, as far as it is wanted."""
    assert work.application_id is not None
    send(work, letters_to_applicant(work.effect, work.application_id))
    finish_notice(work, now=clock.now())


def invite(work: Work) -> None:
    """Sends everyone whose signature is missing the own link."""
    assert work.application_id is not None
    links = links_to_send(work.application_id, None, now=clock.now())
    send(work, messages_for(work.application_id, links, occasion="invite"))
    _finish(work, links, about=INVITED)


def remind(work: Work) -> None:
    """Sends one signer the link again; nothing if the signature came meanwhile."""
    assert work.application_id is not None
    links = links_to_send(work.application_id, [work.payload["party"]], now=clock.now())
    letters = messages_for(work.application_id, links, occasion="remind", channel=work.payload["channel"])
    send(work, letters)
    _finish(work, links, about=REMINDER)


def _finish(work: Work, links: Iterable[int], *, about: str) -> None:
    """Ends the message, and orders pushes to signers where there are any."""
    assert work.application_id is not None
    accounts = accounts_asked(work.application_id, links) if settings().pushes else []
    finish_signing(work, accounts, about=about, now=clock.now())
