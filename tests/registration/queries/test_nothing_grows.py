"""No statement of a page or of a sweep reads a whole table that grows with the cases: each finds its rows by an index.

PostgreSQL is told to avoid sequential scans, so that one remains only where no index can serve; SQLite says itself
which tables it scans. What counts a whole table on purpose, and keeps the result, is named with its reason.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine

from registration import clock
from registration import database as db
from registration.app import create_app
from registration.operations.sweeps import SWEEPS
from registration.settings import Settings
from tests.fixtures.database import never_filled
from tests.fixtures.licences import issued, sheets
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LIN, file_in, opened
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor

pytestmark = pytest.mark.both_engines

GROWING = frozenset(
    {
        *("application", "history_entry", "revision", "material", "paper", "notice", "notice_item", "party", "part"),
        *("licence", "licence_event", "registered_name", "name_key", "entity", "entity_fact", "entity_key", "message"),
        *("entity_case", "entity_office", "search_key", "audit_entry", "issued_number", "review_mark", "feedback"),
        *("signed_content", "agency_receipt", "decision_attempt", "case_message", "case_note", "log_leaf", "log_node"),
        *("delayed_decision", "open_data_part", "promise_alert", "voice", "voice_entry", "public_notice"),
    }
)


@pytest.fixture
def desk_app(database_url: str, settings: Settings, database: Engine) -> Flask:
    never_filled(database)
    opened(settings, now=clock.now())
    return create_app(settings)


def visited(app: Flask, ref: str, done: str) -> None:
    """The pages that are opened most, for a case in examination and for one with its licence."""
    code = sheets(done)[0].code
    views = ("mine", "unclaimed", "ordered", "objections", "asked", "waiting", "done", "approval", "overdue")
    pages = {
        CLERK: [*(f"/desk/inbox?view={view}" for view in views), f"/desk/cases/{ref}", f"/desk/search?q={ref}"],
        APPROVER: ["/desk/inbox?view=approval", "/desk/search?q=栖禾"],
        DIRECTOR: ["/desk/inbox?view=overdue"],
        LIN: ["/applications", f"/applications/{ref}", f"/applications/{done}", "/businesses"],
        "3304": ["/agencies/inbox"],
        "": [f"/check?code={code}", f"/register/{code}", "/register?q=金华", "/log", "/names?name=金华市栖禾餐饮店"],
    }
    for login, paths in pages.items():
        visitor = Visitor(app, login)
        for path in paths:
            assert visitor.get(path).status_code == 200, path


def test_no_page_and_no_sweep_reads_a_whole_table(desk_app: Flask) -> None:
    cases = file_in(claimed_by=CLERK), issued(clock.now())
    # The application makes this process's engine with its first request.
    Visitor(desk_app).get("/help")
    with selects() as found:
        visited(desk_app, *cases)
        for sweep in SWEEPS.values():
            sweep(now=clock.now())
    asked = dict(found)
    with db.current_engine().connect() as connection:
        scans = [(table, text) for text, values in asked.items() for table in scanned(connection, text, values)]
    assert not scans, "\n".join(f"{table}: {' '.join(text.split())[:1500]}" for table, text in scans)


def scanned(connection: Connection, statement: str, values: Any) -> set[str]:
    """The tables that grow and that the statement reads without an index."""
    read = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgres
    return {table for table in read(connection, statement, values) if table in GROWING}


def _of_sqlite(connection: Connection, statement: str, values: Any) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        found = re.match(r"SCAN (\w+)(?! USING)$", row[3])
        if found:
            yield found[1]


def _of_postgres(connection: Connection, statement: str, values: Any) -> Iterator[str]:
    connection.exec_driver_sql("SET enable_seqscan = off")
    (row,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    content = row[0] if isinstance(row[0], list) else json.loads(row[0])
    partial = connection.exec_driver_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
    yield from _scans(content[0]["Plan"], frozenset(partial.scalars()))


def _scans(plan: dict[str, Any], partial: frozenset[str], *, few: bool = False) -> Iterator[str]:
    """Tables that are read in sequence, or through the whole of an index: unless that has some of the rows only, or
    the first of them are enough."""
    kind = plan["Node Type"]
    is_whole = "Index Name" in plan and "Index Cond" not in plan and plan["Index Name"] not in partial
    if kind == "Seq Scan" or (is_whole and not few):
        yield plan.get("Relation Name", plan.get("Index Name", ""))
    for inner in plan.get("Plans", ()):
        yield from _scans(inner, partial, few=few or kind == "Limit")
