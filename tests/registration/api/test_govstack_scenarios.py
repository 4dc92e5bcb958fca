"""The 49 scenarios of GovStack's suite for the Registration Building Block, on cases of a real office.

Each request is sent twice, as the suite does. Ids are those of this office; ids that do not exist are the suite's.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine

from registration import clock
from registration.settings import Settings
from tests.fixtures.database import sqlite_only
from tests.fixtures.govstack import CLIENT, DIRECTORS, SERVICE, TEXT, Mediator, an_office, check, seeded, switched_on

database_url = sqlite_only


class Scenario(NamedTuple):
    """A request and what is expected; `{desk}` and the like stand for ids of this office, `holds` is in the answer."""

    method: str
    path: str
    status: int
    kind: str
    holds: dict[str, Any] = {}
    given: dict[str, Any] = {}
    client: str = CLIENT
    empty: bool = False


PROPS: dict[str, Any] = {"additionalProp1": {}, "additionalProp2": {}, "additionalProp3": {}}
CHANGE = {
    "applicationName": "Amya Yuko",
    "applicantId": "42962de0-bdb2-11ed-9397-0242ac120004",
    "created": "2000-10-23T00:00:00.000Z",
    "formData": {"data": PROPS, "eFormId": "42962de0-xxxx-11ed-0000-0242ac120004"},
    "documentUrls": ["string"],
}
PERIODS = {
    "day": ("2021-01-30", "2021-01-30"),
    "week": ("2021-01-30", "2021-02-06"),
    "month": ("2020-12-30", "2021-01-30"),
    "year": ("2021-01-30", "2022-01-30"),
}
PART = "firstResult=0&maxResult=20&sortBy=created&sortOrder=asc"


def submission(name: str = "", applicant: str = "42962de0-bdb2-11ed-9397-0242ac120004", at: str = "") -> Scenario:
    given = {"applicantId": applicant} | ({"applicationName": name, "created": at} if name else {})
    holds = {"serviceId": SERVICE, "status.code": "PENDING", "applicationData.applicantId": applicant}
    return Scenario("POST", f"/services/{SERVICE}/applications", 200, "file", holds, {"json": given})


def of_services() -> Iterator[Scenario]:
    for name in ("Register%20Mother%20and%20Child", "Good%20Health%20and%20Well-Being", "MCTS", "Zero%20Hunger"):
        yield Scenario("GET", f"/services?name={name}", 200, "services", empty=name != "MCTS")
    yield Scenario("GET", f"/services/{SERVICE}", 200, "services")
    yield Scenario("GET", f"/services/{SERVICE}/eForms", 200, "forms")
    yield Scenario("GET", f"/eForms/{SERVICE}", 200, "form", {"eFormId": SERVICE})
    yield Scenario("GET", "/eForms/n0t-ex1st1ng-eForm", 404, "error")


def of_applicants() -> Iterator[Scenario]:
    yield submission()
    yield submission("Amya Yuko", "sgh123h5-bdb2-11ed-9397-fdae352dfa10", "2022-10-21T00:00:00.000Z")
    yield submission("Application name", "fdae352d-9397-bdb2-11ed-11ed9397bdb2", "2022-11-22T00:00:00.000Z")
    yield submission("Application", "11ed9397-11ed-9397-bdb2-sgh123h511ed", "2022-12-23T00:00:00.000Z")
    nobody = {"json": {"applicantId": "23qwef41-bdb2-11ed-qwef-efg4345aqwef"}}
    yield Scenario("POST", "/services/n0t-ex1st1ng-serv1ce-1d/applications", 404, "error", given=nobody)
    text = {"data": {"file": TEXT}}
    yield Scenario("POST", "/documents", 200, "uploaded", {"code": 200}, text)
    yield Scenario("POST", "/documents?additionalMetadata=additional%20metadata", 200, "uploaded", {}, text)
    yield Scenario("POST", "/documents", 400, "error")


def of_files() -> Iterator[Scenario]:
    yield Scenario("GET", "/applications", 200, "files")
    yield Scenario("GET", f"/applications?serviceId={SERVICE}", 200, "files")
    yield Scenario("GET", "/applications?applicantId={applicant}", 200, "files")
    yield Scenario("GET", f"/applications?serviceId={SERVICE}&applicantId={{applicant}}&{PART}", 200, "files")
    yield Scenario("GET", "/applications?serviceId=n0t-ex1st1ng-serv1ce%23-1d", 200, "files", empty=True)
    yield Scenario("GET", "/applications?applicantId=n0t-ex1st1ng-applicant%23-1d", 200, "files", empty=True)
    yield Scenario("GET", "/applications/{desk}", 200, "file", {"fileId": "{desk}"})
    yield Scenario("GET", "/applications/n0t-ex1st1ng-serv1ce", 404, "error")
    yield Scenario("PUT", "/applications/{draft}", 200, "file", {"fileId": "{draft}"}, {"json": CHANGE})
    yield Scenario("PUT", "/applications/n0t-ex1st1ng-file", 404, "error", given={"json": CHANGE})


def of_tasks() -> Iterator[Scenario]:
    yield Scenario("GET", "/tasks", 200, "tasks")
    yield Scenario("GET", "/tasks?fileId={desk}", 200, "tasks")
    yield Scenario("GET", "/tasks?mainTaskId={desk}", 200, "tasks")
    yield Scenario("GET", "/tasks?assigneeId={applicant}", 200, "tasks")
    yield Scenario("GET", f"/tasks?fileId={{draft}}&mainTaskId={{draft}}&assigneeId={{applicant}}&{PART}", 200, "tasks")
    for name, value in (("fileId", "file"), ("mainTaskId", "main-task"), ("assigneeId", "assignee")):
        yield Scenario("GET", f"/tasks?{name}=n0t-ex1st1ng-{value}%23-1d", 200, "tasks", empty=True)
    yield Scenario("GET", "/tasks/{task}", 200, "task", {"taskId": "{task}"})
    yield Scenario("GET", "/tasks/n0t-ex1st1ng-task", 404, "error")
    body = {"json": {"data": PROPS}}
    yield Scenario("POST", "/tasks/{task}/complete", 200, "completed", {"taskId": "{task}"}, body)
    # The `#` of the suite's id ends the address.
    yield Scenario("POST", "/tasks/n0t-ex1st1ng-task", 404, "error", given=body)


def of_statistics() -> Iterator[Scenario]:
    at = "/data/statistics/1.0"
    yield Scenario("GET", at, 200, "figures", client=DIRECTORS)
    for timeframe, (first, last) in PERIODS.items():
        more = f"registrationName=MCTS&operator=Ingmar%20Vali&role=Handler&timeframe={timeframe}"
        query = f"startDate={first}&endDate={last}&{more}"
        # As the suite's client sends it the second time.
        yield Scenario("GET", f"{at}?{query}?{query}", 200, "figures", client=DIRECTORS)
    for wrong in (" ", "''", "invalid_header", "eGovStack/GOV/90000009/", ""):
        yield Scenario("GET", at, 400, "error", client=wrong)
    yield Scenario("GET", f"{at}?registrationName=n0tex1st", 404, "error", client=DIRECTORS)


ALL = [*of_services(), *of_applicants(), *of_files(), *of_tasks(), *of_statistics()]


def test_each_scenario_is_answered_as_the_suite_asks(
    database_url: str, settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One office for all: what a scenario does is there for the next, as with the suite."""
    assert len(ALL) == 49
    app, put_back = an_office(switched_on(monkeypatch, tmp_path), now=clock.now())
    ids = seeded(now=clock.now())
    send = Mediator(app)
    try:
        (row,) = check(send("GET", f"/tasks?fileId={ids['desk']}"), "tasks")
        listed = check(send("GET", "/applications"), "files")
        applicant = next(one["applicantId"] for one in listed if one["fileId"] == ids["draft"])
        ids |= {"task": row["taskId"], "applicant": applicant}
        failed = {f"{one.method} {one.path}": told for one in ALL if (told := fault(send, one, ids))}
    finally:
        put_back()
    assert failed == {}


def fault(send: Mediator, one: Scenario, ids: dict[str, str]) -> str:
    """What is wrong with the answer; empty where it is as expected."""
    answer = send(one.method, one.path.format_map(ids), client=one.client, **one.given)
    if answer.status_code != one.status or answer.content_type != "application/json; charset=utf-8":
        return f"{answer.status_code} {answer.content_type} {answer.text}"
    shown = check(answer, one.kind)
    for key, value in one.holds.items():
        found = shown
        for step in key.split("."):
            found = found[step]
        if found != (value.format_map(ids) if isinstance(value, str) else value):
            return f"{key}: {found}"
    if isinstance(shown, list) and one.kind != "figures" and (not shown) != one.empty:
        return f"{len(shown)} rows"
    return ""
