"""Tells staff that a promise will soon be broken, or was."""

from registration.outbox import Work
from registration.queries.alerts import ALERTS, letters_about
from registration.tasks.letters import send_and_finish

__all__ = ["ALERTS", "alert"]


def alert(work: Work) -> None:
    """Mails to every recipient with an address; the others see the alert in the inbox."""
    assert work.application_id is not None
    letters = letters_about(
        work.effect, work.application_id, part_key=work.payload["part"], roles=work.payload["roles"]
    )
    send_and_finish(work, letters)
