"""Asks receivers before anything is delivered whether they agree, and keeps what they said. Events wait meanwhile."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database, outbox
from registration.errors import Expired, NotFound
from registration.keys.field_encryption import callback_key
from registration.models import Webhook
from registration.operations.audit import note
from registration.operations.webhook_deliveries import ANSWER_KEPT, EFFECT, first_waiting, is_sendable
from registration.rules.webhook_consent import CALLBACK_DAYS, GRANTED, MISSING, asking_headers, consent_in, rate_in
from registration.rules.whole_numbers import whole_number
from registration.settings import settings

# In place of an answer, at a receiver that agreed by its callback.
BY_CALLBACK = "callback"


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
        return Question(hook.url, asking_headers(settings().public_url, callback=callback_of(hook, now=now)))


def callback_of(hook: Webhook, *, now: datetime) -> str:
    """The end of the address by which this receiver may agree from now on: its reference and a key.

    The key is computed and not stored: it serves this receiver, its address and these days, and nothing else.
    """
    until = int((now + timedelta(days=CALLBACK_DAYS)).timestamp())
    return f"{hook.ref}/{until}-{callback_key(hook.ref, hook.url, until)}"


def agree_by_callback(ref: str, key: str, *, rate: str, origin: str, now: datetime) -> Webhook:
    """What the receiver says later at the address that the question gave it. Once it agreed, saying so again changes
    nothing. `rate` is its `WebHook-Allowed-Rate`, `origin` the network address that the request came from.

    NotFound("webhook_callback_unknown"), Expired("webhook_callback_over").
    """
    with database.reading() as session:
        hook = _called(session, ref, key, now=now)
        if hook.agrees:
            return hook
    with database.transaction() as session:
        hook = session.get_one(Webhook, hook.id, with_for_update=True)
        if hook.status == "removed":
            raise NotFound("webhook_callback_unknown")
        if hook.agrees:
            return hook
        changed = {"before": hook.consent, "after": GRANTED}
        hook.consent, hook.consent_at, hook.consent_said = GRANTED, now, BY_CALLBACK
        hook.allowed_rate = rate_in(rate.strip())
        first = first_waiting(session, hook)
        if first is not None:
            first.due_at = now
            session.flush()
            outbox.hasten(session, EFFECT, {"webhook": hook.id}, now=now)
        note(session, "webhook:consent", subject="receiver", now=now, webhook=ref, changed=changed, origin=origin)
    return hook


def _called(session: Session, ref: str, key: str, *, now: datetime) -> Webhook:
    until_text, _, mac = key.partition("-")
    until = whole_number(until_text)
    hook = session.scalars(select(Webhook).where(col(Webhook.ref) == ref)).one_or_none()
    if hook is None or hook.status == "removed" or until is None:
        raise NotFound("webhook_callback_unknown")
    if not hmac.compare_digest(mac.encode(), callback_key(hook.ref, hook.url, until).encode()):
        raise NotFound("webhook_callback_unknown")
    if datetime.fromtimestamp(until, UTC) < now:
        raise Expired("webhook_callback_over")
    return hook


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
