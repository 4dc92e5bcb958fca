"""Declining, reporting misuse and reminding through the API, as on the pages."""

from typing import Any

from registration import clock
from registration.operations import apply, sign
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, draft, file_of, person
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program, app, program, stranger

__all__ = ["app", "program", "stranger"]

LIN, REASON = "lin@example.cn", "出资额应当是二十万元，请改"

database_url = sqlite_only


def asked() -> tuple[str, dict[str, str], dict[str, str]]:
    """A company that waits for signatures: its reference, path of each link, and reference of each party, by person."""
    actor, now = actor_of(LIN), clock.now()
    ref = draft("llc", company(), registrar="330702", actor=actor, now=now)
    act(ref, "request_signatures", actor=actor, now=now)
    parties = {one.party.person_key: one.party.ref for one in file_of(ref, actor=actor, now=now).signatures}
    links = sign.links_for(ref, actor=actor, now=now)
    return ref, {key: f"/signing/{links[party]}" for key, party in parties.items()}, parties


def proof(stranger: Program, link: str, key: str) -> dict[str, str]:
    one = person(key)
    answer: Any = stranger.post(f"{link}/identity", json={"name": one["name"], "id_no": one["id_no"]})
    return {"Signing-Proof": answer.json["proof"]}


def test_a_signer_declines_and_then_signs(stranger: Program, app: Any) -> None:
    _ref, links, _parties = asked()
    given = proof(stranger, links["p2"], "p2")
    digest = stranger.get(links["p2"]).json["digest"]
    bare = stranger.post(f"{links['p2']}/refusal", json={"digest": digest, "reason": REASON})
    assert (bare.status_code, bare.json["code"]) == (403, "identity_not_proved")
    empty = stranger.post(f"{links['p2']}/refusal", json={"digest": digest, "reason": " "}, headers=given)
    assert empty.status_code in (409, 422)
    stale = stranger.post(f"{links['p2']}/refusal", json={"digest": "0" * 64, "reason": REASON}, headers=given)
    assert stale.json["code"] == "stale_version"
    done = stranger.post(f"{links['p2']}/refusal", json={"digest": digest, "reason": REASON}, headers=given)
    assert (done.status_code, done.json["target"]) == (200, "signing")
    assert stranger.get(links["p2"], headers=given).json["declined"] is True
    assert stranger.post(f"{links['p2']}/signature", json={"digest": digest}, headers=given).status_code == 200


def test_the_changes_since_the_last_signature_need_the_proof(stranger: Program, app: Any) -> None:
    ref, links, _parties = asked()
    given = proof(stranger, links["p1"], "p1")
    stranger.post(f"{links['p1']}/signature", json={"digest": stranger.get(links["p1"]).json["digest"]}, headers=given)
    act(ref, "reopen", actor=actor_of(LIN), now=clock.now())
    apply.save_section(ref, "social", {"headcount": 9}, actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    assert stranger.get(links["p1"]).json["changes"] == []
    changes = stranger.get(links["p1"], headers=given).json["changes"]
    assert changes == [{"path": "social.headcount", "before": 5, "after": 9}]


def test_a_report_of_misuse_needs_no_proof_and_stops_the_case(stranger: Program, app: Any) -> None:
    ref, links, _parties = asked()
    told = {"words": "从没听说过这家公司", "contact": "0579-82000009"}
    done = stranger.post(f"{links['p2']}/misuse", json=told)
    assert (done.status_code, done.json["source"]) == (200, done.json["target"])
    again = stranger.post(f"{links['p2']}/misuse", json=told)
    assert (again.status_code, again.json["code"]) == (409, "misuse_reported_already")
    given = proof(stranger, links["p1"], "p1")
    digest = stranger.get(links["p1"]).json["digest"]
    refused = stranger.post(f"{links['p1']}/signature", json={"digest": digest}, headers=given)
    assert [one["code"] for one in refused.json["blockers"]] == ["misuse_is_reported"]
    assert file_of(ref, actor=actor_of(LIN), now=clock.now()).case.misuse_reported_at is not None


def test_the_applicant_reminds(program: Any, app: Any) -> None:
    ref, _links, parties = asked()
    lin, path = program(LIN), f"/applications/{ref}/signing-links/{parties['p2']}/reminder"
    assert lin.post(path, json={"channel": "sms", "lang": "xx"}).status_code == 422
    assert lin.post(path, json={"channel": "sms", "lang": "en"}).json["channel"] == "sms"
    again = lin.post(path, json={})
    assert (again.status_code, again.json["code"]) == (409, "reminded_today")
