"""Every page of an object, requested by a user without access to it: the answer is the same as for no object."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule

from registration import clock
from registration.access import ACCESS, ObjectFacts, allows, rule_of
from registration.app import create_app
from registration.http.context import limiter
from registration.operations import (
    samples,
)
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, person
from tests.fixtures.cases_of_others import LIN, MAKERS, PLACES
from tests.fixtures.changes import written
from tests.fixtures.database import sqlite_only
from tests.fixtures.office import opened
from tests.fixtures.scenes import prepared

STRANGERS = ("zhou@example.cn", "0217", "0318", "0319", "0320", "3301", "3305")
# Users who work on the case at the agencies: they make the same requests, to prove that the addresses exist.
INSIDERS = dict.fromkeys(("review", "supervision", "decisions", "notes", "holding", "absences"), "0417") | {
    "agencies": "3301",
    "receipts": "3301",
    "deliveries": "0417",
    "ledger": "0321",
    "letterheads": "0420",
    "straight_through": "0419",
    "sample_audits": "0419",
    "staff_accounts": "0901",
    "calendars": "0904",
    "name_words": "0904",
    "saved_views": "0417",
    "workflows": "0904",
    "verification": "0904",
    "arrangements": "0904",
    "webhooks": "0904",
    "exchange": "0904",
    "phrases": "0420",
    "voices_desk": "0417",
    "capital_terms": "0420",
}
ISSUED = (
    *("progress.receipt", "progress.licence", "progress.credential", "progress.paper"),
    *("correspondence.show", "correspondence.send", "correspondence.download"),
    *("progress.licence_picture", "progress.licence_for_phone"),
)


# What belongs to an administrator, an archivist or the heads of a registrar, and to no case on a desk.
SETTINGS = ("archive", "barred", "calendars", "name_imports", "name_words", "setting_changes")

Cases = dict[str, dict[str, Any]]


@dataclass
class Office:
    """The pages of a demonstration with cases of one applicant, and the values in the address of each, by name."""

    app: Flask
    values: Cases

    def visitor(self, login: str = "") -> FlaskClient:
        client = self.app.test_client()
        if login:
            form = {"csrf_token": token(client), "login": login, "password": samples.PASSWORD}
            assert client.post("/sign-in", data=form).status_code == 303
        return client

    def rules(self, *methods: str) -> Iterator[tuple[str, Rule]]:
        """(method, rule) of every page of an object, except public ones and those of GovStack's clients."""
        for rule in self.app.url_map.iter_rules():
            if (
                rule.arguments
                and not rule.rule.startswith(("/api/", "/govstack/"))
                and self.access_of(rule) != "public"
            ):
                yield from ((method, rule) for method in methods if method in (rule.methods or ()))

    def access_of(self, rule: Rule) -> str:
        return rule_of(self.app.view_functions[rule.endpoint])

    def path(self, rule: Rule, **changed: Any) -> str:
        values = self.values[case_for(rule)] | changed
        with self.app.test_request_context():
            built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        return built[1]


def case_for(rule: Rule) -> str:
    chapter = rule.endpoint.partition(".")[0]
    if rule.endpoint in ISSUED or chapter in ("ledger", "feedback"):
        return "issued"
    if rule.endpoint == "documents.draft":
        return "printed"
    if chapter in ("misuse", "feedback_desk"):
        return "reported" if chapter == "misuse" else "issued"
    if chapter in SETTINGS:
        return "settings"
    if chapter in ("workflows", "verification", "arrangements", "webhooks", "exchange"):
        return "administered"
    own = {
        "businesses": "business",
        "capital_terms": "business",
        "voices_desk": "voice",
        "addresses": "account",
        "staff_accounts": "staff",
        "signing": "signing",
        "sign": "signing",
    }
    if chapter in own:
        return own[chapter]
    desk = chapter in INSIDERS or chapter == "outbox" or rule.rule.startswith("/desk/")
    return "shared" if desk else "draft"


def token(client: FlaskClient) -> str:
    """The CSRF token of this visitor, from the sign-in form or from the sign-out button on each page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", follow_redirects=True).text)
    assert found is not None
    return found[1]


database_url = sqlite_only


@pytest.fixture
def office(database_url: str, settings: Settings, database: Engine) -> Iterator[Office]:
    opened(settings, now=clock.now())
    cases = prepared(
        "what strangers ask for", lambda: {name: make(settings, clock.now()) for name, make in MAKERS.items()}
    )
    limiter_was, app = limiter.enabled, create_app(settings)
    limiter.enabled = False
    yield Office(app, cases)
    limiter.enabled = limiter_was


def test_what_does_not_concern_somebody_is_not_there(office: Office) -> None:
    """For another applicant, clerks of every role at another registrar, and officers without a part in the case."""
    assert {login: wrong for login in STRANGERS if (wrong := wrong_answers(office, login))} == {}


def wrong_answers(office: Office, login: str) -> dict[str, int]:
    stranger, actor = office.visitor(login), actor_of(login)
    ours = {"X-CSRFToken": token(stranger)}
    wrong = {}
    for method, rule in office.rules("GET", "POST"):
        if PLACES[case_for(rule)] == actor.registrar_code:
            continue
        row = ACCESS[office.access_of(rule)]
        # A user without access to a desk gets the same refusal for every case; a user with access to it gets 404.
        kept_out = row.desk and not allows(office.access_of(rule), actor, ObjectFacts())
        status = stranger.open(office.path(rule, secret="guessed"), method=method, headers=ours).status_code
        if status != (403 if kept_out else 404):
            wrong[f"{method} {rule.rule}"] = status
    return wrong


def test_nobody_in_particular_is_asked_to_sign_in(office: Office) -> None:
    stranger = office.visitor()
    ours = {"X-CSRFToken": token(stranger)}
    for method, rule in office.rules("GET", "POST"):
        answer = stranger.open(office.path(rule, secret="guessed"), method=method, headers=ours)
        link = office.access_of(rule) == "link"
        assert answer.status_code == (404 if link else 303), f"{method} {rule.rule}"
        assert link or answer.location.startswith("/sign-in")


# An action that is allowed now, where the address contains one.
ASKED = {"decisions.ask": "objection_overruled", "agencies.ask": "object", "progress.take": "withdraw"}


def test_those_whom_it_concerns_see_it_and_change_nothing_by_looking(office: Office, database: Engine) -> None:
    """The same addresses, to prove that the test above requests objects that exist."""
    people = {login: office.visitor(login) for login in {LIN, *INSIDERS.values()}}
    prove(people[LIN], office)
    act(office.values["shared"]["ref"], "claim", actor=actor_of("3301"), now=clock.now(), part="organization_code")
    statuses = {}
    with written(database) as changes:
        for _method, rule in office.rules("GET"):
            chapter = "review" if rule.rule.startswith("/desk/cases/<ref>/m") else rule.endpoint.partition(".")[0]
            visitor = people[INSIDERS.get(chapter, LIN)]
            action = ASKED.get(rule.endpoint, "")
            statuses[rule.rule] = visitor.get(office.path(rule, **({"action": action} if action else {}))).status_code
    assert len(statuses) > 20
    assert {path: status for path, status in statuses.items() if status != 200} == {}
    assert changes == []


def prove(visitor: FlaskClient, office: Office) -> None:
    """A signer with a signing link proves the identity."""
    secret = office.values["signing"]["secret"]
    form = {"csrf_token": token(visitor), "id_no": person("p1")["id_no"]}
    assert visitor.post(f"/sign/{secret}/identity", data=form).status_code == 303


def test_a_signer_sees_the_own_file_only(office: Office) -> None:
    visitor, own = office.visitor(), office.values["signing"]
    before = visitor.get(f"/sign/{own['secret']}/materials/{own['material']}/pages/1.png")
    prove(visitor, office)
    after = visitor.get(f"/sign/{own['secret']}/materials/{own['material']}/pages/1.png")
    another = visitor.get(f"/sign/{own['secret']}/materials/{office.values['draft']['material']}/pages/1.png")
    assert (before.status_code, after.status_code, another.status_code) == (404, 200, 404)


def test_an_officer_has_no_other_agencys_part(office: Office) -> None:
    officer = office.visitor("3301")
    ours = {"X-CSRFToken": token(officer)}
    for key in ("national_tax", "local_tax", "social_insurance", "statistics"):
        for method, rule in office.rules("GET", "POST"):
            if rule.endpoint.startswith("agencies."):
                answer = officer.open(office.path(rule, key=key), method=method, headers=ours)
                assert answer.status_code == 404, f"{method} {rule.rule} {key}"


def test_a_document_is_taken_away_through_its_own_case_only(office: Office) -> None:
    """Two cases of one owner: the address of one gives no access to the other."""
    owner = office.visitor(LIN)
    mine, other = office.values["draft"], office.values["signing"]
    path = f"/applications/{mine['ref']}/materials/articles/{other['material']}/remove"
    assert owner.post(path, headers={"X-CSRFToken": token(owner)}).status_code in (404, 409)
    assert owner.get(f"/materials/{other['material']}").status_code == 200
