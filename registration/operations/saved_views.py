"""Lists of the desk that a person named and keeps: what they show is their address."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.models import SavedView
from registration.queries.saved_views import saved_by
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose

LONGEST_NAME = 20
MOST_VIEWS = 20
# What an address may hold, in this order, and the longest value.
PARTS = ("view", "matter", "entity_type", "district", "state", "agency", "sort")
_LONGEST_PART = 60
_LABEL = pair("列表的名称", "the name of the list")


def save(name: str, query: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Keeps a list under a name, in place of an earlier one of this name. InvalidInput at `name`."""
    access.admit("inbox.read", actor)
    with database.transaction() as session:
        text = prose("name", name, most=LONGEST_NAME, required=True, label=_LABEL)
        view = session.scalars(saved_by(actor).where(col(SavedView.name) == text)).one_or_none()
        if view is None:
            _require_room(session, actor)
            view = SavedView(account_id=actor.account_id or 0, name=text, query="", created_at=now)
            session.add(view)
        view.query = urlencode({key: query[key][:_LONGEST_PART] for key in PARTS if query.get(key)})


def remove(number: int, *, actor: Actor) -> None:
    """NotFound for a list of another person, as for none."""
    access.admit("inbox.read", actor)
    with database.transaction() as session:
        own = (col(SavedView.id) == number, col(SavedView.account_id) == actor.account_id)
        if session.scalars(delete(SavedView).where(*own).returning(col(SavedView.id))).one_or_none() is None:
            raise NotFound


def _require_room(session: Session, actor: Actor) -> None:
    kept = select(func.count(col(SavedView.id))).where(col(SavedView.account_id) == actor.account_id)
    if session.scalars(kept).one() >= MOST_VIEWS:
        raise InvalidInput([Problem("name", "saved_views.too_many", {"most": MOST_VIEWS})])
