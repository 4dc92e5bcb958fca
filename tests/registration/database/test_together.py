"""Several reads as one statement: each has the rows that it has alone, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from registration import clock, database
from registration.clock import local_date
from registration.database.statements import Query
from registration.models import Application
from registration.operations import samples
from registration.operations.act import act
from registration.queries import case_rows as rows
from registration.queries.absences import absences_ahead
from registration.queries.attention import attention_ahead
from registration.queries.barred import barred_ahead
from registration.queries.case_rows import Ahead, read_ahead
from registration.queries.desk_counts import counts_ahead, pressing_ahead
from registration.queries.facts import login_ahead
from registration.queries.holding import notices_ahead
from registration.queries.inbox import parts_ahead, taken_ahead
from registration.queries.objections import unseen_ahead
from registration.queries.opened_form import opened_form
from registration.queries.registrar_profiles import profile_ahead
from registration.queries.same_domicile import domicile_ahead
from registration.queries.same_persons import elsewhere_ahead
from registration.queries.saved_views import saved_ahead
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.statements import selects

pytestmark = [pytest.mark.usefixtures("database_url", "database"), pytest.mark.both_engines]
CLERK, OFFICER = "0318", "3304"
OF_CASE = (
    *(rows.THERE, rows.HISTORY, rows.PARTIES, rows.MATERIALS, rows.NOTICES, rows.ITEMS_OF_NOTICES, rows.PARTS),
    *(rows.LICENCES, rows.PAPERS, rows.HELD_NAMES, rows.ENTITIES, rows.OUTGOING),
)


def of_case(session: Any, case: Application) -> Iterator[Ahead]:
    given, today = {"case_id": case.id}, local_date(clock.now())
    yield from ((one, given) for one in OF_CASE)
    yield from ((one, {**given, "number": 1}) for one in (rows.REVISION, rows.SIGNED_AS))
    yield rows.REVISION, {**given, "number": 0}
    yield rows.REGISTRAR, {"code": case.registrar_code}
    yield from (*login_ahead(case.holder_id), *profile_ahead(case.registrar_code, on=today))
    yield from (*domicile_ahead(session, case), *barred_ahead(case, today=today))
    yield from elsewhere_ahead(session, case, opened_form(session, case).read.partly)


def of_desk() -> Iterator[Ahead]:
    clerk, officer, now = actor_of(CLERK), actor_of(OFFICER), clock.now()
    since = now - timedelta(days=14)
    yield from (*counts_ahead(clerk), *pressing_ahead(clerk, now=now), *attention_ahead(clerk), *saved_ahead(clerk))
    yield from (*taken_ahead(clerk, since=since), *notices_ahead(clerk, since=since))
    yield from (*absences_ahead(clerk.account_id, now=now), *parts_ahead(officer, view="open"), *unseen_ahead(officer))


def alone(session: Any, read: Any, given: Any) -> list[Any]:
    if isinstance(read, Query):
        return Query.rows(read, session, **given)
    return [one.model_dump() for one in read.unattached(session, **given)]


def known(session: Any, read: Any, given: Any) -> list[Any]:
    found = read.rows(session, **given) if isinstance(read, Query) else read.all(session, **given)
    return [one if isinstance(one, tuple) else one.model_dump() for one in found]


def test_each_has_the_rows_that_it_has_alone(home: Any) -> None:
    now = clock.now()
    samples.load(now=now)
    ref = submitted("llc", company(), registrar="330702", actor=actor_of("lin@example.cn"), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    database.share_reading()
    try:
        with database.reading() as session:
            case = rows.CASE.all(session, ref=ref)[0]
            asked = [*of_case(session, case), *of_desk()]
            with selects() as sent:
                read_ahead(session, asked)
                found = [known(session, read, given) for read, given in asked]
            assert len(sent) == 1
            assert found == [alone(session, read, given) for read, given in asked]
            # There are several of a kind, in their order.
            assert [one["seq"] for one in found[1]] == sorted(one["seq"] for one in found[1])
            assert min(map(len, found[1:4])) > 1
    finally:
        database.end_shared_reading()
