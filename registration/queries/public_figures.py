"""Figures of the registrars for everybody: the dashboard's, without numbers by which a person could be recognised."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlmodel import Session, col, select

from registration.clock import local_date, now
from registration.database.known_for_a_while import KnownForAWhile
from registration.models import Registrar
from registration.queries.dashboard import counts
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.dashboard.times import Times, times
from registration.rules.periods import Period, period_of
from registration.rules.power_items import ListedFigures, ListedGround
from registration.rules.reasons import rejection_reasons
from registration.rules.small_numbers import FEWEST, Sum, share, withheld
from workflows.definition.values import Text

KEPT_SECONDS = 600.0
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


@cache
def _known(matter: str, kind: str) -> KnownForAWhile[PublicFigures]:
    today = local_date(now())
    nothing = PublicFigures(Period(today, today), now(), ())
    return KnownForAWhile(
        lambda connection: _counted(Session(connection), matter, kind), without=nothing, seconds=KEPT_SECONDS
    )


def public_figures(matter: str, kind: str) -> PublicFigures:
    """Counted once in ten minutes for each matter and period, and process. Any other `kind` than `year` is 90 days."""
    return _known(matter, kind if kind in PERIODS else PERIODS[0]).current()


def forget() -> None:
    """Counts anew at the next question."""
    _known.cache_clear()


def _counted(session: Session, matter: str, kind: str) -> PublicFigures:
    at = now()
    today = local_date(at)
    period = period_of("year", today=today) if kind == "year" else Period(today - timedelta(days=DAYS - 1), today)
    registrars = session.exec(select(Registrar).order_by(col(Registrar.code))).all()
    whole = Selection("", period, matter=matter, whole_city=True)
    each = [replace(whole, registrar_code=one.code, whole_city=False) for one in registrars]
    city = _figures(session, whole, None, at)
    rows = [_figures(session, one, row, at) for one, row in zip(each, registrars, strict=True)]
    return PublicFigures(period, at, _published([city, *rows]))


def _figures(session: Session, selection: Selection, registrar: Registrar | None, at: datetime) -> ListedFigures:
    came, went = count_of(session, received(selection)), count_of(session, decided(selection))
    took = times(session, selection, most=MOST if registrar else MOST_OF_CITY) if went >= FEWEST else Times()
    asked = counts.corrections(session, selection)
    said = counts.opinions(session, selection, now=at)
    graded, due = sum(said.grades.values()), said.complaints - said.open + said.late
    judged = len(took.in_time) + len(took.late)
    return ListedFigures(
        registrar=registrar.code if registrar else None,
        name=Text(**registrar.name) if registrar else None,
        received=came,
        decided=went,
        median_hours=_rounded(took.hours),
        likely_hours=_rounded(took.likely_hours),
        on_time=share(len(took.in_time), judged),
        corrections=round(asked.notices / went, 1) if went >= FEWEST else None,
        refusals=_grounds(session, selection),
        ratings=graded,
        rating=_rounded(sum(grade * number for grade, number in said.grades.items()) / graded)
        if graded >= FEWEST
        else None,
        complaints=said.complaints,
        complaints_on_time=share(said.in_time, due),
    )


def _grounds(session: Session, selection: Selection) -> tuple[ListedGround, ...]:
    """The grounds of the matter's law; a case refused without one is counted under an empty code."""
    known = rejection_reasons(selection.matter)
    return tuple(
        ListedGround(code=code, name=known[code].words if code in known else _OTHER, cases=number)
        for code, number in counts.refusals(session, selection)
    )


_OTHER = Text(zh="不予受理，或者没有写明法定理由", en="Not accepted, or no ground of law given")


# The counts of a registrar of which those of the city are the sums.
_COUNTS = ("received", "decided", "ratings", "complaints")
# What is computed from a count tells of it, so that it is withheld with it.
_FROM: Mapping[str, tuple[str, ...]] = {
    "decided": ("median_hours", "likely_hours", "on_time", "corrections"),
    "ratings": ("rating",),
    "complaints": ("complaints_on_time",),
}
Place = tuple[str | None, str]


def _published(rows: Sequence[ListedFigures]) -> tuple[ListedFigures, ...]:
    """The city and the registrars without what is withheld; the counts are whole before."""
    numbers: dict[Place, int] = {(row.registrar, name): getattr(row, name) for row in rows for name in _COUNTS}
    codes = sorted({ground.code for row in rows for ground in row.refusals})
    grounds = {row.registrar: {ground.code: ground.cases or 0 for ground in row.refusals} for row in rows}
    numbers |= {(row.registrar, _ground(code)): grounds[row.registrar].get(code, 0) for row in rows for code in codes}
    each = [row.registrar for row in rows if row.registrar is not None]
    names = (*_COUNTS, *map(_ground, codes))
    hidden = withheld(numbers, [Sum((None, name), tuple((code, name) for code in each)) for name in names])
    return tuple(_without(row, hidden) for row in rows)


def _without(row: ListedFigures, hidden: Collection[Place]) -> ListedFigures:
    gone = [name for name in _COUNTS if (row.registrar, name) in hidden]
    gone += [name for count in gone for name in _FROM.get(count, ())]
    refusals = tuple(
        one.model_copy(update={"cases": None}) if (row.registrar, _ground(one.code)) in hidden else one
        for one in row.refusals
    )
    return row.model_copy(update=dict.fromkeys(gone) | {"refusals": refusals})


def _ground(code: str) -> str:
    return f"ground {code}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
