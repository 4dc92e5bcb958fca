"""The figures of an office on both databases: the same SQL counts the same cases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from registration import clock, database
from registration.matters import definition_of
from registration.operations import feedback, supervision
from registration.operations.act import act
from registration.queries.dashboard import counts, people
from registration.queries.dashboard.behind import BEHIND, cases_behind
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.dashboard.times import times
from registration.queries.supervision import order_counts
from registration.rules.periods import Period
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, DIRECTOR, LIN, WINDOW, file_in, opened
from tests.fixtures.past_cases import remember
from workflows.analytics.milestones import decisions, hand_overs, refusals

pytestmark = pytest.mark.both_engines
MONDAY = datetime(2026, 10, 26, 2, 0, tzinfo=UTC)
OCTOBER = Selection("330702", Period(MONDAY.date().replace(day=1), MONDAY.date()))


@pytest.fixture
def cases(database_url: str, settings: Settings, database: Engine) -> tuple[int, str]:
    """The number of simulated cases, and a further one that an examiner holds, ordered and complained about."""
    opened(settings, now=clock.now())
    with clock.moved_to(MONDAY):
        past = remember(now=MONDAY, arrivals=2.0)
        refused = file_in()
        act(
            refused,
            "refuse_scope",
            actor=actor_of(WINDOW),
            now=MONDAY,
            reason="不属于登记范围",
            competent_body="样例局",
        )
        ref = file_in(trade="望津样例", claimed_by=CLERK)
        feedback.complain(ref, "0", words="等得太久", actor=actor_of(LIN), now=MONDAY)
        supervision.order(ref, words="请说明", days=1, actor=actor_of(DIRECTOR), now=MONDAY)
    return past, ref


def test_the_same_figures_on_both_databases(cases: tuple[int, str]) -> None:
    past, ref = cases
    with database.reading() as session:
        flow = counts.flow(session, OCTOBER)
        assert sum(flow.received) == count_of(session, received(OCTOBER)) == past + 2
        assert sum(flow.decided) == count_of(session, decided(OCTOBER))
        found = times(session, OCTOBER)
        assert len(found.in_time) + len(found.late) == sum(flow.decided)
        few = times(session, OCTOBER, most=3)
        assert (len(few.in_time), few.left_out) == (3, sum(flow.decided) - 3)
        assert counts.refusals(session, OCTOBER) == [("", 1)]
        assert counts.corrections(session, OCTOBER).decided == sum(flow.decided)
        said = counts.opinions(session, OCTOBER, now=MONDAY)
        assert (said.grades, said.complaints, said.open, said.late) == ({}, 1, 1, 0)
        later = MONDAY.replace(year=2027)
        assert dict(people.overdue(session, OCTOBER, now=later).holders)[CLERK] == 1
        loads = {one.login: one for one in people.workload(session, OCTOBER, now=later)}
        assert (loads[CLERK].held, loads[CLERK].late, loads[WINDOW].decided) == (1, 1, 1)
        assert order_counts(session, OCTOBER, now=later) == (0, 1, 0)
        district = Selection("330702", OCTOBER.period, district="330702")
        assert count_of(session, received(district)) == 2
        for what in BEHIND:
            cases_behind(session, OCTOBER, what=what, value="", now=MONDAY)
        held = cases_behind(session, OCTOBER, what="held", value=CLERK, now=MONDAY)
        assert [row.case.ref for row in held.rows] == [ref]


def test_any_table_says_which_moves_receive_and_decide() -> None:
    table = definition_of("establishment@4")
    assert ("sign", "signing", "submitted") in hand_overs(table)
    found = decisions(table)
    assert {("parts_complete", "agency_review", "approved"), ("refuse_scope", "submitted", "not_accepted")} <= found
    assert not [move for move in found if move[0] in ("withdraw", "lapse", "hold", "issue", "archive", "print")]
    assert {target for _action, _source, target in refusals(table)} == {"rejected", "not_accepted"}
