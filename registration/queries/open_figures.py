"""The live figures for everybody: what came and went today and this month, and what waits, without small numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from sqlalchemy import Select, func, select, union_all
from sqlmodel import Session, col

from registration.clock import local_date, now
from registration.database.known_for_a_while import KnownForAWhile
from registration.matters import matter_title, matters
from registration.models import Application, Registrar
from registration.queries.dashboard.selection import Selection, decided, received
from registration.queries.dashboard.times import times
from registration.queries.state_filters import each_state
from registration.queries.watch import is_in_office
from registration.rules.languages import pair
from registration.rules.open_figures import (
    COUNTS,
    PERIODS,
    WHOLE,
    FigureRow,
    OpenFigures,
    PeriodFigures,
    Place,
    published,
)
from registration.rules.periods import Period, period_of
from registration.rules.regions import region
from workflows.definition.values import Text

KEPT_SECONDS = 120.0
# The histories of so many decided cases of the month are read, the latest first.
MOST = 1500
# Cases of a district that no registrar here serves, or without one.
OTHER = ""

Counted = Counter[Place]


def open_figures() -> OpenFigures:
    """Counted once in two minutes by each process."""
    found = _known.current()
    assert found is not None, "no database"
    return found


def forget() -> None:
    """Counts anew at the next question."""
    _known.forget()


def count(session: Session) -> OpenFigures:
    at = now()
    today = local_date(at)
    month = period_of("month", today=today)
    periods = {"today": Period(today, today), "month": month}
    registrars = session.scalars(select(Registrar)).all()
    groups = {"district": _districts(registrars), "matter": list(matters())}
    counted = Counted()
    for period in PERIODS:
        _count_period(session, counted, period, Selection("", periods[period], whole_city=True), groups)
    for district, matter, number in session.execute(_waiting([one.code for one in registrars])):
        _add(counted, groups, (district, matter), "now", "waiting", number)
    shown = published({place: counted[place] for place in _places(groups)}, groups)

    def rows(group: str) -> Iterator[FigureRow]:
        return (_row(shown, group, key) for key in groups[group])

    return OpenFigures(
        made_at=at,
        today=today,
        since=month.first,
        judged=MOST,
        city=_row(shown, *WHOLE),
        districts=tuple(row for row in rows("district") if row.key != OTHER or any(_numbers(row))),
        matters=tuple(rows("matter")),
    )


def _count_period(
    session: Session, counted: Counted, period: str, selection: Selection, groups: Mapping[str, list[str]]
) -> None:
    took = times(session, selection, most=MOST)
    verdicts = dict.fromkeys(took.in_time, "kept") | dict.fromkeys(took.late, "broken")
    for name, query in (("received", received(selection)), ("decided", decided(selection))):
        cases = query.add_columns(col(Application.district), col(Application.matter))
        if name == "decided":
            cases = cases.group_by(col(Application.district), col(Application.matter))
        for case, _entry, *place in session.execute(cases):
            _add(counted, groups, (place[0], place[1]), period, name, 1)
            if name == "decided" and case in verdicts:
                _add(counted, groups, (place[0], place[1]), period, verdicts[case], 1)


def _add(
    counted: Counted, groups: Mapping[str, list[str]], place: tuple[str, str], period: str, name: str, number: int
) -> None:
    district = place[0] if place[0] in groups["district"] else OTHER
    for row in (WHOLE, ("district", district), ("matter", place[1])):
        counted[*row, period, name] += number


def _waiting(registrars: Iterable[str]) -> Select[str, str, int]:
    """(district, matter, number) of the cases that wait for the office.

    Each registrar and state is a range of an index of its own: of several together a planner reads every case.
    """
    kinds = col(Application.district), col(Application.matter)
    ranges = product(registrars, each_state(is_in_office))
    rows = union_all(
        *(select(*kinds).where(col(Application.registrar_code) == code, state) for code, state in ranges)
    ).subquery()
    return select(rows.c.district, rows.c.matter, func.count()).group_by(rows.c.district, rows.c.matter)


def _districts(registrars: Iterable[Registrar]) -> list[str]:
    """The districts that the registrars serve, each once, and the others together."""
    return [*sorted({code for one in registrars for code in one.regions}), OTHER]


def _places(groups: Mapping[str, list[str]]) -> Iterator[Place]:
    for row in (WHOLE, *((group, key) for group, keys in groups.items() for key in keys)):
        yield from ((*row, period, name) for period in PERIODS for name in COUNTS)
        yield (*row, "now", "waiting")


def _row(shown: Mapping[Place, int | None], group: str, key: str) -> FigureRow:
    def of(period: str) -> PeriodFigures:
        return PeriodFigures(**{name: shown[group, key, period, name] for name in COUNTS})

    waiting = shown[group, key, "now", "waiting"]
    return FigureRow(key=key, name=_name(group, key), today=of("today"), month=of("month"), waiting=waiting)


def _numbers(row: FigureRow) -> Iterator[bool]:
    """Whether each of its numbers is another than zero."""
    yield row.waiting != 0
    yield from (getattr(part, name) != 0 for part in (row.today, row.month) for name in COUNTS)


def _name(group: str, key: str) -> Text:
    if group == "matter":
        return matter_title(key)
    if group == "district":
        found = region(key)
        return Text(**found.name) if found else Text(**pair("其他", "Other"))
    return Text(**pair("全市", "The whole city"))


_known: KnownForAWhile[OpenFigures | None] = KnownForAWhile(
    lambda connection: count(Session(connection)), without=None, seconds=KEPT_SECONDS
)
