"""What time itself does: each sweep is idempotent and may have been off for a week."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, not_, or_, select

from registration import db
from registration.actor import SYSTEM
from registration.clock import local_date
from registration.errors import ActionRefused
from registration.models import Application, IdempotencyKey, Notice, RegisteredName, SignIn
from registration.operations import promises
from registration.operations.act import act
from registration.operations.log import append_and_sign
from registration.operations.names import let_go
from registration.operations.roots import seal_days
from registration.queries.standing import can_take, stands
from workflows.definition import Definition

IDEMPOTENCY_KEPT = timedelta(days=1)


def lapse_corrections(*, now: datetime) -> None:
    """A correction that nobody answered in its time ends the application."""
    with db.reading() as session:
        query = (
            select(Application.ref)
            .join(Notice, Notice.application_id == Application.id)  # type: ignore[arg-type]
            .where(Notice.answered_at.is_(None), Notice.expires_at < now)  # type: ignore[union-attr, operator]
            .where(can_take("lapse"))
        )
        refs = list(session.execute(query).scalars())
    _take("lapse", refs, now=now)


def deem_accepted(*, now: datetime) -> None:
    """In the model of 2015 an application without an answer after five days counts as accepted (OLD art. 51)."""
    with db.reading() as session:
        query = select(Application.ref).where(
            can_take("deem_accepted"),
            Application.regime == "five_numbers_2015",
            Application.due_at < now,  # type: ignore[operator]
        )
        refs = list(session.execute(query).scalars())
    _take("deem_accepted", refs, now=now)


def archive(*, now: datetime) -> None:
    """An issued licence's file is closed when its time in the office is over."""
    with db.reading() as session:
        query = select(Application.ref).where(
            can_take("archive"),
            or_(Application.due_at.is_(None), Application.due_at < now),  # type: ignore[union-attr, operator]
        )
        refs = list(session.execute(query).scalars())
    _take("archive", refs, now=now)


def release_names(*, now: datetime) -> None:
    """A reservation ends on its day, unless the case that holds it is with the office."""
    with db.transaction() as session:
        held = session.execute(
            select(RegisteredName)
            .join(Application, Application.id == RegisteredName.application_id)  # type: ignore[arg-type]
            .where(RegisteredName.status == "reserved", RegisteredName.expires_on < local_date(now))  # type: ignore[operator]
            .where(not_(stands(_is_with_office)))
        ).scalars()
        for name in held:
            let_go(session, name, today=local_date(now))


def forget(*, now: datetime) -> None:
    """Answers kept for repeated requests and sessions that have ended are not kept longer than they serve."""
    with db.transaction() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - IDEMPOTENCY_KEPT))  # type: ignore[arg-type]
        session.execute(delete(SignIn).where(SignIn.expires_at < now))  # type: ignore[arg-type]


def _is_with_office(table: Definition, state: str) -> bool:
    return table.states[state].kind in ("office", "waiting") or table.states[state].within is not None


def _take(action: str, refs: list[str], *, now: datetime) -> None:
    for ref in refs:
        try:
            act(ref, action, actor=SYSTEM, now=now)
        except ActionRefused:
            # Somebody was faster: the case is where this sweep has nothing to do.
            continue


SWEEPS: dict[str, Callable[..., object]] = {
    "lapse_corrections": lapse_corrections,
    "deem_accepted": deem_accepted,
    "archive": archive,
    "give_promises": promises.give,
    "watch_promises": promises.watch,
    "release_names": release_names,
    "forget": forget,
    "seal_days": seal_days,
    "write_log": append_and_sign,
}
