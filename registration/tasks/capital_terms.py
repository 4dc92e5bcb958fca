"""Tells companies that they have to shorten their terms of payment, a batch for each message."""

from registration import clock
from registration.operations import capital_terms
from registration.outbox import Work
from registration.queries.capital_terms import NOTIFY_ALL

__all__ = ["NOTIFY_ALL", "notify_some"]


def notify_some(work: Work) -> None:
    payload = work.payload
    capital_terms.notify_batch(work.id, str(payload["registrar"]), int(payload["after"]), now=clock.now())
