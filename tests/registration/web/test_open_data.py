"""Open data: whole files once a day, described and signed, with nothing in them that no law publishes."""

import base64
import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from sqlalchemy import insert
from sqlmodel import select

from certificates.credentials import jose
from registration import clock, database, tasks
from registration.gateways.storage import FolderStorage
from registration.keys import log as log_keys
from registration.models import Entity, EntityFact, Message, OpenDataExtract, OpenDataPart
from registration.operations import open_data, sweeps
from registration.queries import open_data as known
from registration.rules import open_data as rules
from registration.rules import open_data_parquet
from registration.rules.tree_heads import public_jwk
from registration.settings import Settings
from tests.fixtures.cases import person
from tests.fixtures.licences import sheets
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
FILES = [f"{key}.{form}" for key in rules.open_data().datasets for form in ("csv", "jsonl")]
FORMULA = '=HYPERLINK("http://evil.example","x")'
# Names of persons whom no law publishes, by the item in which they are.
PLANTED: dict[str, Any] = {
    "finance_officer": {"name": "欧阳财务"},
    "liaison": {"name": "司马联络"},
    "recipient": {"name": "诸葛接收"},
    "family": ["上官家人"],
    "members": [{"name": "端木社员", "kind": "natural"}],
    "residences": [{"name": "苏知禾", "address": "样例路隐秘里7号"}],
}


@pytest.fixture(autouse=True)
def _without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed."""
    monkeypatch.setattr(open_data_parquet, "is_installed", lambda: False)


def extracted() -> None:
    """The extract of today, of what was recorded up to now."""
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        assert not sweeps.order_open_data(now=clock.now())
        work_off()


def planted(code: str, values: dict[str, Any]) -> None:
    """A further version of each item, in the clear, whether a law publishes it or not."""
    with database.transaction() as session:
        entity = session.exec(select(Entity).where(Entity.code == code)).one()
        now = clock.now()
        same = {"entity_id": entity.id, "version": 7, "cause": "correct", "application_id": entity.application_id}
        days = {"valid_on": clock.local_date(now), "valid_from": now}
        session.execute(
            insert(EntityFact), [{**same, **days, "item": item, "value": one} for item, one in values.items()]
        )


def rows_of(visit: Visit, dataset: str) -> list[dict[str, Any]]:
    return list(map(json.loads, visit().get(f"/open-data/{dataset}.jsonl").get_data().decode().splitlines()))


def test_before_the_first_extract_the_page_says_so(visit: Visit) -> None:
    assert "数据还没有制作过" in words(visit().get("/open-data"))
    assert visit().get("/open-data/register.csv").status_code == 404
    assert visit().get("/open-data/manifest.json").status_code == 404
    assert "dcat:distribution" in visit().get("/open-data/catalog.jsonld").get_data(as_text=True)


def test_every_file_is_what_the_signed_manifest_says(visit: Visit, ref: str, settings: Settings) -> None:
    extracted()
    visitor = visit()
    manifest = visitor.get("/open-data/manifest.json")
    signed = visitor.get("/open-data/manifest.jws").get_data(as_text=True)
    key = log_keys.signing_key(settings).public_key()
    protected, payload, signature = signed.split(".")
    assert base64.urlsafe_b64decode(payload + "==") == manifest.get_data()
    jose.verify(jose.from_b64url(signature), f"{protected}.{payload}".encode(), key)
    with pytest.raises(InvalidSignature):
        jose.verify(jose.from_b64url(signature), f"{protected}.{payload}x".encode(), key)
    assert json.loads(jose.from_b64url(protected)) == {
        "alg": "ES256",
        "kid": public_jwk(key)["kid"],
        "typ": "heyi-open-data",
    }
    assert [one["name"] for one in manifest.json["files"]] == FILES
    page = words(visitor.get("/open-data"))
    catalogue = json.dumps(visitor.get("/open-data/catalog.jsonld").json)
    for one in manifest.json["files"]:
        content = visitor.get(f"/open-data/{one['name']}").get_data()
        assert (len(content), sha256(content).hexdigest()) == (one["bytes"], one["sha256"]), one
        assert one["sha256"] in page
        assert one["sha256"] in catalogue
        lines = content.decode("utf-8-sig")
        is_csv = one["name"].endswith(".csv")
        counted = len(list(csv.reader(io.StringIO(lines)))) - 1 if is_csv else len(lines.splitlines())
        assert counted == one["rows"] > 0, one
        assert content.startswith(b"\xef\xbb\xbf") == is_csv


def test_the_descriptions_fit_the_files(visit: Visit, ref: str) -> None:
    extracted()
    for dataset, row in rules.open_data().datasets.items():
        package = visit().get(f"/open-data/{dataset}/datapackage.json").json
        sheet, lines = package["resources"]
        head = next(csv.reader(io.StringIO(visit().get(f"/open-data/{dataset}.csv").get_data().decode("utf-8-sig"))))
        assert head == [one["name"] for one in sheet["schema"]["fields"]] == list(row.columns)
        kinds = {"string": str, "integer": int, "date": str, "datetime": str, "object": dict, "array": list}
        for line in rows_of(visit, dataset):
            for field in lines["schema"]["fields"]:
                value = line[field["name"]]
                assert value is None or isinstance(value, kinds.get(field["type"], object)), (dataset, field, value)
        keys = [tuple(line[one] for one in row.key) for line in rows_of(visit, dataset)]
        assert len(set(keys)) == len(keys)
    catalogue = visit().get("/open-data/catalog.jsonld")
    assert catalogue.mimetype == "application/ld+json"
    assert catalogue.headers["Access-Control-Allow-Origin"] == "*"
    assert all(one["dct:license"]["@id"].startswith("https://") for one in catalogue.json["dcat:dataset"])
    assert catalogue.json["dct:publisher"]["foaf:name"][0]["@value"] == "金华市"


def test_no_file_has_what_no_law_publishes(visit: Visit, ref: str) -> None:
    code = sheets(ref)[0].code
    planted(code, PLANTED)
    extracted()
    mine = person("p1")
    hidden = [mine["id_no"], mine["mobile"], mine["email"], "样例路1号", "82000000", "隐秘里", ref, "staff:"]
    hidden += ["欧阳财务", "司马联络", "诸葛接收", "上官家人", "端木社员"]
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        texts = {name: visit().get(f"/open-data/{name}").get_data(as_text=True) for name in FILES}
        texts["changes"] = visit().get("/open-data/changes.jsonl").get_data(as_text=True)
    found = [(name, word) for name, text in texts.items() for word in hidden if word in text]
    assert not found
    # What a law publishes is there, so that the search means something.
    for name in ("register.csv", "register.jsonl", "register-changes.csv", "register-changes.jsonl", "changes"):
        assert code in texts[name]
        assert "苏知禾" in texts[name], name


def test_with_pyarrow_each_dataset_is_a_parquet_file_too(
    visit: Visit, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(open_data_parquet, "is_installed", lambda: True)
    monkeypatch.setattr("registration.tasks.open_data.PIECE", 1000)
    extracted()
    with database.reading() as session:
        assert len((session.exec(select(OpenDataExtract)).one().parquet or {})["register-changes"]) > 1
    files = {one["name"]: one for one in visit().get("/open-data/manifest.json").json["files"]}
    catalogue = json.dumps(visit().get("/open-data/catalog.jsonld").json)
    kinds = {"integer": "int64", "date": "date32[day]", "datetime": "timestamp[us, tz=UTC]"}
    for dataset, row in rules.open_data().datasets.items():
        answer = visit().get(f"/open-data/{dataset}.parquet")
        content, named = answer.get_data(), files[f"{dataset}.parquet"]
        assert (len(content), sha256(content).hexdigest()) == (named["bytes"], named["sha256"]), dataset
        assert (answer.content_type, named["sha256"] in catalogue) == ("application/vnd.apache.parquet", True)
        table = parquet.read_table(io.BytesIO(content))
        assert [str(one) for one in table.schema.types] == [
            kinds.get(one.type, "string") for one in row.columns.values()
        ]
        expected = [str(line[row.key[0]]) for line in rows_of(visit, dataset)]
        assert [str(one) for one in table.column(row.key[0]).to_pylist()] == expected, dataset
        assert named["rows"] == len(expected) > 0
    assert "Parquet" in words(visit().get("/open-data"))


def test_no_cell_is_computed_by_a_spreadsheet(visit: Visit, ref: str) -> None:
    code = sheets(ref)[0].code
    planted(code, {"name": FORMULA})
    extracted()
    for name in ("register.csv", "register-changes.csv"):
        cells = [one for row in csv.reader(io.StringIO(visit().get(f"/open-data/{name}").text)) for one in row]
        assert f"'{FORMULA}" in cells
        assert FORMULA not in cells
    assert FORMULA in {row["name"] for row in rows_of(visit, "register")}


def test_changes_continue_after_a_cursor_and_wait_until_they_are_settled(
    visit: Visit, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.web.open_data.MOST_CHANGES", 2)
    issued_at = sheets(ref)[0].issued_at
    assert issued_at is not None
    with clock.moved_to(issued_at + timedelta(minutes=1)):
        assert visit().get("/open-data/changes.jsonl").get_data() == b""
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        found, after = list[dict[str, Any]](), "/open-data/changes.jsonl"
        while True:
            answer = visit().get(after)
            rows = list(map(json.loads, answer.get_data(as_text=True).splitlines()))
            if not rows:
                break
            found += rows
            after = "/open-data/" + answer.headers["Link"].partition(">")[0].partition("/open-data/")[2]
        assert [one["cursor"] for one in found] == sorted({one["cursor"] for one in found})
        assert {"name", "representative", "state"} <= {one["item"] for one in found}
        extracted()
        assert found == rows_of(visit, "register-changes")
        refused = visit().get("/open-data/changes.jsonl?after=x")
        assert refused.status_code == 422


def test_a_part_that_fails_loses_nothing_and_the_extract_goes_on(
    visit: Visit, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is away at the second part: the message stays with its error, and later the rest is made."""
    monkeypatch.setattr(known, "VERSIONS", 3)
    put, calls = FolderStorage.put, list[str]()

    def full(self: FolderStorage, key: str, content: bytes) -> bool:
        calls.append(key)
        if len(calls) == 5:
            raise OSError("the disk is full")
        return put(self, key, content)

    monkeypatch.setattr(FolderStorage, "put", full)
    extracted()
    with database.reading() as session:
        stopped = session.exec(select(Message).where(Message.effect == known.EFFECT)).one()
        parts = len(session.exec(select(OpenDataPart)).all())
        assert "the disk is full" in (stopped.last_error or "")
    assert parts == 2
    assert "数据还没有制作过" in words(visit().get("/open-data"))
    tasks.work_on(stopped.id)
    work_off()
    with database.reading() as session:
        made = session.exec(select(OpenDataPart).where(OpenDataPart.dataset == rules.CHANGES)).all()
        extract = session.exec(select(OpenDataExtract)).one()
    assert len(made) > 2
    assert extract.published_at is not None
    assert visit().get("/open-data/register-changes.csv").text.count("cursor") == 1


def test_one_a_day_in_the_evening_and_what_is_the_same_is_stored_once(visit: Visit, ref: str) -> None:
    def evening(day: date, hour: int) -> datetime:
        return clock.begins(day) + timedelta(hours=hour)

    day = clock.local_date(clock.now()) + timedelta(days=1)
    assert open_data.begin_daily(now=evening(day, 3))
    assert not open_data.begin_daily(now=evening(day, 23))
    assert not open_data.begin_daily(now=evening(day + timedelta(days=1), 3))
    assert open_data.begin_daily(now=evening(day + timedelta(days=1), open_data.HOUR))
    assert open_data.begin_daily(now=evening(day + timedelta(days=5), 1))
    work_off()
    with database.reading() as session:
        parts = session.exec(select(OpenDataPart).where(OpenDataPart.dataset == "register")).all()
    assert (len(parts), len({one.csv_key for one in parts})) == (3, 1)


def test_it_is_linked_from_the_start_and_from_the_lists(visit: Visit) -> None:
    for start in ("/", "/help", "/lists"):
        assert 'href="/open-data"' in visit().get(start).text, start
