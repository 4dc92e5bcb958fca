"""The lists of the desk that a person keeps."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.models import SavedView
from registration.queries.case_rows import Ahead, PageRows

_SAVED = PageRows(SavedView, col(SavedView.account_id) == bindparam("account_id"), order=[col(SavedView.id)])


def saved_by(actor: Actor) -> Select[SavedView]:
    return select(SavedView).where(col(SavedView.account_id) == actor.account_id)


def saved_ahead(actor: Actor) -> list[Ahead]:
    """What `saved_views` asks."""
    return [(_SAVED, {"account_id": actor.account_id})]


def saved_views(session: Session, *, actor: Actor) -> Sequence[SavedView]:
    """The actor's own, in the order in which they were made."""
    return _SAVED.all(session, account_id=actor.account_id)
