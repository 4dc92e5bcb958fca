"""Lets a decision of the desk leave the office, once it can no longer be taken back."""

from registration import clock
from registration.operations import undo
from registration.outbox import Work


def leave(work: Work) -> None:
    undo.leave(work.payload["decision"], now=clock.now(), message=work.id)
