"""Figures of the registrars for everybody: the dashboard's, without numbers by which a person could be recognised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from registration import database
from registration.clock import local_date
from registration.models import Registrar
from registration.queries.dashboard import counts
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.dashboard.times import Times, times
from registration.rules.periods import Period, period_of
from registration.rules.power_items import ListedFigures, ListedGround
from registration.rules.reasons import rejection_reasons
from workflows.definition.values import Text

# Fewer cases than these are not told apart from each other.
FEWEST = 5
KEPT = timedelta(minutes=10)
DAYS = 90
PERIODS = ("days", "year")
# The histories of so many decided cases are read for each registrar, the latest first, and for the whole city.
MOST, MOST_OF_CITY = 300, 1500


@dataclass(frozen=True)
class PublicFigures:
    """The whole city first, then each registrar."""

    period: Period
    made_at: datetime
    rows: tuple[ListedFigures, ...]


_made: "WeakKeyDictionary[Engine, dict[tuple[str, str], PublicFigures]]" = WeakKeyDictionary()


def public_figures(session: Session, matter: str, kind: str, *, now: datetime) -> PublicFigures:
    """Counted once in ten minutes for each matter and period, and process. Any other `kind` than `year` is 90 days."""
    kept = _made.setdefault(database.current_engine(), {})
    place = (matter, kind if kind in PERIODS else PERIODS[0])
    found = kept.get(place)
    if found is None or abs(now - found.made_at) > KEPT:
        found = kept[place] = _counted(session, matter, place[1], now)
    return found


def forget() -> None:
    """Counts anew at the next question."""
    _made.clear()


def _counted(session: Session, matter: str, kind: str, now: datetime) -> PublicFigures:
    today = local_date(now)
    period = period_of("year", today=today) if kind == "year" else Period(today - timedelta(days=DAYS - 1), today)
    registrars = session.exec(select(Registrar).order_by(col(Registrar.code))).all()
    whole = Selection("", period, matter=matter, whole_city=True)
    each = [replace(whole, registrar_code=one.code, whole_city=False) for one in registrars]
    city = _figures(session, whole, None, now)
    rows = [_figures(session, one, row, now) for one, row in zip(each, registrars, strict=True)]
    return PublicFigures(period, now, (city, *_none_by_difference(rows)))


def _figures(session: Session, selection: Selection, registrar: Registrar | None, now: datetime) -> ListedFigures:
    came, went = count_of(session, received(selection)), count_of(session, decided(selection))
    took = times(session, selection, most=MOST if registrar else MOST_OF_CITY) if went >= FEWEST else Times()
    asked = counts.corrections(session, selection)
    said = counts.opinions(session, selection, now=now)
    graded, due = sum(said.grades.values()), said.complaints - said.open + said.late
    judged = len(took.in_time) + len(took.late)
    return ListedFigures(
        registrar=registrar.code if registrar else None,
        name=Text(**registrar.name) if registrar else None,
        received=shown_count(came),
        decided=shown_count(went),
        median_hours=_rounded(took.hours),
        likely_hours=_rounded(took.likely_hours),
        on_time=shown_share(len(took.in_time), judged),
        corrections=round(asked.notices / went, 1) if went >= FEWEST else None,
        refusals=_grounds(session, selection),
        ratings=shown_count(graded),
        rating=_rounded(sum(grade * number for grade, number in said.grades.items()) / graded)
        if graded >= FEWEST
        else None,
        complaints=shown_count(said.complaints),
        complaints_on_time=shown_share(said.in_time, due),
    )


def _grounds(session: Session, selection: Selection) -> tuple[ListedGround, ...]:
    """The grounds of the matter's law; a case refused without one is counted under an empty code."""
    known = rejection_reasons(selection.matter)
    return tuple(
        ListedGround(code=code, name=known[code].words if code in known else _OTHER, cases=shown_count(number))
        for code, number in counts.refusals(session, selection)
    )


_OTHER = Text(zh="不予受理，或者没有写明法定理由", en="Not accepted, or no ground of law given")


def shown_count(number: int) -> int | None:
    """None for a number by which persons could be told apart."""
    return None if 0 < number < FEWEST else number


def shown_share(part: int, whole: int) -> float | None:
    """None for a small whole. In whole percents, so that a single case among many cannot be read from it."""
    return round(part / whole, 2) if whole >= FEWEST else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _none_by_difference(rows: Sequence[ListedFigures]) -> list[ListedFigures]:
    """A single hidden count would be what the others lack to the city's: the smallest other is hidden with it."""
    found = list(rows)
    for name in ("received", "decided", "ratings", "complaints"):
        values: Mapping[int, int | None] = {place: getattr(row, name) for place, row in enumerate(found)}
        hidden = [place for place, value in values.items() if value is None]
        shown = [(value, place) for place, value in values.items() if value]
        if len(hidden) == 1 and shown:
            place = min(shown)[1]
            found[place] = found[place].model_copy(update={name: None})
    return found
