"""A portal and an office behind GovStack's information mediator, from the first file to the figures."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import col, func, select

from registration import clock, database
from registration.app import create_app
from registration.cli.processes import require_prepared
from registration.database import schema
from registration.gateways.storage import storage
from registration.models import Application, AuditEntry, HistoryEntry, Material, StagedDocument
from registration.operations import sweeps
from registration.rules.govstack import GovStackError
from registration.runtime import govstack_checks
from registration.settings import Settings
from tests.fixtures.cases import actor_of, drafted, file_of, nameless, sign_all
from tests.fixtures.database import sqlite_only
from tests.fixtures.govstack import (
    DESK,
    DIRECTORS,
    FILE,
    PICTURE,
    PORTAL,
    SHOP,
    Mediator,
    an_office,
    check,
    switched_on,
)
from tests.fixtures.office import LIN

database_url = sqlite_only


@pytest.fixture
def app(
    database_url: str, settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Flask]:
    app, put_back = an_office(switched_on(monkeypatch, tmp_path), now=clock.now())
    yield app
    put_back()


def as_sent(form: dict[str, Any], **more: Any) -> dict[str, Any]:
    sections = {key: {"items": value} if isinstance(value, list) else value for key, value in form.items()}
    given = {"applicantId": "urn:person:7", "applicationName": "Shop", "formData": {"data": sections, "eFormId": SHOP}}
    return {"json": given | more}


def count(model: Any) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def task_of(send: Mediator, ref: str) -> str:
    (row,) = check(send("GET", f"/tasks?fileId={ref}"), "tasks")
    return str(row["taskId"])


def done(send: Mediator, ref: str, action: str = "", **inputs: Any) -> str:
    """Completes the present task of a case, and returns the status of the case."""
    data = {"data": {action: inputs} if action else {}}
    answer = send("POST", f"/tasks/{task_of(send, ref)}/complete", json=data)
    status: str = check(answer, "completed")["status"]["code"]
    return status


def test_a_file_goes_from_the_portal_to_the_figures(app: Flask) -> None:
    portal, desk, director = (Mediator(app, name) for name in (PORTAL, DESK, DIRECTORS))
    bare = check(portal("POST", f"/services/{SHOP}/applications", **as_sent(nameless())), "file")["fileId"]
    told = check(portal("GET", f"/tasks/{task_of(portal, bare)}"), "task")
    assert told["description"] == "Documents are missing; please upload them first"
    kinds = [one.need.kind for one in file_of(bare, actor=actor_of(LIN), now=clock.now()).needs if one.need.required]
    urls = []
    for kind in kinds:
        answer = portal("POST", f"/documents?additionalMetadata={kind}", data={"file": PICTURE})
        urls.append(check(answer, "uploaded")["url"])
    assert b"PNG" not in staged_content()
    sent = as_sent(nameless(), documentUrls=urls)
    shown = check(portal("POST", f"/services/{SHOP}/applications", **sent), "file")
    ref = shown["fileId"]
    # Sent twice each time: two files for two bodies, and nothing that waits without a case.
    assert (count(Application), shown["status"]["code"], shown["applicationData"]["applicantId"]) == (
        2,
        "PENDING",
        "urn:person:7",
    )
    assert len(shown["applicationData"]["documentUrls"]) == len(kinds)
    assert [one["fileId"] for one in portal("GET", "/applications?applicantId=urn:person:7&sortOrder=asc").json] == [
        bare,
        ref,
    ]
    assert desk("GET", "/applications").json == [], "the office reads no draft"
    sign_all(ref, actor=actor_of(LIN), now=clock.now(), requested=True)
    assert done(desk, ref) == "PENDING"
    item = {
        "target": "section.domicile",
        "reason_code": "S08",
        "problem": "门牌号不全",
        "remedy": "补全门牌号",
    }
    assert done(desk, ref, "request_correction", items=[item]) == "SENDBACK"
    corrected = nameless()["domicile"] | {"street": "样例街道双溪路18号"}
    changed = check(portal("PUT", f"/applications/{ref}", **as_sent({"domicile": corrected})), "file")
    assert changed["applicationData"]["formData"]["data"]["domicile"]["street"] == "样例街道双溪路18号"
    refused = portal("PUT", f"/applications/{ref}", **as_sent({"people": nameless()["people"]}))
    assert (refused.status_code, check(refused, "error")["code"]) == (409, "action_refused")
    sign_all(ref, actor=actor_of(LIN), now=clock.now(), requested=True)
    assert done(desk, ref) == "PENDING"
    assert done(desk, ref, "approve", opinion="符合规定") == "APPROVED"
    (figures,) = check(director("GET", f"/data/statistics/1.0?registrationName={SHOP}"), "figures")
    assert [figures[key] for key in ("processed", "approved", "sentBack", "rejected")] == [2, 1, 1, 0]
    noted = audit_of(PORTAL)
    assert {"submit", "hand_in", "change_application", "show_task", "list_applications"} <= noted


def test_a_task_is_completed_once(app: Flask) -> None:
    portal = Mediator(app, PORTAL)
    ref = drafted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    first, steps = task_of(portal, ref), count(HistoryEntry)
    assert done(portal, ref) == "PENDING"
    assert count(HistoryEntry) == steps + 1
    over = portal("POST", f"/tasks/{first}/complete", json={"data": {"withdraw": {}}})
    assert (over.status_code, check(over, "error")["code"]) == (409, "task_over")
    assert count(HistoryEntry) == steps + 1


def test_what_is_wrong_is_named_and_nothing_is_kept(app: Flask) -> None:
    portal = Mediator(app, PORTAL)
    faulty = as_sent({"people": [nameless()["people"][0] | {"id_no": "1"}]})
    for given, words in (
        (faulty, "people.0.id_no"),
        (as_sent({"nothing": {"a": 1}}), "nothing"),
        (as_sent({}, documentUrls=["https://elsewhere.example/a.pdf"]), "POST /documents"),
        ({"data": b"{", "content_type": "application/json"}, "JSON"),
        ({}, "applicantId"),
    ):
        answer = portal("POST", f"/services/{SHOP}/applications", **given)
        assert answer.status_code == 400, answer.text
        assert words in check(answer, "error")["message"], answer.text
    for path in ("?sortBy=colour", "?maxResult=101", "?firstResult=-1", "?sortOrder=up"):
        assert portal("GET", f"/applications{path}").status_code == 400
    for data, words in (
        (b"GIF89a\x00", "plain text"),
        ("\U0001f600".encode(), "U+1F600"),
        (b"x\n" * 2001, "2000 lines"),
    ):
        refused = portal("POST", "/documents", data={"file": b64encode(data).decode()})
        assert refused.status_code == 400, refused.text
        assert words in check(refused, "error")["message"]
    assert (count(StagedDocument), count(Application)) == (0, 0)


def test_a_plain_text_is_a_pdf_with_the_text_attached(app: Flask, settings: Settings) -> None:
    portal, text = Mediator(app, PORTAL), "经营场所说明\n\t三楼\n".encode()
    # Once: a file that is sent is read to its end.
    portal.twice = False
    shown = check(portal("POST", "/documents", data={"file": (BytesIO(text), "../说明.txt")}), "uploaded")
    assert (shown["type"], shown["message"]) == ("text/plain", "说明.txt")
    sent = as_sent(nameless(), documentUrls=[f"{shown['url']}#premises_lease"])
    check(portal("POST", f"/services/{SHOP}/applications", **sent), "file")
    with database.reading() as session:
        material = session.exec(select(Material)).one()
    assert (material.filename, material.content_type, material.pages) == ("说明.pdf", "application/pdf", 1)
    with pikepdf.open(BytesIO(storage(settings).get(material.storage_key or ""))) as document:
        assert document.attachments["text.txt"].get_file().read_bytes() == text


def test_a_file_without_a_case_is_deleted_after_a_day(app: Flask) -> None:
    check(Mediator(app, PORTAL)("POST", "/documents", data={"file": PICTURE}), "uploaded")
    sweeps.forget(now=clock.now() + timedelta(hours=23))
    assert count(StagedDocument) == 1
    sweeps.forget(now=clock.now() + timedelta(hours=25))
    assert count(StagedDocument) == 0


def test_a_document_is_handed_in_again_for_another_file(app: Flask) -> None:
    portal, picture = Mediator(app, PORTAL), {"file": PICTURE}
    urls = [check(portal("POST", "/documents", data=picture), "uploaded")["url"] for _ in range(2)]
    assert urls[0] == urls[1], "sent again before it is attached, it is the same"
    kinds = [portal("POST", f"/documents?additionalMetadata={one}", data=picture).json["url"] for one in ("a", "b")]
    assert len({urls[0], *kinds}) == 3, "as another kind of document it is another one"
    for name in ("first", "second"):
        url = check(portal("POST", "/documents", data=picture), "uploaded")["url"]
        sent = as_sent(nameless(), applicationName=name, documentUrls=[f"{url}#premises_lease"])
        shown = check(portal("POST", f"/services/{SHOP}/applications", **sent), "file")
        assert len(shown["applicationData"]["documentUrls"]) == 1, shown
    assert count(Application) == 2


def test_every_address_refuses_in_the_form_of_the_specification(app: Flask) -> None:
    portal = Mediator(app, PORTAL)
    for method, path, status in (
        ("POST", "/services", 404),
        ("GET", "/services/none", 404),
        ("GET", "/services/none/eForms", 404),
        ("GET", "/eForms/none", 404),
        ("POST", "/services/none/applications", 404),
        ("POST", f"/services/{SHOP}/applications", 400),
        ("POST", "/documents", 400),
        ("GET", "/applications?maxResult=0", 400),
        ("GET", "/applications/none", 404),
        ("PUT", "/applications/none", 404),
        ("GET", "/tasks?firstResult=-1", 400),
        ("GET", "/tasks/none", 404),
        ("POST", "/tasks/none/complete", 404),
        ("GET", "/data/statistics/1.0", 403),
    ):
        given = {"applicantId": "urn:person:7"} if status == 404 and method != "GET" else None
        refused = portal(method, path, json=given)
        assert (refused.status_code, refused.content_type) == (status, "application/json; charset=utf-8"), path
        assert set(check(refused, "error")) == {"traceId", "code", "message", "localizedMessage"}, path
    stranger = portal("GET", "/applications", client="eGov/GOV/90000009/stranger")
    assert (stranger.status_code, check(stranger, "error")["code"]) == (401, "govstack_client")


def test_a_client_that_is_not_named_is_refused_where_the_specification_names_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "demo").mkdir()
    stands_in = FILE.replace("clients:", f"without_header: {PORTAL}\nclients:")
    unnamed = Mediator(create_app(switched_on(monkeypatch, tmp_path / "demo", stands_in)), "")
    assert check(unnamed("GET", "/tasks"), "tasks") == []
    for path in ("/applications", "/applications/x", "/data/statistics/1.0"):
        refused = unnamed("GET", path)
        assert (refused.status_code, check(refused, "error")["code"]) == (400, "invalid_input"), path


FAULTY = """
services:
  a: {matter: nothing, entity_type: nobody, registrar: "990001"}
  b: {matter: nothing, entity_type: nobody, registrar: "990001"}
clients:
  x/GOV/1/a: {applicant: "0318", operator: lin@example.cn}
  x/GOV/1/b: {operator: "0318"}
  x/GOV/1/c: {operator: "9999"}
without_header: x/GOV/1/d
"""


def test_every_fault_of_the_file_stops_the_start(
    database_url: str, settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _, put_back = an_office(settings, now=clock.now())
    put_back()
    monkeypatch.setattr(schema, "current", lambda _: schema.head())
    switched_on(monkeypatch, tmp_path, FILE)
    require_prepared()
    for text, faults in (
        (
            FAULTY,
            {
                *(
                    "services.a.matter no_matter",
                    "services.a.entity_type no_type",
                    "services.a.registrar no_registrar_row",
                ),
                *("services.b same_service", "clients.x/GOV/1/a.applicant applicant_account"),
                *("clients.x/GOV/1/a.operator operator_account", "clients.x/GOV/1/b.operator account_taken"),
                *("clients.x/GOV/1/c.operator no_account", "without_header no_client"),
            },
        ),
        (
            "services: {}\nclients: {portal: {applicants: a}}",
            {"services no_rows", "clients.portal pattern", "clients.portal.applicants unknown"},
        ),
    ):
        here = tmp_path / str(len(text))
        here.mkdir()
        switched_on(monkeypatch, here, text)
        with pytest.raises(GovStackError) as refused:
            require_prepared()
        found = {f"{one.key} {one.code}" for one in refused.value.faults}
        assert faults <= found, found
    demo_alone = FILE.replace("clients:", f"without_header: {PORTAL}\nclients:")
    (tmp_path / "production").mkdir()
    monkeypatch.setenv("HEYI_MODE", "production")
    with pytest.raises(GovStackError) as refused:
        govstack_checks.require_sound(switched_on(monkeypatch, tmp_path / "production", demo_alone))
    assert {one.code for one in refused.value.faults} == {"both_sides", "demo_only"}


def staged_content() -> bytes:
    with database.reading() as session:
        return b"".join(session.exec(select(StagedDocument.content)).all())


def audit_of(client: str) -> set[str]:
    with database.reading() as session:
        rows = session.exec(select(AuditEntry.tag).where(col(AuditEntry.subject) == f"govstack:{client}")).all()
    return {tag.partition(":")[2] for tag in rows}
