"""Event logs are valid, complete, tell one person from another and nobody's name."""

import csv
import json
import re
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree
from sqlmodel import select

from registration import database
from registration.exports import ocel, table, xes
from registration.exports.pseudonyms import Pseudonyms
from registration.models import Account, HistoryEntry, Message
from registration.operations import issue
from registration.operations.act import act
from registration.operations.issue import MadeSheet
from registration.queries.events import EventLog
from registration.queries.history import DaySpan
from registration.rules.chain import moment
from registration.rules.csv_text import safe
from registration.settings import Settings
from tests.fixtures.cases import PEOPLE, actor_of, individual, submitted
from tests.fixtures.database import SQLITE
from tests.fixtures.records import LIN, with_agencies

STANDARDS = Path(__file__).parents[2] / "standards"
KEY = b"k" * 32
WRITERS = (ocel, xes, table)
pytestmark = pytest.mark.parametrize("database_url", [SQLITE], indirect=True)


@pytest.fixture
def full(office: Settings, clock: datetime) -> datetime:
    """One case came to its licence, one was told to correct, one is with the agencies; the moment after it all."""
    lin, clerk = actor_of(LIN), actor_of("0318")
    licensed = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    act(licensed, "claim", actor=clerk, now=clock + timedelta(minutes=1))
    act(licensed, "approve", actor=clerk, now=clock + timedelta(minutes=2), opinion="符合法定形式")
    issued(now=clock + timedelta(minutes=3))
    told = submitted("individual", individual(trade="双溪另样"), registrar="330702", actor=lin, now=clock)
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(told, "request_correction", actor=clerk, now=clock + timedelta(minutes=4), items=[item])
    with_agencies(now=clock + timedelta(days=1))
    return clock + timedelta(days=2)


def issued(*, now: datetime) -> None:
    """What the worker does, but for the drawing of the sheets."""
    with database.reading() as session:
        message = session.exec(select(Message).where(Message.effect == "issue.licence")).one()
    case = message.application_id or 0
    sheets = issue.prepare(case, now=now)
    made = [
        MadeSheet(sheet.licence_id, f"{sheet.licence_id:064}", "key", 1, "sample", "design", "fonts")
        for sheet in sheets
    ]
    assert issue.record(message.id or 0, case, made, now=now)


def written(writer: Any, span: DaySpan = DaySpan(), **how: Any) -> str:  # noqa: B008
    out = StringIO(newline="")
    with database.reading() as session:
        count = writer.write(EventLog(session, span), Pseudonyms(how.pop("key", KEY), **how), out)
    assert count == events_in(writer, out)
    return out.getvalue()


def events_in(writer: Any, out: StringIO) -> int:
    text = out.getvalue()
    if writer is ocel:
        return len(json.loads(text)["events"])
    return text.count("<event>") if writer is xes else len(list(csv.reader(StringIO(text, newline="")))) - 1


def entries() -> list[HistoryEntry]:
    with database.reading() as session:
        return list(session.exec(select(HistoryEntry)).all())


def test_ocel_is_valid_and_every_name_in_it_is_declared_once(full: datetime) -> None:
    log = json.loads(written(ocel))
    schema = json.loads((STANDARDS / "ocel2.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(log)) == []
    types = {one["name"]: {key["name"] for key in one["attributes"]} for one in log["objectTypes"] + log["eventTypes"]}
    for one in log["events"] + log["objects"]:
        assert {key["name"] for key in one["attributes"]} <= types[one["type"]]
    objects = [one["id"] for one in log["objects"]]
    assert max(Counter(objects).values()) == 1
    assert max(Counter(one["id"] for one in log["events"]).values()) == 1
    linked = {link["objectId"] for one in log["events"] + log["objects"] for link in one["relationships"]}
    assert linked == set(objects)


def test_ocel_tells_what_each_event_is_about(full: datetime) -> None:
    log = json.loads(written(ocel))
    kinds = {one["id"]: one["type"] for one in log["objects"]}
    assert set(kinds.values()) == set(ocel.OBJECT_TYPES)
    by_type = {one["type"]: one for one in log["events"]}

    def about(tag: str) -> list[tuple[str, str]]:
        links = by_type[tag]["relationships"]
        return sorted({(kinds[link["objectId"]], link["qualifier"]) for link in links})

    assert about("application:claim") == [("application", "case"), ("officer", "by"), ("part", "part")]
    assert about("part:open") == [("application", "case"), ("part", "part")]
    assert about("application:print") == [("application", "case"), ("licence", "issues")]
    assert ("notice", "issues") in about("application:request_correction")
    licensed = next(one for one in log["objects"] if one["type"] == "application")
    states = [one["value"] for one in licensed["attributes"] if one["name"] == "state"]
    assert states[:4] == ["draft", "signing", "submitted", "under_examination"]
    assert states[-1] in ("licence_issued", "licence_prepared")


def test_xes_is_valid_and_its_traces_are_the_cases(full: datetime) -> None:
    schema = etree.XMLSchema(etree.parse(STANDARDS / "xes.xsd"))
    log = etree.fromstring(written(xes).encode())
    schema.assertValid(log)
    declared = {one.get("key") for one in log.iterfind("global[@scope='event']/*")}
    traces = log.findall("trace")
    assert len(traces) == 3
    for trace in traces:
        for event in trace.findall("event"):
            assert declared <= {one.get("key") for one in event}
        times = [one.get("value") for one in trace.iterfind("event/date")]
        assert times == sorted(times)
    assert {one.get("prefix") for one in log.iterfind("extension")} == {"concept", "lifecycle", "org", "time"}


def test_the_table_has_a_line_for_every_entry(full: datetime) -> None:
    rows = list(csv.DictReader(StringIO(written(table), newline="")))
    told = sorted((entry.tag, moment(entry.at), entry.role, entry.source, entry.target) for entry in entries())
    keys = ("activity", "timestamp", "role", "source", "target")
    assert sorted(tuple(row[key] for key in keys) for row in rows) == told
    assert {row["part"] for row in rows} >= {"", "organization_code", "national_tax"}


def test_nothing_in_a_log_leads_to_a_person(full: datetime) -> None:
    text = "".join(written(writer) for writer in WRITERS)
    with database.reading() as session:
        accounts = session.exec(select(Account)).all()
        told = {entry.actor for entry in entries()} - {"system"}
    private = {account.name for account in accounts} | {account.ref for account in accounts} | told
    private |= {word for name, number, _ in PEOPLE.values() for word in (name, number)}
    private |= {"HY-2026", "双溪", "门牌号", "符合法定形式", "example.cn"}
    # A short number of staff may lie in a pseudonym by chance.
    assert not [word for word in private if re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text)]


@pytest.mark.thorough
def test_pseudonyms_hold_within_a_log_and_with_the_same_key_alone(full: datetime) -> None:
    clerk = Pseudonyms(KEY).actor("staff:0318")
    acted = sum(entry.actor == "staff:0318" for entry in entries())
    for writer in WRITERS:
        text, other = written(writer), written(writer, key=b"l" * 32)
        assert text == written(writer)
        assert text.count(clerk) == acted + (writer is ocel)
        assert clerk not in other
        assert "HY-2026-000001" in written(writer, keep_refs=True)


def test_a_span_leaves_out_the_rest(full: datetime, clock: datetime) -> None:
    day = (clock + timedelta(days=1)).date()
    that_day = sum(entry.at >= clock + timedelta(days=1) for entry in entries())
    for writer in WRITERS:
        assert events_of(written(writer, DaySpan(first=day, last=day)), writer) == that_day > 0
        assert events_of(written(writer, DaySpan(registrar="330701")), writer) == 0
        assert written(writer, DaySpan(registrar="330784")) == written(writer, DaySpan(first=day))


def events_of(text: str, writer: Any) -> int:
    return events_in(writer, StringIO(text, newline=""))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1"])
def test_no_cell_is_a_formula(database_url: str, text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe("under_examination") == "under_examination"
