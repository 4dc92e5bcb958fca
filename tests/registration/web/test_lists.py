"""The lists of powers and responsibilities: whole for every table, made from it, with figures that name nobody."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import Engine, text
from sqlmodel import col, select

from registration import clock, database
from registration.app import create_app
from registration.matters import current, definition_of, matters
from registration.models import Application, HistoryEntry, Notice
from registration.operations.act import act
from registration.queries import public_figures
from registration.rules.duties import duty_rows
from registration.rules.norms import is_citation
from registration.rules.power_items import ListedFigures
from registration.rules.small_numbers import FEWEST
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, WINDOW, file_in, opened
from tests.fixtures.past_cases import remember
from tests.fixtures.scenes import prepared
from tests.fixtures.tables import forget_tables, own_tables, write_version
from tests.fixtures.tutorial import MATTER, write_matter
from tests.fixtures.visitor import Visitor, words

__all__ = ["own_tables"]

Visit = Callable[..., Visitor]
MONDAY = datetime(2026, 10, 26, 2, 0, tzinfo=UTC)
ITEM, DUTIES = "/lists/power/establishment", "/lists/responsibility/establishment"
PAGES = ("/lists", ITEM, f"{ITEM}/versions", DUTIES, f"{DUTIES}?period=year", "/lists/complaints")
RECORDS = {
    "/lists/power/establishment.json": "/lists/power.schema.json",
    "/lists/responsibility/establishment.json": "/lists/responsibility.schema.json",
}


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    public_figures.forget()


@pytest.fixture
def worked(desk_app: Flask) -> None:
    """Three weeks of simulated cases in October, and a case that the window did not accept on the last Monday."""

    def make() -> str:
        remember(now=MONDAY, arrivals=4.0)
        with clock.moved_to(MONDAY):
            ref = file_in()
            reason = "登记机关不受理此类申请"
            act(ref, "refuse_scope", actor=actor_of(WINDOW), now=MONDAY, reason=reason, competent_body="样例局")
            file_in(trade="望津样例", claimed_by=CLERK)
        return ref

    prepared("three weeks of cases and a refusal", make)


@pytest.fixture
def with_own_matter(database_url: str, own_tables: Path, settings: Settings, database: Engine) -> Flask:
    write_matter(own_tables)
    opened(settings, now=clock.now())
    return create_app(settings)


def record(visitor: Visitor, path: str) -> dict[str, Any]:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    found: dict[str, Any] = json.loads(answer.text)
    return found


def assert_whole(item: dict[str, Any], matter: str) -> None:
    table = definition_of(current(matter, chosen={}) or "")
    assert item["checksum"] == table.content_hash
    assert item["definition"] == f"{matter}@{table.version}"
    for name in ("code", "body", "basis", "applies_to", "conditions", "steps", "limits", "results", "levels"):
        assert item[name], name
    usual = [step["step"] for step in item["steps"] if step["usual"]]
    assert usual[0] == table.start
    assert table.states[usual[-1]].kind == "final"
    for step in item["steps"]:
        state = table.states[step["step"]]
        assert step["name"]["zh"] == state.label["zh"]
        assert step["limit"] == (str(state.within) if state.within else None)
        roles = [table.roles[role]["en"] for role in state.holder]
        assert not roles or [one["en"] for one in step["roles"]] == roles
    assert {one["key"] for one in item["applies_to"]} >= {"individual"}
    assert item["limits"][0]["promised"] == str(table.clock[item["limits"][0]["regime"]].limit)


def test_every_table_gives_a_whole_item(with_own_matter: Flask) -> None:
    stranger = Visitor(with_own_matter)
    assert set(matters()) > {"establishment", MATTER}
    schema = record(stranger, "/lists/power.schema.json")
    for matter in matters():
        item = record(stranger, f"/lists/power/{matter}.json")
        Draft202012Validator(schema).validate(item)
        assert_whole(item, matter)
        assert stranger.get(f"/lists/power/{matter}").status_code == 200
        duties = record(stranger, f"/lists/responsibility/{matter}.json")
        Draft202012Validator(record(stranger, "/lists/responsibility.schema.json")).validate(duties)
        assert any(rule["key"] == "in_time" for step in duties["steps"] for rule in step["duties"])
        assert all(step["roles"] for step in duties["steps"])
    listed = record(stranger, "/lists/power.json")["items"]
    assert [one["matter"] for one in listed] == list(matters())
    own = record(stranger, f"/lists/power/{MATTER}.json")
    assert any("声明作废" in one["zh"] for one in own["conditions"])
    assert [one["zh"] for one in own["results"]] == ["决定书"]


def test_a_changed_table_changes_the_list(with_own_matter: Flask, own_tables: Path) -> None:
    stranger = Visitor(with_own_matter)
    before = record(stranger, f"/lists/power/{MATTER}.json")
    path = own_tables / MATTER / "workflow@1.yaml"
    changed = path.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
    office = next(step for step in before["steps"] if step["with_office"])
    changed = changed.replace(f"zh: {office['name']['zh']}", "zh: 新的环节名", 1)
    changed = re.sub(r"limit: \d+wd", "limit: 2wd", changed)
    (own_tables / MATTER / "workflow@2.yaml").write_text(changed, encoding="utf-8")
    forget_tables()
    after = record(stranger, f"/lists/power/{MATTER}.json")
    assert (before["version"], after["version"]) == (1, 2)
    assert before["checksum"] != after["checksum"]
    assert "新的环节名" in [step["name"]["zh"] for step in after["steps"]]
    assert {one["promised"] for one in after["limits"]} == {"2wd"}
    said = words(stranger.get(f"/lists/power/{MATTER}/versions"))
    assert "由3个工作日改为2个工作日" in said
    assert "新的环节名" in said


def test_the_versions_say_what_changed_in_words(visit: Visit) -> None:
    for lang, expected in (("zh", "报告“不是本人”"), ("en", "Report “this is not me”")):
        page = words(visit(lang=lang).get(f"{ITEM}/versions"))
        assert expected in page
        assert "misuse_is_settled" not in page


def test_the_figures_are_those_of_the_history(worked: None, visit: Visit) -> None:
    with clock.moved_to(MONDAY), database.reading() as session:
        found = record(visit(), "/lists/responsibility/establishment.json?period=year")
        came, went = set[int](), dict[int, int]()
        codes = dict(session.execute(select(col(Application.id), col(Application.registrar_code))).all())
        for entry in session.exec(select(HistoryEntry).order_by(col(HistoryEntry.id))):
            if entry.target == "submitted" and entry.source != "submitted":
                came.add(entry.application_id)
            if entry.target in ("approved", "rejected", "not_accepted"):
                went[entry.application_id] = entry.seq
        notices = session.execute(text("SELECT count(*) FROM notice")).scalar_one() if went else 0
        asked = len([one for one in session.exec(select(Notice)) if one.application_id in went])

    city, *registrars = found["figures"]
    assert (city["registrar"], city["received"], city["decided"]) == (None, len(came), len(went))
    assert asked <= notices
    assert city["corrections"] == round(asked / len(went), 1)
    assert 0 < city["median_hours"] <= city["likely_hours"]
    assert 0 < city["on_time"] <= 1
    by_code = {one["registrar"]: one for one in registrars}
    decided = Counter(codes[case] for case in went)
    for code, number in decided.items():
        shown = by_code[code]["decided"]
        assert shown == number if number >= FEWEST else shown is None


def test_few_cases_are_not_told(worked: None, visit: Visit) -> None:
    with clock.moved_to(MONDAY):
        found = record(visit(), "/lists/responsibility/establishment.json?period=year")
        page = words(visit().get(f"{DUTIES}?period=year"))
        english = words(visit(lang="en").get(f"{DUTIES}?period=year"))
    city = found["figures"][0]
    assert [one["cases"] for one in city["refusals"]] == [None]
    assert "少于5件" in page
    assert "fewer than 5 cases" in english
    assert "withheld" in english
    numbers = [row[name] for row in found["figures"] for name in ("received", "decided", "ratings", "complaints")]
    assert not [one for one in numbers if one is not None and 0 < one < FEWEST]


def figures_of(registrar: str | None, **more: Any) -> ListedFigures:
    empty = dict.fromkeys(ListedFigures.model_fields) | {"refusals": ()}
    counted = dict.fromkeys(("received", "decided", "ratings", "complaints"), 0)
    return ListedFigures(**empty | counted | {"registrar": registrar} | more)


def test_a_hidden_number_cannot_be_computed_and_nothing_beside_it_tells_of_it() -> None:
    ground = {"code": "R01", "name": {"zh": "理由", "en": "Ground"}}
    rows = public_figures._published(
        [
            figures_of(None, received=51, decided=50, median_hours=4.0, refusals=({**ground, "cases": 18},)),
            figures_of("1", received=40, decided=40, on_time=0.9, refusals=({**ground, "cases": 16},)),
            figures_of("2", received=2, decided=7, median_hours=5.0, on_time=1.0, corrections=0.4),
            figures_of("3", received=9, decided=3, refusals=({**ground, "cases": 2},)),
            figures_of("4"),
        ]
    )
    assert [one.received for one in rows] == [51, 40, None, None, 0]
    assert [one.decided for one in rows] == [50, 40, None, None, 0]
    assert [(one.median_hours, one.on_time, one.corrections) for one in rows[2:4]] == [(None,) * 3] * 2
    assert (rows[0].median_hours, rows[1].on_time) == (4.0, 0.9)
    assert [[ground.cases for ground in one.refusals] for one in rows] == [[18], [None], [], [None], []]


def test_the_figures_are_counted_once_for_some_minutes(worked: None, visit: Visit) -> None:
    with clock.moved_to(MONDAY):
        first = record(visit(), "/lists/responsibility/establishment.json")
        file_in(trade="江岸样例")
        assert record(visit(), "/lists/responsibility/establishment.json")["figures"] == first["figures"]
        public_figures.forget()
        again = record(visit(), "/lists/responsibility/establishment.json")
    assert again["figures"][0]["received"] == first["figures"][0]["received"] + 1


def test_nobody_is_named(worked: None, visit: Visit) -> None:
    with clock.moved_to(MONDAY), database.reading() as session:
        refs = list(session.exec(select(Application.ref)))
        for path in (*PAGES, *RECORDS):
            said = visit().get(path).text
            assert not [ref for ref in refs if ref in said], path
            assert not re.search(r"staff:|[1-9]\d{16}[\dX]", said), path
            assert f">{CLERK}" not in said, path


def test_records_follow_their_schemas_and_may_be_read_elsewhere(visit: Visit) -> None:
    for path, schema in RECORDS.items():
        answer = visit().get(schema)
        assert answer.mimetype == "application/schema+json"
        Draft202012Validator.check_schema(answer.json)
        Draft202012Validator(answer.json).validate(record(visit(), path))
        assert visit().get(path).headers["Access-Control-Allow-Origin"] == "*"
    drawn = visit().get("/lists/power/establishment.svg")
    assert (drawn.mimetype, drawn.text[:4]) == ("image/svg+xml", "<svg")


def test_anybody_finds_an_item_and_how_to_complain_in_three_clicks(visit: Visit) -> None:
    stranger = visit()
    for start in ("/", "/help"):
        assert 'href="/lists"' in stranger.get(start).text
    assert f'href="{ITEM}"' in stranger.get("/lists").text
    assert 'href="/lists/complaints"' in stranger.get(ITEM).text
    assert 'href="/lists/complaints"' in stranger.get(DUTIES).text
    assert "5个工作日内答复" in words(stranger.get("/lists/complaints"))
    assert f'href="{ITEM}"' in stranger.get("/lists?q=章程").text
    nothing = stranger.get("/lists?q=不存在的词")
    assert f'href="{ITEM}"' not in nothing.text
    assert "请换一个词" in words(nothing)


def test_three_clicks_lead_from_what_is_owed_to_how_to_complain(visit: Visit) -> None:
    """As somebody with a telephone goes: by the words of the links, each of which is on the page before."""
    stranger = visit()
    page = stranger.get("/")
    expected = (
        ("政务公开", ("能做什么", "承诺3个工作日")),
        ("设立登记：谁负责，办得怎么样", ("谁负责什么", "不得要求", "办得怎么样", "按期办结")),
        ("怎样投诉", ("5个工作日内答复", "市民热线")),
    )
    for link, wanted in expected:
        page = stranger.get(address_of(page, link))
        assert all(one in words(page) for one in wanted), link


def address_of(page: Any, link: str) -> str:
    """Where the first link with these words leads."""
    for address, inside in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL):
        if re.sub(r"<[^>]+>", "", inside).strip() == link:
            return unescape(address)
    raise AssertionError(f"no link says {link}")


def test_what_is_not_there_is_not_found(visit: Visit) -> None:
    for path in ("power/none", "power/none.json", "power/none.svg", "power/none/versions", "responsibility/none"):
        assert visit().get(f"/lists/{path}").status_code == 404, path


def test_too_many_requests_are_refused(visit: Visit) -> None:
    stranger = visit()
    answers = {stranger.get("/lists/power.schema.json").status_code for _ in range(61)}
    assert answers == {200, 429}


def test_another_version_is_not_the_usual_one_where_a_matter_is_shipped(
    with_own_matter: Flask, own_tables: Path
) -> None:
    write_version(own_tables, 5)
    forget_tables()
    item = record(Visitor(with_own_matter), "/lists/power/establishment.json")
    assert item["definition"] == "establishment@4"


def test_every_rule_for_all_matters_cites_law_that_is_on_record() -> None:
    rows = duty_rows()
    cited = [row.law for row in rows.duties.values()]
    cited += [row.law for part in (rows.must_not, rows.consequences) for row in part.values()]
    assert all(cited)
    assert all(is_citation(one) for law in cited for one in law)
