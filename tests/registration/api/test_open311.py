"""Open311 GeoReport v2 over voices: the fields of the specification, who reads what, and a city without it."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from registration import clock, database
from registration.api import open311
from registration.models import AuditEntry, VoiceEntry
from registration.operations import voices
from registration.operations.voices import VoiceData
from registration.queries.public_progress import check_word
from registration.rules.city import city
from tests.fixtures.cases import actor_of
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

database_url = sqlite_only
V2 = "/open311/v2"
# https://wiki.open311.org/GeoReport_v2/: the fields of each answer, in the order of its tables.
SERVICE = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE = {
    *("variable", "code", "datatype", "required", "datatype_description", "order", "description", "values"),
}
FILED = {"service_request_id", "service_notice", "account_id"}
REQUEST = {
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
}
GIVEN = {
    "service_code": "complaint",
    "attribute[registrar]": "330702",
    "description": "窗口<不收>材料",
    "phone": "13800000001",
}


@pytest.fixture
def key(program: Callable[[str], Program]) -> str:
    return program("0906").token


@pytest.fixture
def client(stranger: Program) -> FlaskClient:
    return stranger.client


def fields(element: ElementTree.Element) -> set[str]:
    return {one.tag for one in element}


def xml_of(client: FlaskClient, path: str, **given: Any) -> ElementTree.Element:
    answer = client.get(f"{V2}{path}", **given)
    assert answer.content_type == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.text)


def test_the_services_have_the_fields_of_the_specification(client: FlaskClient) -> None:
    services = client.get(f"{V2}/services.json?jurisdiction_id=330700").json or []
    assert [set(one) for one in services] == [SERVICE] * 4
    assert [(one["service_code"], one["type"], one["metadata"]) for one in services][2] == (
        "complaint",
        "realtime",
        True,
    )
    listed = xml_of(client, "/services.xml")
    assert (listed.tag, {one.tag for one in listed}, fields(listed[0])) == ("services", {"service"}, SERVICE)
    assert listed[0].findtext("metadata") == "true"
    defined = client.get(f"{V2}/services/complaint.json").json or {}
    assert set(defined) == {"service_code", "attributes"}
    assert [set(one) for one in defined["attributes"]] == [ATTRIBUTE] * 3
    assert {"key": "330702", "name": "金华市婺城区市场监督管理局"} in defined["attributes"][0]["values"]
    definition = xml_of(client, "/services/complaint.xml")
    assert (definition.tag, fields(definition)) == ("service_definition", {"service_code", "attributes"})
    assert fields(definition[1][0]) == ATTRIBUTE
    assert definition.findtext("attributes/attribute/values/value/key") == "330701"
    for unknown in ("/services/pothole.json", "/services.json?jurisdiction_id=city.gov", "/requests/SQ-2026-1.json"):
        refused = client.get(f"{V2}{unknown}")
        assert refused.status_code == 404
        assert [set(one) for one in refused.json or []] == [{"code", "description"}]


def test_the_hotline_files_and_follows_and_others_read_the_state_alone(client: FlaskClient, key: str) -> None:
    filed = client.post(f"{V2}/requests.json", data=GIVEN | {"api_key": key})
    assert filed.status_code == 201, filed.text
    (answer,) = filed.json or []
    ref = answer["service_request_id"]
    assert set(answer) == FILED
    assert check_word(ref) in answer["service_notice"]
    voices.answer(ref, words="马上改正。", actor=actor_of("0320"), now=clock.now())
    (own,) = client.get(f"{V2}/requests/{ref}.json?api_key={key}").json or []
    assert set(own) == REQUEST
    assert (own["status"], own["description"], own["status_notes"]) == ("closed", "窗口<不收>材料", "马上改正。")
    assert own["requested_datetime"].endswith("Z")
    (public,) = client.get(f"{V2}/requests.json?service_request_id={ref}").json or []
    assert set(public) == REQUEST
    assert (public["status"], public["description"], public["status_notes"]) == ("closed", None, None)
    listed = xml_of(client, f"/requests/{ref}.xml", headers={"Authorization": f"Bearer {key}"})
    assert (listed.tag, listed[0].tag, fields(listed[0])) == ("service_requests", "request", REQUEST)
    assert listed.findtext("request/description") == "窗口<不收>材料"
    assert "13800000001" not in ElementTree.tostring(listed, encoding="unicode")
    with database.reading() as session:
        steps = session.exec(select(VoiceEntry.step, VoiceEntry.by).order_by(col(VoiceEntry.id))).all()
        looks = session.exec(select(AuditEntry.result).where(AuditEntry.tag == "voice:look_up")).all()
    assert steps[0] == ("file_by_hotline", "staff:0906")
    assert looks == ["done", "done"]


def test_refusals_have_its_form(
    client: FlaskClient, key: str, program: Callable[[str], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("", "guessed", program("0318").token):
        refused = client.post(f"{V2}/requests.json", data=GIVEN | {"api_key": wrong})
        assert refused.status_code == 403
        assert [one["code"] for one in refused.json or []] == [403]
    bare = client.post(f"{V2}/requests.xml", data={"service_code": "question", "api_key": key})
    errors = ElementTree.fromstring(bare.text)
    assert (bare.status_code, errors.tag, [fields(one) for one in errors]) == (
        400,
        "errors",
        [{"code", "description"}] * 2,
    )
    assert client.get(f"{V2}/requests.json").status_code == 400
    # What somebody wrote without the hotline is not there for anybody.
    other = voices.file(VoiceData("question", "330702", "要带什么？"), now=clock.now())
    for more in ("", f"?api_key={key}"):
        assert client.get(f"{V2}/requests/{other}.json{more}").status_code == 404
    without = replace(city(), about=city().about.model_copy(update={"open311": False}))
    monkeypatch.setattr(open311, "city", lambda: without)
    assert client.get(f"{V2}/services.json").status_code == 404
    assert client.post(f"{V2}/requests.json", data=GIVEN).status_code == 404
