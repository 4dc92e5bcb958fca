"""Asks receivers before anything is delivered whether they agree, and keeps what they said. Events wait meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registration import database, outbox
from registration.models import Webhook
from registration.operations.audit import note
from registration.operations.webhook_deliveries import ANSWER_KEPT, first_waiting, is_sendable
from registration.rules.webhook_consent import GRANTED, MISSING, asking_headers, consent_in
from registration.settings import settings


@dataclass(frozen=True)
class Question:
    """A request to make now, without a body."""

    url: str
    headers: Mapping[str, str]


def question_for(hook_id: int, *, now: datetime) -> Question | None:
    """None where the receiver agreed or is not asked, where nothing waits, or it is to be asked later."""
    with database.reading() as session:
        hook = session.get_one(Webhook, hook_id)
        first = first_waiting(session, hook)
        if hook.agrees or not is_sendable(hook) or first is None or first.due_at > now:
            return None
        return Question(hook.url, asking_headers(settings().public_url))


def record_answer(hook_id: int, code: int | None, text: str, headers: Mapping[str, str], *, now: datetime) -> None:
    """Keeps what the receiver said; one that does not agree is asked again by the outbox's back-off."""
    found = consent_in(headers, public_url=settings().public_url)
    with database.transaction() as session:
        hook = session.get_one(Webhook, hook_id, with_for_update=True)
        before, hook.consent = hook.consent, GRANTED if found.granted else MISSING
        hook.consent_at, hook.allowed_rate, hook.consent_tries = now, found.rate, hook.consent_tries + 1
        said = text if code is None else str(code)
        hook.consent_said = said.replace("\x00", "")[:ANSWER_KEPT]
        first = first_waiting(session, hook)
        if not found.granted and first is not None:
            first.due_at = now + outbox.wait_after(hook.consent_tries)
        if hook.consent != before:
            changed = {"before": before, "after": hook.consent}
            note(session, "webhook:consent", subject="system", now=now, webhook=hook.ref, changed=changed)
