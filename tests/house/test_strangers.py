"""Every page of an object, requested by a user without access to it: the answer is the same as for no object."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import col, select
from werkzeug.routing import Rule

from registration import clock, database, tasks
from registration.access import ACCESS, ObjectFacts, allows, rule_of
from registration.app import create_app
from registration.documents import uploads
from registration.gateways.storage import storage
from registration.http.context import limiter
from registration.models import Application, CaseMessageFile, Message, MisuseReport
from registration.operations import (
    absences,
    addresses,
    apply,
    correspondence,
    feedback,
    misuse,
    registrar_profiles,
    samples,
    sign,
)
from registration.operations.act import act
from registration.operations.founding_documents import order_draft
from registration.operations.registrar_profiles import ProfileProposal
from registration.operations.supervision import order
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, file_of, five_numbers, individual, person, submitted
from tests.fixtures.changes import written
from tests.fixtures.database import sqlite_only
from tests.fixtures.office import opened
from tests.fixtures.pictures import picture
from tests.fixtures.scenes import prepared

LIN = "lin@example.cn"
STRANGERS = ("zhou@example.cn", "0217", "0318", "0319", "0320", "3301", "3305")
PLACES = dict.fromkeys(("draft", "printed", "signing", "reported", "account"), "330701") | {
    "issued": "330702",
    "shared": "330784",
}
# Users who work on the case at the agencies: they make the same requests, to prove that the addresses exist.
INSIDERS = dict.fromkeys(("review", "supervision", "decisions", "notes", "holding", "absences"), "0417") | {
    "agencies": "3301",
    "ledger": "0321",
    "letterheads": "0420",
}
ISSUED = (
    *("progress.receipt", "progress.licence", "progress.credential", "progress.paper"),
    *(
        "correspondence.show",
        "correspondence.send",
        "correspondence.download",
        "progress.licence_picture",
        "progress.licence_for_phone",
    ),
)


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
        """(method, rule) of every page of an object, except public ones."""
        for rule in self.app.url_map.iter_rules():
            if rule.arguments and not rule.rule.startswith("/api/") and self.access_of(rule) != "public":
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
    if chapter == "addresses":
        return "account"
    if chapter in ("signing", "sign"):
        return "signing"
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


def _draft(settings: Settings, now: datetime, trade: str = "双溪样例") -> dict[str, Any]:
    lin = actor_of(LIN)
    ref = draft("llc", company(trade=trade), registrar=PLACES["draft"], actor=lin, now=now, made=True)
    page = picture()
    stored = uploads.keep(page, uploads.judge(page, "a.png"), storage=storage(settings))
    material = apply.attach(ref, "articles", stored, actor=lin, now=now)
    return {
        "ref": ref,
        "material": material,
        "section": "domicile",
        "kind": "articles",
        "document": "appointment",
        "key": "p1",
        "number": 1,
        "page": 1,
        "action": "reopen",
    }


def _signing(settings: Settings, now: datetime) -> dict[str, Any]:
    lin, values = actor_of(LIN), _draft(settings, now, trade="枫桥望月")
    act(values["ref"], "request_signatures", actor=lin, now=now)
    links = sign.links_for(values["ref"], actor=lin, now=now)
    party = next(iter(links))
    return values | {"party": party, "secret": links[party]}


def _reported(settings: Settings, now: datetime) -> dict[str, Any]:
    lin, ref = actor_of(LIN), _draft(settings, now, trade="柳岸闻莺")["ref"]
    act(ref, "request_signatures", actor=lin, now=now)
    misuse.report(next(iter(sign.links_for(ref, actor=lin, now=now).values())), now=now)
    with database.reading() as session:
        return {"ref": ref, "report": session.exec(select(MisuseReport.ref)).one()}


def _issued(settings: Settings, now: datetime) -> dict[str, Any]:
    ref = submitted("individual", individual(), registrar=PLACES["issued"], actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of("0318"), now=now)
    act(ref, "approve", actor=actor_of("0318"), now=now, opinion="符合法定形式")
    work_off()
    lin = actor_of(LIN)
    page = picture()
    stored = uploads.keep(page, uploads.judge(page, "a.png"), storage=storage(settings))
    correspondence.write(ref, words="附上照片", files=[stored], actor=lin, now=now)
    with database.reading() as session:
        sent = session.exec(select(CaseMessageFile.ref)).one()
    seen = file_of(ref, actor=lin, now=now)
    return {
        "ref": ref,
        "licence": seen.licences[0].ref,
        "paper": seen.papers[0].ref,
        "file": sent,
        "rated": "submission",
        "feedback": feedback.complain(ref, "0", words="等得太久", actor=lin, now=now),
    }


def _shared(settings: Settings, now: datetime) -> dict[str, Any]:
    """A case at the agencies, with its messages still waiting."""
    ref = submitted("llc", five_numbers(trade="听泉晚舟"), registrar=PLACES["shared"], actor=actor_of(LIN), now=now)
    act(ref, "accept", actor=actor_of("0417"), now=now)
    act(ref, "start", actor=actor_of("0418"), now=now)
    act(ref, "approve", actor=actor_of("0418"), now=now, opinion="符合")
    with database.reading() as session:
        own = select(Message.id).join(Application).where(Application.ref == ref)
        message = session.exec(own.order_by(col(Message.id))).first()
    director = actor_of("0420")
    text = {"name_zh": "永康市样例局", "name_en": "Sample", "number_prefix": "永样", "reason": "样例"}
    change = registrar_profiles.prepare(ProfileProposal(text, date(2040, 1, 1)), actor=director, now=now)
    with database.reading() as session:
        printing = session.exec(select(Message.id).where(Message.effect == "letterhead.samples")).one()
    tasks.work_on(printing or 0)
    return {
        "ref": ref,
        "key": "organization_code",
        "action": "claim",
        "message_id": message,
        "kind": "joint_handling",
        "letterhead": change.ref,
        "order": order(ref, words="请说明", days=1, actor=director, now=now),
        "absence": absences.enter(first=clock.local_date(now), last=clock.local_date(now), actor=director, now=now),
        "sheet": "notice",
        "step": "propose",
    }


def _printed(settings: Settings, now: datetime) -> dict[str, Any]:
    values = _draft(settings, now, trade="秋水长天")
    order_draft(values["ref"], values["document"], actor=actor_of(LIN), now=now)
    work_off()
    return values


def _account(settings: Settings, now: datetime) -> dict[str, Any]:
    """A request for another address of the account."""
    return {"secret": addresses.begin(actor_of(LIN), "new@example.cn", samples.PASSWORD, now=now)}


MAKERS = {
    "draft": _draft,
    "printed": _printed,
    "signing": _signing,
    "reported": _reported,
    "issued": _issued,
    "shared": _shared,
    "account": _account,
}


def work_off() -> None:
    while True:
        with database.reading() as session:
            waiting = session.exec(select(Message.id).where(Message.attempts < 2)).all()
        if not waiting:
            return
        for message in waiting:
            tasks.work_on(message or 0)


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
