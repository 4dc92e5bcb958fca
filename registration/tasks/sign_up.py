"""Sends the code of a sign-up, a new password or a new address to the address or phone that was given."""

from collections.abc import Callable

from registration import clock
from registration.outbox import Work
from registration.queries import address_changes, password_resets
from registration.queries.letters import Letter
from registration.queries.sign_ups import EFFECT, letter_about
from registration.tasks.letters import send_and_finish

__all__ = ["TASKS"]


def _send_code(work: Work) -> None:
    """Sends nothing for a sign-up that is over by now."""
    _send(work, letter_about(work.payload["sign_up"], now=clock.now()))


def _send_reset_code(work: Work) -> None:
    """Sends nothing to an address without an account."""
    _send(work, password_resets.reset_letter(work.payload["sign_up"], now=clock.now()))


def _send_changed(work: Work) -> None:
    _send(work, *password_resets.changed_letters(work.payload["account"]))


def _send_address_code(work: Work) -> None:
    _send(work, address_changes.address_letter(work.payload["sign_up"], now=clock.now()))


def _send_address_changed(work: Work) -> None:
    _send(work, address_changes.address_changed_letter(work.payload["account"], work.payload["told"]))


def _send(work: Work, *letters: Letter | None) -> None:
    send_and_finish(work, filter(None, letters))


TASKS: dict[str, Callable[[Work], None]] = {
    EFFECT: _send_code,
    password_resets.EFFECT: _send_reset_code,
    password_resets.CHANGED: _send_changed,
    address_changes.EFFECT: _send_address_code,
    address_changes.CHANGED: _send_address_changed,
}
