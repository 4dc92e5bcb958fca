"""Published questions and answers, for everybody and at the desk, and figures of all voices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, true
from sqlmodel import Session, col

from registration import clock
from registration.access import HEADS
from registration.actor import Actor
from registration.database.known_for_a_while import KnownForAWhile
from registration.matters import calendar, office_hours
from registration.models import PublishedVoice, Voice
from registration.queries.public_figures import DAYS, KEPT_SECONDS, MOST_OF_CITY
from registration.rules.small_numbers import FEWEST, share, shown
from workflows.clock import worked
from workflows.errors import UnknownYear

PAGE = 20
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class VoiceFigures:
    """Of all offices in the last days: None for what is too small to show.

    `in_time` is a share of those that were answered or are overdue, `hours` the median of working hours to the answer.
    """

    received: int | None
    in_time: float | None
    hours: float | None
    open: int | None


def published(
    session: Session, *, kind: str = "", matter: str = "", sought: str = "", before: str = ""
) -> tuple[Sequence[PublishedVoice], str]:
    """A page of the published ones, the newest first, with any word of `sought`, and the cursor of the next page."""
    at, number = col(PublishedVoice.decided_at), col(PublishedVoice.id)
    query = select(PublishedVoice).where(col(PublishedVoice.status) == "published")
    if kind:
        query = query.where(col(PublishedVoice.kind) == kind)
    if matter:
        query = query.where(col(PublishedVoice.matter) == matter)
    if sought:
        texts = (col(PublishedVoice.question), col(PublishedVoice.answer))
        query = query.where(or_(*(one.icontains(sought, autoescape=True) for one in texts)))
    last = session.scalars(select(PublishedVoice).where(col(PublishedVoice.ref) == before)).one_or_none()
    if last is not None:
        query = query.where(or_(at < last.decided_at, and_(at == last.decided_at, number < last.id)))
    rows = session.scalars(query.order_by(at.desc(), number.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].ref if len(rows) > PAGE else ""


def newest_published(session: Session, *, most: int) -> Sequence[PublishedVoice]:
    """The newest of those that everybody can read."""
    query = select(PublishedVoice).where(col(PublishedVoice.status) == "published")
    return session.scalars(query.order_by(col(PublishedVoice.decided_at).desc()).limit(most)).all()


def living(session: Session, voice: Voice) -> PublishedVoice | None:
    """The text of the voice that waits for a decision or is published."""
    query = select(PublishedVoice).where(col(PublishedVoice.voice_id) == voice.id)
    query = query.where(col(PublishedVoice.status).in_(("proposed", "published")))
    return session.scalars(query).one_or_none()


def proposals_of(session: Session, voice: Voice) -> Sequence[PublishedVoice]:
    """Every text that was proposed of the voice, the newest first."""
    query = select(PublishedVoice).where(col(PublishedVoice.voice_id) == voice.id)
    return session.scalars(query.order_by(col(PublishedVoice.id).desc())).all()


def proposed_at(session: Session, *, actor: Actor) -> Sequence[tuple[str, PublishedVoice]]:
    """(number of the voice, text) of what waits for a second person at the actor's office."""
    query = select(col(Voice.ref), PublishedVoice).join(Voice, col(Voice.id) == col(PublishedVoice.voice_id))
    rows = session.execute(query.where(_to_decide(actor)).order_by(col(PublishedVoice.id)))
    return [(ref, row) for ref, row in rows]


def waiting_count(actor: Actor) -> Select[int]:
    """How many texts this actor can decide on."""
    query = select(func.count(col(PublishedVoice.id))).join(Voice, col(Voice.id) == col(PublishedVoice.voice_id))
    return query.where(_to_decide(actor), true() if actor.roles & HEADS else false())


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    """Only heads decide, and none on an own proposal."""
    if not actor.roles & HEADS:
        return false()
    return and_(
        col(PublishedVoice.status) == "proposed",
        col(PublishedVoice.proposed_by) != actor.tag,
        col(Voice.registrar_code) == actor.registrar_code,
    )


def figures() -> VoiceFigures:
    """Counted once in ten minutes for each process."""
    return _figures.current()


def forget_figures() -> None:
    """Counts anew at the next question."""
    _figures.forget()


def _counted(connection: Connection) -> VoiceFigures:
    now = clock.now()
    since = clock.begins(clock.local_date(now) - timedelta(days=DAYS - 1))
    status, due = col(Voice.status), col(Voice.due_at)
    count = select(func.count(col(Voice.id)))
    received = connection.execute(count.where(col(Voice.made_at) >= since)).scalar_one()
    still_open = connection.execute(count.where(status == "open")).scalar_one()
    overdue = connection.execute(count.where(status == "open", due < now)).scalar_one()
    newest = (
        select(col(Voice.made_at), col(Voice.ended_at), due)
        .where(status == "answered", col(Voice.ended_at) >= since)
        .order_by(col(Voice.ended_at).desc())
        .limit(MOST_OF_CITY)
    )
    answered = [(made, ended, until) for made, ended, until in connection.execute(newest) if ended is not None]
    in_time = sum(ended <= until for _made, ended, until in answered)
    return VoiceFigures(
        received=shown(received),
        in_time=share(in_time, len(answered) + overdue),
        hours=_median_hours([(made, ended) for made, ended, _until in answered]),
        open=shown(still_open),
    )


def _median_hours(spans: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Without those in a year whose calendar is not known."""
    hours = []
    for made, ended in spans:
        try:
            hours.append(worked(made, ended, calendar=calendar(), hours=office_hours()) / _HOUR)
        except UnknownYear:
            continue
    return round(median(hours), 1) if len(hours) >= FEWEST else None


_figures = KnownForAWhile(_counted, without=VoiceFigures(None, None, None, None), seconds=KEPT_SECONDS)
