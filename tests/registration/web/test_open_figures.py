"""The live figures for everybody: each number is what the history says, or it is withheld."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import insert, select, text
from sqlmodel import col

from registration import clock, database
from registration.keys.account_names import login_key
from registration.models import Account, Application, HistoryEntry
from registration.queries import open_figures
from registration.rules.open_figures import COUNTS
from registration.rules.small_numbers import FEWEST
from tests.fixtures.scenes import prepared
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
# Ten o'clock at the office.
MONDAY = datetime(2026, 10, 26, 2, 0, tzinfo=UTC)
EARLY, LATE = MONDAY - timedelta(days=14), MONDAY - timedelta(days=4)
MONTH = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)
TODAY = datetime(2026, 10, 25, 16, 0, tzinfo=UTC)
A, B, C = "330702", "330703", "330784"
# (district, received, decided or None, how many)
CASES = (
    (A, EARLY, EARLY + timedelta(hours=5), 28),
    (A, EARLY, LATE, 6),
    (A, MONDAY - timedelta(hours=2), MONDAY - timedelta(hours=1), 7),
    (A, MONDAY - timedelta(hours=2), None, 6),
    (B, EARLY, EARLY + timedelta(hours=5), 17),
    (B, EARLY, LATE, 2),
    (B, LATE, None, 1),
    (C, EARLY, EARLY + timedelta(hours=5), 29),
    (C, LATE, None, 12),
    (C, MONTH - timedelta(days=9), MONTH - timedelta(days=8), 3),
)


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    open_figures.forget()


@pytest.fixture
def worked(desk_app: Flask) -> Iterator[None]:
    prepared("cases of three districts", remember)
    with clock.moved_to(MONDAY):
        yield


def remember() -> str:
    number = 2_000_000
    with database.transaction() as session:
        owner = session.scalars(select(col(Account.id)).where(col(Account.login) == login_key("lin@example.cn"))).one()
        for district, received, decided, many in CASES:
            for _ in range(many):
                number += 1
                moves = [("sign", "signing", "submitted", "signer", received)]
                moves.append(("claim", "submitted", "under_examination", "examiner", received + timedelta(minutes=1)))
                if decided is not None:
                    moves.append(("approve", "under_examination", "approved", "examiner", decided))
                session.execute(insert(Application), [case(number, owner, district, moves[-1][2], received)])
                session.execute(insert(HistoryEntry), [entry(number, seq, *one) for seq, one in enumerate(moves, 1)])
    return ""


def case(number: int, owner: int, district: str, state: str, at: datetime) -> dict[str, object]:
    same = {"matter": "establishment", "entity_type": "llc", "regime": "company_law_2024", "form": {}}
    own = {"id": number, "ref": f"HY-0000-{number}", "account_id": owner, "state": state, "district": district}
    times = dict.fromkeys(("submitted_at", "created_at", "updated_at"), at)
    return {**same, **own, **times, "registrar_code": "330702", "definition": "establishment@4"}


def entry(number: int, seq: int, action: str, source: str, target: str, role: str, at: datetime) -> dict[str, object]:
    move = {"tag": f"application:{action}", "source": source, "target": target, "role": role, "actor": "system"}
    return {"application_id": number, "seq": seq, "at": at, **move, "data": {}, "previous_hash": "", "hash": ""}


def counted() -> Counter[tuple[str, str, str]]:
    """(district, period, count) -> number, from the history alone; a promise is of three working days."""
    found = Counter[tuple[str, str, str]]()
    query = text(
        "SELECT a.district, a.state, min(CASE WHEN h.target = 'submitted' THEN h.seq END) AS came, "
        "max(CASE WHEN h.target = 'approved' THEN h.seq END) AS went, a.id "
        "FROM application a JOIN history_entry h ON h.application_id = a.id GROUP BY a.district, a.state, a.id"
    )
    with database.reading() as session:
        at = {(one.application_id, one.seq): one.at for one in session.scalars(select(HistoryEntry))}
        for district, state, came, went, number in session.execute(query):
            if state == "under_examination":
                found[district, "now", "waiting"] += 1
            for period, begin in (("month", MONTH), ("today", TODAY)):
                received, decided = at[number, came], at.get((number, went))
                found[district, period, "received"] += received >= begin
                if decided is not None and decided >= begin:
                    found[district, period, "decided"] += 1
                    found[district, period, "kept" if decided - received < timedelta(days=3) else "broken"] += 1
    return found


def test_every_figure_is_what_the_history_says(worked: None, visit: Visit) -> None:
    answer = visit().get("/figures.json").json
    expected = counted()
    total = Counter[tuple[str, str]]()
    for (_district, period, name), number in expected.items():
        total[period, name] += number
    city, districts = answer["city"], {one["key"]: one for one in answer["districts"]}
    assert answer["matters"][0] == {**city, "key": "establishment", "name": answer["matters"][0]["name"]}
    shown = hidden = 0
    for district in (A, B, C):
        for period, name in [(period, name) for period in ("today", "month") for name in COUNTS]:
            number, whole = districts[district][period][name], city[period][name]
            assert whole in (total[period, name], None)
            assert number in (expected[district, period, name], None)
            shown, hidden = shown + (number is not None), hidden + (number is None)
            assert number is None or not 0 < number < FEWEST
    assert shown > hidden
    assert (city["month"]["received"], city["month"]["decided"], city["waiting"]) == (108, 89, 19)
    assert [districts[one]["waiting"] for one in (A, B, C)] == [None, None, 12]
    assert districts[B]["month"]["broken"] is None
    assert districts[A]["month"]["received"] == 47


def test_page_and_table_show_the_same_and_name_nobody(worked: None, visit: Visit) -> None:
    page = visit().get("/figures")
    said = words(page)
    assert "不公开" in said
    assert page.text.count('<svg viewBox="0 0 400') == 6
    assert "withheld" in words(visit(lang="en").get("/figures"))
    assert not re.search(r"HY-0000|staff:", page.text)
    answer = visit().get("/figures/district-month.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["辖区", "收件", "办结", "按期", "超期"]
    assert rows[-1][:3] == ["全市", "108", "89"]
    assert next(row for row in rows if row[0] == "婺城区")[1] == "47"
    assert visit().get("/figures/none.csv").status_code == 404


def test_the_data_is_open_and_counted_once_in_a_while(worked: None, visit: Visit) -> None:
    first = visit().get("/figures.json")
    schema = visit().get("/figures.schema.json")
    Draft202012Validator(schema.json).validate(first.json)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    with database.transaction() as session:
        session.execute(text("UPDATE application SET district = :other WHERE district = :c"), {"other": B, "c": C})
    assert visit().get("/figures.json").json == first.json
    open_figures.forget()
    assert visit().get("/figures.json").json["districts"] != first.json["districts"]


def test_no_figure_reads_all_cases(worked: None) -> None:
    """On SQLite the plan is stable; the cases that wait and the moves of the month are found by an index."""
    with database.transaction() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("the planner of PostgreSQL scans small tables")
        session.execute(text("ANALYZE"))
        compiled = open_figures._waiting([A, "330701"]).compile(
            session.get_bind(), compile_kwargs={"literal_binds": True}
        )
        plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    assert "SCAN application" not in plan
    assert "application_inbox" in plan


def test_it_is_linked_from_the_start_and_from_the_lists(visit: Visit) -> None:
    for start in ("/", "/help", "/lists", "/lists/responsibility/establishment"):
        assert 'href="/figures"' in visit().get(start).text, start
