"""Statistics of the operator's office: what was approved, sent back and refused, in each slice of a period."""

from typing import Any

from flask import Response, request

from registration import clock, database
from registration.access import access
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, configured, the_operator
from registration.api.govstack.catalogue import name_of
from registration.errors import InvalidInput, NotFound
from registration.http.context import limiter
from registration.queries.dashboard.selection import Selection
from registration.queries.govstack_figures import TIMEFRAMES, Decided, decided_by
from registration.rules.govstack import Service
from registration.rules.periods import Period, own_period, period_of
from registration.rules.problems import Problem


@blueprint.get("/data/statistics/1.0")
@access("govstack.use")
@limiter.limit(LIMIT)
def show_statistics() -> Response:
    """This month without dates. `registrationName` is the id or the name of a service of the operator's registrar."""
    actor, given = the_operator(), request.args
    # The suite's client appends its query twice, so that the last value is `day?startDate=…`; no timeframe has a `?`.
    timeframe, name = given.get("timeframe", "").partition("?")[0], given.get("registrationName", "")
    if timeframe and timeframe not in TIMEFRAMES:
        raise InvalidInput([Problem("timeframe", "choice.unknown")])
    service = _service(name, actor.registrar_code or "") if name else None
    selection = Selection(
        actor.registrar_code or "",
        _period(),
        matter=service.matter if service else "",
        entity_type=service.entity_type if service else "",
    )
    who = {key: given.get(key, "") for key in ("operator", "role")}
    with database.reading() as session:
        rows = decided_by(session, selection, actor=actor, timeframe=timeframe, **who)
    asked = who | {"registrationName": name}
    return answer([_row(row, {key: value for key, value in asked.items() if value}, timeframe) for row in rows])


def _period() -> Period:
    """InvalidInput for what is no day, and for an end before the beginning."""
    first, last = (request.args.get(name, "") for name in ("startDate", "endDate"))
    usual = period_of("month", today=clock.local_date(clock.now()))
    period, problems = own_period(first or usual.first.isoformat(), last or usual.last.isoformat())
    if period is None:
        names = {"from": "startDate", "to": "endDate"}
        raise InvalidInput([Problem(names[one.path], one.code, one.data) for one in problems])
    return period


def _service(name: str, registrar: str) -> Service:
    """NotFound for one that is not there, or of another registrar."""
    for key, service in configured().services.items():
        if service.registrar == registrar and name in (key, name_of(key)):
            return service
    raise NotFound(registration=name)


def _row(row: Decided, asked: dict[str, str], timeframe: str) -> dict[str, Any]:
    frames = {f"timeframe{one.capitalize()}": one == timeframe for one in TIMEFRAMES}
    days = {"startDate": row.period.first.isoformat(), "endDate": row.period.last.isoformat()}
    return row.counts() | {"references": days | asked | frames}
