"""Licences that are no longer valid, as positions in a status list."""

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from certificates.credentials.status_list import SIZE
from registration.models import Entity, Licence
from registration.queries.licences import ENDED


def place_of(licence: Licence) -> tuple[int, int]:
    """The number of the list and the position in it: a licence always keeps its position."""
    return divmod(licence.id, SIZE)


def ended_places(session: Session, number: int) -> list[int] | None:
    """The positions in a list whose licence was superseded, revoked or declared void, or whose entity ended.

    None: there is no such list.
    """
    last: int | None = session.scalars(select(func.max(col(Licence.id)))).one()
    if last is None or not 0 <= number <= last // SIZE:
        return None
    first = number * SIZE
    gone = select(col(Entity.application_id)).where(col(Entity.status).in_(ENDED))
    query = select(col(Licence.id)).where(
        col(Licence.id) >= first,
        col(Licence.id) < first + SIZE,
        or_(col(Licence.status).in_(("superseded", "revoked", "declared_void")), col(Licence.application_id).in_(gone)),
    )
    return [place - first for place in session.scalars(query) if place is not None]
