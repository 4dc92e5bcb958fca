"""GovStack has no sign-in: it is off by default, and a client reads and does what its own account may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import col, select

from registration import clock, database
from registration.app import create_app
from registration.models import AuditEntry, HistoryEntry
from registration.operations import apply
from registration.settings import Settings
from tests.fixtures.cases import actor_of, drafted, nameless
from tests.fixtures.database import sqlite_only
from tests.fixtures.govstack import (
    CLIENT,
    DESK,
    DIRECTORS,
    HEADER,
    OTHER,
    PICTURE,
    PORTAL,
    SHOP,
    Mediator,
    V,
    an_office,
    check,
    seeded,
    switched_on,
)
from tests.fixtures.office import LIN

database_url = sqlite_only
PATHS = ("/services", "/applications", "/tasks", "/data/statistics/1.0", "/eForms/x", "/anything")


@pytest.fixture
def app(
    database_url: str, settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Flask]:
    app, put_back = an_office(switched_on(monkeypatch, tmp_path), now=clock.now())
    yield app
    put_back()


def test_without_the_setting_there_is_nothing(settings: Settings) -> None:
    send = Mediator(create_app(settings))
    assert {send(method, path).status_code for method in ("GET", "POST", "PUT") for path in PATHS} == {404}


def test_a_client_never_reads_another_clients_file(app: Flask) -> None:
    """A draft, a file at the desk, its task and a file without a case, each with its right id."""
    ids = seeded(now=clock.now())
    url = check(Mediator(app, CLIENT)("POST", "/documents", data={"file": PICTURE}), "uploaded")["url"]
    for name in (OTHER, PORTAL, DIRECTORS):
        send = Mediator(app, name)
        # The director's office has the file that was submitted, as its own inbox shows it.
        wanted = {ids["draft"]} if name == DIRECTORS else {ids["draft"], ids["desk"]}
        for ref in wanted:
            change = {"applicantId": "x", "formData": {"data": {"people": {"items": []}}}}
            asked = [send("GET", f"/applications/{ref}"), send("PUT", f"/applications/{ref}", json=change)]
            asked += [send("GET", f"/tasks/{ref}.{stay}") for stay in (0, 9)]
            asked += [send("POST", f"/tasks/{ref}.{stay}/complete", json={}) for stay in (0, 9)]
            # Who has no account that applies is told so before anything is looked for.
            assert {one.status_code for one in asked} == ({404, 403} if name == DIRECTORS else {404})
        for path in ("/applications", "/tasks"):
            assert wanted.isdisjoint(row["fileId"] for row in send("GET", path).json)
            assert send("GET", f"{path}?fileId={ids['draft']}&applicantId=x").json == []
    # A reference that somebody overheard makes no document of another client's file.
    stolen = {"applicantId": "x", "formData": {"data": {}}, "documentUrls": [f"{url}#lease"]}
    refused = Mediator(app, PORTAL)("POST", f"/services/{SHOP}/applications", json=stolen)
    assert (refused.status_code, Mediator(app, PORTAL)("GET", "/applications").json) == (404, [])


def test_a_client_does_what_its_account_may(app: Flask) -> None:
    portal, desk = Mediator(app, PORTAL), Mediator(app, DESK)
    assert desk("POST", f"/services/{SHOP}/applications", json={"applicantId": "x"}).status_code == 403
    assert desk("POST", "/documents", data={"file": PICTURE}).status_code == 403
    # Figures are for those responsible for the office.
    assert [one("GET", "/data/statistics/1.0").status_code for one in (portal, desk)] == [403, 403]
    ref = drafted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    (row,) = portal("GET", f"/tasks?fileId={ref}").json
    path = f"/tasks/{row['taskId']}/complete"
    refused = portal("POST", path, json={"data": {"approve": {"opinion": "x"}}})
    assert (refused.status_code, check(refused, "error")["code"]) == (409, "action_refused")


def test_files_without_a_case_count_for_the_day(app: Flask) -> None:
    app.config["HEYI"] = app.config["HEYI"].model_copy(update={"upload_files_per_day": 1})
    hand_in = (f"/documents?additionalMetadata={kind}" for kind in ("first", "second"))
    answers = [Mediator(app, PORTAL)("POST", path, data={"file": PICTURE}) for path in hand_in]
    assert [one.status_code for one in answers] == [200, 400]
    assert check(answers[1], "error")["message"].startswith("file: You have handed in 1 files")


def test_what_is_no_service_is_not_there(app: Flask) -> None:
    ref = apply.start(entity_type="sole_prop", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    portal = Mediator(app, PORTAL)
    assert [portal("GET", path).status_code for path in (f"/applications/{ref}", f"/tasks/{ref}.0")] == [404, 404]
    assert (portal("GET", "/applications").json, portal("GET", "/tasks").json) == ([], [])


def test_an_unknown_client_is_refused_and_noted(app: Flask) -> None:
    send = Mediator(app)
    for name, status in (("eGov/GOV/1/nobody", 401), ("nobody", 400), ("", 400)):
        for path in ("/applications", "/tasks", "/data/statistics/1.0", "/anything"):
            answer = send("GET", path, client=name)
            assert (answer.status_code, answer.content_type) == (status, "application/json; charset=utf-8")
            check(answer, "error")
    assert send("POST", "/documents", client="", data={"file": PICTURE}).status_code == 400
    with database.reading() as session:
        rows = session.exec(select(AuditEntry).where(col(AuditEntry.tag).startswith("govstack:"))).all()
        steps = session.exec(select(HistoryEntry)).all()
    assert {one.result for one in rows} == {"refused"}
    assert {"client": "eGov/GOV/1/nobody", "reason": "govstack_client", "address": "127.0.0.1"} in [
        one.data for one in rows
    ]
    assert list(steps) == []


def test_the_header_opens_no_other_address(app: Flask) -> None:
    """Neither pages nor the API take it, and a browser's cookie or a token is nothing here."""
    http = app.test_client()
    headers = {HEADER: DESK}
    assert http.get("/desk/inbox", headers=headers).status_code == 303
    assert http.get("/api/v1/inbox", headers=headers).status_code == 401
    http.set_cookie("heyi", "guessed")
    assert http.get(f"{V}/applications", headers={"Authorization": "Bearer guessed"}).status_code == 400
