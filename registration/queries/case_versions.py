"""Whether cases on a page of the desk have changed since it was shown."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.models import Application, HistoryEntry


def version_text(case: Application) -> str:
    """Differs after each step, each entry of the history, and each decision that waits or ends: `7.12` or `7.12d`."""
    return f"{case.version}.{case.history_seq}{'d' if case.decision_delayed else ''}"


def current_versions(session: Session, refs: Sequence[str], *, actor: Actor) -> dict[str, Application]:
    """The cases of the actor's own office among these references; others are left out."""
    access.admit("inbox.read", actor)
    query = select(Application).where(
        col(Application.ref).in_(refs),
        col(Application.registrar_code) == actor.registrar_code,
        col(Application.submitted_at).is_not(None),
    )
    return {case.ref: case for case in session.scalars(query)} if refs else {}


def newest_entry(session: Session, case: Application) -> HistoryEntry | None:
    """The last entry of the history."""
    query = select(HistoryEntry).where(
        col(HistoryEntry.application_id) == case.id, col(HistoryEntry.seq) == case.history_seq
    )
    return session.scalars(query).one_or_none()
