"""The Celery tasks: every effect outside the database has exactly one function here."""

from collections.abc import Callable, Collection, Sequence
from time import monotonic

import structlog

from registration import clock, logs, outbox
from registration.operations import delayed_decisions, ordered_papers
from registration.operations.english_summary import EFFECT
from registration.operations.founding_documents import DRAFT
from registration.operations.straight_through import ORDER
from registration.outbox import Work
from registration.runtime import leases
from registration.runtime.outage import outage_of
from registration.settings import settings
from registration.tasks import decisions, sign_up
from registration.tasks.alerts import ALERTS, alert
from registration.tasks.archive import package
from registration.tasks.capital_terms import NOTIFY_ALL, notify_some
from registration.tasks.desk_notices import DESK_NOTICES, notify_desk
from registration.tasks.exchange import EFFECT as EXCHANGE_TURN
from registration.tasks.exchange import MAILS as EXCHANGE_MAILS
from registration.tasks.exchange import exchange_turn, mail_about_exchange
from registration.tasks.issue import edition, licence, licences, registration
from registration.tasks.name_imports import EFFECT as NAMES
from registration.tasks.name_imports import work_on_names
from registration.tasks.notify import NOTICES, REMINDER, SIGNERS, invite, notify, remind
from registration.tasks.open_data import EFFECT as OPEN_DATA
from registration.tasks.open_data import make_part
from registration.tasks.papers import english_summary, founding_draft, paper, papers_together
from registration.tasks.push import EFFECT as PUSH
from registration.tasks.push import push
from registration.tasks.registrar_profiles import samples
from registration.tasks.share import share_registration, share_state
from registration.tasks.straight_through import decide_at_once
from registration.tasks.verification import ALERT, mail_about_faults, verify
from registration.tasks.verification import EFFECT as VERIFY
from registration.tasks.voices import VOICE_MAILS, mail_about_voice
from registration.tasks.webhooks import EFFECT as WEBHOOK_TURN
from registration.tasks.webhooks import take_turn

log = structlog.get_logger(__name__)

TASKS: dict[str, Callable[[Work], None]] = {
    "issue.licence": licence,
    "issue.edition": edition,
    "issue.registration": registration,
    ORDER: decide_at_once,
    "share.registration": share_registration,
    "share.state": share_state,
    "archive.package": package,
    "letterhead.samples": samples,
    delayed_decisions.EFFECT: decisions.leave,
    **dict.fromkeys(NOTICES, notify),
    PUSH: push,
    SIGNERS: invite,
    REMINDER: remind,
    **dict.fromkeys(ALERTS, alert),
    **dict.fromkeys(DESK_NOTICES, notify_desk),
    **dict.fromkeys(VOICE_MAILS, mail_about_voice),
    **dict.fromkeys(ordered_papers.EFFECTS, paper),
    DRAFT: founding_draft,
    EFFECT: english_summary,
    VERIFY: verify,
    OPEN_DATA: make_part,
    NAMES: work_on_names,
    WEBHOOK_TURN: take_turn,
    EXCHANGE_TURN: exchange_turn,
    **dict.fromkeys(EXCHANGE_MAILS, mail_about_exchange),
    NOTIFY_ALL: notify_some,
    ALERT: mail_about_faults,
    **sign_up.TASKS,
}

# The effects of which several messages are worked on together, of any cases: by a function that makes and records all
# of them or none, and of which it says how many there was time for.
TOGETHER: dict[str, Callable[..., int]] = {
    "issue.licence": licences,
    **dict.fromkeys(ordered_papers.EFFECTS, papers_together),
}


def work_on_next(queue: str) -> None:
    """Does the next work of a queue, with what is taken together with it."""
    _do(outbox.claim(queue, now=clock.now()))


def work_on(message_id: int) -> None:
    """Does the work of one message, unless it is done or in progress."""
    work = outbox.begin(message_id, now=clock.now())
    if work is not None:
        _do([work])


def _do(works: Sequence[Work]) -> None:
    """One after the other, licences and papers together. A failure leaves the message, which comes due again or is
    parked for staff."""
    if not works:
        return
    owner, end = works[0].owner, monotonic() + settings().task_seconds / 3
    leases.hold(owner, lambda: outbox.renew(works, now=clock.now()), seconds=settings().lease_seconds)
    try:
        _work_off(works, end=end)
    finally:
        leases.release(owner)


def _work_off(works: Sequence[Work], *, end: float) -> None:
    left, alone = list(works), set[int]()
    while left and monotonic() < end:
        chosen = _together(left, alone)
        done = _done(chosen, end=end)
        # What failed together is done again one by one, so that one which fails holds no other up.
        alone.update(work.id for work in chosen if not done)
        over = {work.id for work in chosen[:done]}
        left = [work for work in left if work.id not in over]
    if left:
        # Celery stops what takes too long, and a paper that is late must not stop those after it.
        outbox.give_back(left)


def _together(left: Sequence[Work], alone: Collection[int]) -> list[Work]:
    """The first work, with those that are done together with it."""
    first, *others = left
    task = TOGETHER.get(first.effect)
    if task is None or first.id in alone:
        return [first]
    return [first, *(work for work in others if TOGETHER.get(work.effect) is task and work.id not in alone)]


def _done(works: Sequence[Work], *, end: float) -> int:
    """Does one work, or several together; returns how many are over, the first of them.

    None if several failed while there is time to do each alone.
    """
    first, count = works[0], len(works)
    with structlog.contextvars.bound_contextvars(effect=first.effect, application_id=first.application_id):
        try:
            if count > 1:
                return TOGETHER[first.effect](works, end=end)
            TASKS[first.effect](first)
        except Exception as error:
            log.exception("task.failed", attempts=first.attempts, messages=count)
            if count > 1 and monotonic() < end:
                return 0
            # A validation error quotes the refused input, and staff reads this text.
            reason = logs.cleaned(f"{type(error).__name__}: {error}")
            for work in works:
                outbox.fail(work, reason, outage=outage_of(error) is not None, now=clock.now())
    return count
