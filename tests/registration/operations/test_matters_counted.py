"""Figures of every matter: a change, a filing, a replacement and a closing count under their own."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from sqlalchemy import insert, select, text

from registration import clock as clock_of_program
from registration import database
from registration.exports import table
from registration.exports.pseudonyms import Pseudonyms
from registration.matters import matters
from registration.models import Application, HistoryEntry
from registration.models.columns import table_of
from registration.operations import apply, entity_cases
from registration.queries import open_figures, public_figures
from registration.queries.dashboard import counts
from registration.queries.dashboard.selection import Selection, count_of, decided, received
from registration.queries.events import EventLog
from registration.queries.history import DaySpan
from registration.rules.periods import Period
from registration.settings import Settings
from tests.fixtures import closings
from tests.fixtures.cases import actor_of, file_of, person, sign_all
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import LIN, issued, replaced, sheets
from tests.fixtures.lives import CHANGE, FILING, SIMPLE
from tests.fixtures.scenes import scene

database_url = sqlite_only
FOUNDED = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)
# The agencies are asked for ten days from the fifteenth on, and a day of rest moves the last one.
DECIDED = datetime(2026, 10, 27, 1, 30, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
# Each case is there so often, because small numbers are withheld from everybody.
TIMES = 6


def a_whole_life() -> None:
    """Founded, changed, filed, replaced, and closed in the second attempt, the first of which an agency ended."""
    founder = issued(FOUNDED)
    code = sheets(founder)[0].code
    change = begun(code, CHANGE, "scope", day=1)
    saved(change, "scope", day=1, items=["HY0003", "HY0005"])
    finished(change, day=1)
    filing = begun(code, FILING, "liaison", day=2)
    people = [*file_of(filing, actor=actor_of(LIN), now=FOUNDED).form["people"], person("p2")]
    apply.save_section(filing, "people", people, actor=actor_of(LIN), now=FOUNDED + timedelta(days=2))
    saved(filing, "contacts", day=2, liaison={"person": "p2"})
    finished(filing, day=2)
    replaced(founder, FOUNDED + timedelta(days=3))
    closing = begun(code, SIMPLE, day=4)
    apply.save_section(closing, "closing", closings.PROMISE, actor=actor_of(LIN), now=FOUNDED + timedelta(days=4))
    sign_all(closing, actor=actor_of(LIN), now=FOUNDED + timedelta(days=4))
    closings.swept(DECIDED)
    closings.decided(closing, now=DECIDED)


def begun(code: str, matter: str, *items: str, day: int) -> str:
    return entity_cases.start(code, matter=matter, items=items, actor=actor_of(LIN), now=FOUNDED + timedelta(days=day))


def saved(ref: str, section: str, *, day: int, **changed: Any) -> None:
    now = FOUNDED + timedelta(days=day)
    form = file_of(ref, actor=actor_of(LIN), now=now).form
    apply.save_section(ref, section, form[section] | changed, actor=actor_of(LIN), now=now)


def finished(ref: str, *, day: int) -> None:
    now = FOUNDED + timedelta(days=day)
    sign_all(ref, actor=actor_of(LIN), now=now)
    closings.decided(ref, now=now)


def copied() -> None:
    """Every case with its history some more times."""
    cases, entries = table_of(Application), table_of(HistoryEntry)
    with database.transaction() as session:
        rows = [dict(row) for row in session.execute(select(cases)).mappings()]
        moves = [dict(row) for row in session.execute(select(entries)).mappings()]
        for time in range(1, TIMES):
            number = {row["id"]: row["id"] + time * 1000 for row in rows}
            session.execute(
                insert(cases), [row | {"id": number[row["id"]], "ref": f"{row['ref']}-{time}"} for row in rows]
            )
            anew = [move | {"application_id": number[move["application_id"]]} for move in moves]
            session.execute(insert(entries), [{key: one[key] for key in one if key != "id"} for one in anew])


def in_the_history(target: str) -> Counter[str]:
    """Matter -> cases that came to this state at least once."""
    query = text(
        "SELECT a.matter, count(DISTINCT a.id) AS number FROM application a "
        "JOIN history_entry h ON h.application_id = a.id WHERE h.target = :target GROUP BY a.matter"
    )
    with database.reading() as session:
        return Counter({one.matter: one.number for one in session.execute(query, {"target": target})})


def test_each_matter_is_counted_under_its_own(office: Settings) -> None:
    def make() -> None:
        a_whole_life()
        copied()

    scene("a whole life, several times", office, make)
    came, went = in_the_history("submitted"), in_the_history("approved")
    assert (
        came == went == Counter(dict.fromkeys(("establishment", CHANGE, FILING, "licence_replacement", SIMPLE), TIMES))
    )
    open_figures.forget()
    public_figures.forget()
    with clock_of_program.moved_to(DECIDED + timedelta(hours=2)), database.reading() as session:
        live = open_figures.count(session)
        assert {row.key: row.month.received for row in live.matters} == {one: came[one] for one in matters()}
        assert {row.key: row.month.decided for row in live.matters} == {one: went[one] for one in matters()}
        assert (live.city.month.received, live.city.month.decided) == (sum(came.values()), sum(went.values()))
        for matter in matters():
            of_matter = Selection("330702", OCTOBER, matter=matter)
            flow = counts.flow(session, of_matter)
            assert (sum(flow.received), sum(flow.decided)) == (came[matter], went[matter])
            assert count_of(session, received(of_matter)) == came[matter]
            assert count_of(session, decided(of_matter)) == went[matter]
            city = public_figures.public_figures(matter, "year").rows[0]
            assert (city.received, city.decided) == (came[matter], went[matter])
        assert count_of(session, received(Selection("330702", OCTOBER))) == sum(came.values())
        out = StringIO()
        table.write(EventLog(session, DaySpan("330702")), Pseudonyms(b"k" * 32, keep_refs=True), out)
    exported = {(row["case"], row["matter"]) for row in csv.DictReader(StringIO(out.getvalue()))}
    with database.reading() as session:
        cases = {(ref, matter) for ref, matter in session.execute(text("SELECT ref, matter FROM application"))}
    assert exported == cases
