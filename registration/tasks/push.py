"""Pushes a notice to one device."""

from registration import database
from registration.gateways.push import Push, push_sender
from registration.models import Application
from registration.operations.push import finish_push
from registration.outbox import Work
from registration.queries.push import EFFECT, target_of
from registration.rules.push import content_of, is_urgent, topic_of
from registration.settings import settings

__all__ = ["EFFECT", "push"]


def push(work: Work) -> None:
    """Sends nothing to a device that was removed meanwhile; what the push service no longer knows is removed."""
    about = str(work.payload["about"])
    target = target_of(work.payload["device"], work.payload["account"], about)
    delivered = True
    if target is not None:
        with database.reading() as session:
            case = session.get_one(Application, work.application_id)
        content = content_of(about, case.ref, target.lang, own=case.account_id == work.payload["account"])
        delivered = push_sender(settings()).send(
            Push(
                target.endpoint,
                target.public_key,
                target.secret,
                content,
                topic=topic_of(content),
                urgent=is_urgent(about),
            )
        )
    finish_push(work, gone=not delivered)
