"""The end of a list is read from its index, however many cases there are."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from registration import clock
from registration import database as db
from registration.queries.inbox import inbox_for
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.database import never_filled
from tests.fixtures.office import CLERK, opened
from tests.fixtures.statements import selects

# The indexes that have the cases of a state in the order of their due dates.
BY_DUE = ("application_unheld ", "application_inbox ")


@pytest.mark.both_engines
def test_cases_without_a_due_date_are_read_in_the_order_of_the_index(
    database_url: str, settings: Settings, database: Engine
) -> None:
    never_filled(database)
    opened(settings, now=clock.now())
    with db.reading() as session:
        with selects() as found:
            inbox_for(session, actor=actor_of(CLERK), view="unclaimed")
        explain = _explain(session)
        plans = [
            " ".join(str(row) for row in session.connection().exec_driver_sql(explain + statement, values))
            for statement, values in found
            if "due_at IS NULL" in statement and "ORDER BY" in statement
        ]
    assert plans
    for plan in plans:
        assert any(index in plan for index in BY_DUE), plan
        assert "application_pkey" not in plan


def _explain(session: Any) -> str:
    if session.get_bind().dialect.name == "sqlite":
        return "EXPLAIN QUERY PLAN "
    # A small table is read whole and sorted: only what the index can do is asked here.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    return "EXPLAIN "
