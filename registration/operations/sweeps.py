"""Sweeps: work that is due at a time. Each is idempotent and works also after a week without a run.

Each function in `SWEEPS` does a batch, bounded in number or in time, and returns whether there is more to do.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import delete, not_, or_, select
from sqlmodel import col

from registration import database
from registration.actor import SYSTEM
from registration.clock import local_date
from registration.errors import ActionRefused
from registration.models import (
    AddressChange,
    Application,
    IdempotencyKey,
    Notice,
    PasswordReset,
    ProviderVisit,
    RegisteredName,
    SignIn,
    SignInTry,
    SignUp,
    StagedDocument,
)
from registration.models.register import RESERVED
from registration.operations import (
    definition_changes,
    delayed_decisions,
    desk_counts,
    exchange,
    exchange_days,
    exchange_messages,
    feedback,
    holding,
    open_data,
    promises,
    reminders,
    sample_audits,
    search_keys,
    supervision,
    undo,
    voices,
    webhook_deliveries,
)
from registration.operations.act import Outcome
from registration.operations.act_on_several import TOGETHER, act_on_several
from registration.operations.codes import KEPT as CODES_KEPT
from registration.operations.log import append_and_sign
from registration.operations.names import let_go
from registration.operations.public_notices import TERM_ACTIONS
from registration.operations.reduction_notices import end_notices
from registration.operations.roots import seal_days
from registration.operations.sign_in_tries import FORGOTTEN_AFTER
from registration.queries.state_filters import can_take, stands
from workflows.definition import Definition

IDEMPOTENCY_KEPT = timedelta(days=1)
STAGED_KEPT = timedelta(days=1)
BATCH = 200
BATCH_SECONDS = 5.0
# One day of a registrar is read at once, which takes a tenth of a second for a busy one.
DAYS = 20
ENTRIES = 2000
CHANGES = 5000
# Each is a transaction of its own.
MOVED = 100

log = structlog.get_logger(__name__)
# Action -> the case at which the last batch ended: the next one continues after it, past refused cases.
_ended_at: dict[str, str] = {}


def lapse_corrections(*, now: datetime) -> bool:
    """Ends applications whose correction was not answered in time."""
    with database.reading() as session:
        query = (
            select(col(Application.ref))
            .join(Notice, col(Notice.application_id) == col(Application.id))
            .where(col(Notice.answered_at).is_(None), col(Notice.expires_at) < now)
            .where(can_take("lapse"))
        )
        refs = list(session.scalars(query))
    return _take("lapse", refs, now=now)


def deem_accepted(*, now: datetime) -> bool:
    """In the model of 2015 an application without an answer after five days counts as accepted (OLD art. 51)."""
    with database.reading() as session:
        query = select(col(Application.ref)).where(
            can_take("deem_accepted"),
            col(Application.regime) == "five_numbers_2015",
            col(Application.due_at) < now,
        )
        refs = list(session.scalars(query))
    return _take("deem_accepted", refs, now=now)


def archive(*, now: datetime) -> bool:
    """Archives the files of issued licences when their time in the office is over."""
    with database.reading() as session:
        query = select(col(Application.ref)).where(
            can_take("archive"),
            or_(col(Application.due_at).is_(None), col(Application.due_at) < now),
        )
        refs = list(session.scalars(query))
    return _take("archive", refs, now=now)


def end_terms(*, now: datetime) -> bool:
    """Ends the notices whose last day is over, and the days to apply after them."""
    more = False
    for action in TERM_ACTIONS:
        with database.reading() as session:
            due = select(col(Application.ref)).where(can_take(action), col(Application.due_at) < now)
            refs = list(session.scalars(due))
        more |= _take(action, refs, now=now)
    return more


def release_names(*, now: datetime) -> bool:
    """Ends reservations on their last day, unless the case is with the office."""
    over = (
        select(RegisteredName)
        .join(Application, col(Application.id) == col(RegisteredName.application_id))
        .where(RESERVED, col(RegisteredName.expires_on) < local_date(now))
        .where(not_(stands(_is_with_office)))
        .order_by(col(RegisteredName.expires_on))
        .limit(BATCH)
    )
    with database.reading() as session:
        # A look first, so that an idle sweep never disturbs a writer.
        if session.execute(over.limit(1)).first() is None:
            return False
    with database.transaction() as session:
        held = session.scalars(over).all()
        for name in held:
            let_go(session, name, today=local_date(now))
    return len(held) == BATCH


def forget(*, now: datetime) -> bool:
    """Deletes stored answers to repeated requests, files without a case, ended sessions, decisions taken back."""
    with database.transaction() as session:
        session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < now - IDEMPOTENCY_KEPT))
        session.execute(delete(SignIn).where(col(SignIn.expires_at) < now))
        session.execute(delete(ProviderVisit).where(col(ProviderVisit.expires_at) < now))
        session.execute(delete(SignInTry).where(col(SignInTry.tried_at) < now - FORGOTTEN_AFTER))
        session.execute(delete(StagedDocument).where(col(StagedDocument.staged_at) < now - STAGED_KEPT))
        delayed_decisions.forget_old(session, now=now)
        webhook_deliveries.forget(session, now=now)
        exchange_messages.forget(session, now=now)
        for requested in (SignUp, PasswordReset, AddressChange):
            session.execute(delete(requested).where(col(requested.created_at) < now - CODES_KEPT))
    return False


def give_promises(*, now: datetime) -> bool:
    return promises.give(now=now, most=BATCH) == BATCH


def watch_promises(*, now: datetime) -> bool:
    return promises.watch(now=now, most=BATCH) == BATCH


def remind_signers(*, now: datetime) -> bool:
    return reminders.remind_waiting(now=now, most=BATCH) == BATCH


def escalate_feedback(*, now: datetime) -> bool:
    return feedback.escalate(now=now, most=BATCH) == BATCH


def escalate_orders(*, now: datetime) -> bool:
    return supervision.escalate(now=now, most=BATCH) == BATCH


def escalate_samples(*, now: datetime) -> bool:
    return sample_audits.escalate(now=now, most=BATCH) == BATCH


def escalate_voices(*, now: datetime) -> bool:
    return voices.escalate(now=now, most=BATCH) == BATCH


def put_back_claims(*, now: datetime) -> bool:
    return holding.put_back_idle(now=now, most=BATCH) == BATCH


def let_decisions_leave(*, now: datetime) -> bool:
    return undo.leave_late(now=now, most=BATCH) == BATCH


def make_roots(*, now: datetime) -> bool:
    return len(seal_days(now=now, most=DAYS)) == DAYS


def move_cases(*, now: datetime) -> bool:
    return definition_changes.work(now=now, most=MOVED) > 0


def write_log(*, now: datetime) -> bool:
    return append_and_sign(now=now, most=ENTRIES) >= ENTRIES


def write_search_keys(*, now: datetime) -> bool:
    return search_keys.write_missing(now=now, most=BATCH) == BATCH


def order_open_data(*, now: datetime) -> bool:
    open_data.begin_daily(now=now)
    return False


def spread_events(*, now: datetime) -> bool:
    return webhook_deliveries.spread(now=now, most=BATCH)


def visit_folders(*, now: datetime) -> bool:
    return exchange.visit_folders(now=now)


def await_lists(*, now: datetime) -> bool:
    return exchange_days.await_lists(now=now)


def fold_desk_counts(*, now: datetime) -> bool:
    return desk_counts.fold(most=CHANGES) == CHANGES


def _is_with_office(table: Definition, state: str) -> bool:
    return table.states[state].kind in ("office", "waiting") or table.states[state].within is not None


def _take(action: str, refs: list[str], *, now: datetime) -> bool:
    """Takes the action on as many of these cases as the batch's time allows; returns whether there is more to do."""
    refs.sort()
    start, taken = bisect_right(refs, _ended_at.pop(action, "")), 0
    end = monotonic() + BATCH_SECONDS
    for first in range(start, len(refs), TOGETHER):
        chosen = refs[first : first + TOGETHER]
        for ref, result in act_on_several(chosen, action, actor=SYSTEM, now=now).items():
            if isinstance(result, Outcome):
                taken += 1
            elif not isinstance(result, ActionRefused):
                log.error("sweep.failed", ref=ref, action=action, error=result)
            # One that the table refuses took another step first: this sweep has nothing to do for it.
        if monotonic() > end:
            _ended_at[action] = chosen[-1]
            break
    # If all of them were refused, the next round can wait.
    return taken > 0 and (start > 0 or action in _ended_at)


SWEEPS: dict[str, Callable[..., bool]] = {
    "let_decisions_leave": let_decisions_leave,
    "lapse_corrections": lapse_corrections,
    "end_terms": end_terms,
    "end_notices": end_notices,
    "deem_accepted": deem_accepted,
    "archive": archive,
    "give_promises": give_promises,
    "watch_promises": watch_promises,
    "remind_signers": remind_signers,
    "escalate_feedback": escalate_feedback,
    "escalate_orders": escalate_orders,
    "escalate_samples": escalate_samples,
    "escalate_voices": escalate_voices,
    "put_back_claims": put_back_claims,
    "release_names": release_names,
    "move_cases": move_cases,
    "forget": forget,
    "seal_days": make_roots,
    "write_log": write_log,
    "write_search_keys": write_search_keys,
    "fold_desk_counts": fold_desk_counts,
    "order_open_data": order_open_data,
    "spread_events": spread_events,
    "visit_folders": visit_folders,
    "await_lists": await_lists,
}
