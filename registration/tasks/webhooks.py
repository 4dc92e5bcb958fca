"""A receiver's turn: what waits for it is sent in order, until something is not taken or the time of a turn is over."""

from time import monotonic

from registration import clock
from registration.gateways.webhooks import webhook_sender
from registration.operations import webhook_consent
from registration.operations import webhook_deliveries as deliveries
from registration.operations.webhook_deliveries import EFFECT, Result
from registration.outbox import Work
from registration.rules.webhooks import rest_asked
from registration.settings import settings

__all__ = ["EFFECT", "take_turn"]

# Another receiver waits for a worker no longer than this, and one request.
SECONDS = 15.0


def take_turn(work: Work) -> None:
    hook, sender, end = int(work.payload["webhook"]), webhook_sender(settings()), monotonic() + SECONDS
    question = webhook_consent.question_for(hook, now=clock.now())
    if question is not None:
        said = sender.ask(question.url, question.headers)
        webhook_consent.record_answer(hook, said.code, said.text, said.headers, now=clock.now())
    while monotonic() < end:
        order = deliveries.next_order(hook, now=clock.now())
        if order is None:
            break
        answer = sender.send(order.url, order.headers, order.body)
        rest = rest_asked(answer.code, answer.headers, now=clock.now())
        result = Result(answer.is_taken, answer.code, answer.text, answer.milliseconds, rest)
        deliveries.record(order.delivery, result, now=clock.now())
        if not answer.is_taken:
            break
    deliveries.end_turn(work.id, hook, now=clock.now())
