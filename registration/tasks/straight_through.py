"""Decides a case that was ordered to be decided at once."""

from registration import clock
from registration.operations.straight_through import decide
from registration.outbox import Work


def decide_at_once(work: Work) -> None:
    assert work.application_id is not None
    decide(work.id, work.application_id, now=clock.now())
