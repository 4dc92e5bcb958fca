"""The lists of the desk that a person keeps."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.models import SavedView


def saved_by(actor: Actor) -> Select[SavedView]:
    return select(SavedView).where(col(SavedView.account_id) == actor.account_id)


def saved_views(session: Session, *, actor: Actor) -> Sequence[SavedView]:
    """The actor's own, in the order in which they were made."""
    return session.scalars(saved_by(actor).order_by(col(SavedView.id))).all()
