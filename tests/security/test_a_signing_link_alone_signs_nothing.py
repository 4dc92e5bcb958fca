"""Who only has a signing link sees nobody's data and signs for nobody: the API asks for the same proof as the page."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from registration import clock
from registration.operations import apply, sign
from registration.operations.act import act
from registration.operations.signer_identity import MOST_TRIES
from tests.fixtures.cases import actor_of, company, draft, file_of, person, with_check_digit
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program, app, program, stranger

__all__ = ["app", "program", "stranger"]

LIN = "lin@example.cn"


database_url = sqlite_only


@pytest.fixture
def case(app: Any) -> tuple[str, dict[str, str]]:
    """A company that waits for signatures: its reference, and the address in the API of each signer's link."""
    actor, now = actor_of(LIN), clock.now()
    ref = draft("llc", company(), registrar="330702", actor=actor, now=now)
    act(ref, "request_signatures", actor=actor, now=now)
    keys = {one.party.ref: one.party.person_key for one in file_of(ref, actor=actor, now=now).signatures}
    links = sign.links_for(ref, actor=actor, now=now)
    return ref, {keys[party]: f"/signing/{secret}" for party, secret in links.items()}


def claim(key: str, number: str | None = None) -> dict[str, str]:
    one = person(key)
    return {"name": one["name"], "id_no": number or one["id_no"]}


def proof(program: Program, link: str, key: str) -> dict[str, str]:
    return {"Signing-Proof": program.post(f"{link}/identity", json=claim(key)).json["proof"]}


def secrets_of(key: str) -> set[str]:
    one = person(key)
    return {one[name] for name in ("id_no", "mobile", "address", "email") if one.get(name)}


def test_before_the_proof_nothing_of_the_file_is_shown(stranger: Program, case: tuple[str, dict[str, str]]) -> None:
    _ref, links = case
    seen = stranger.get(links["p1"])
    assert (seen.json["identified"], seen.json["form"], seen.json["materials"]) == (False, {}, [])
    text = json.dumps(seen.json, ensure_ascii=False)
    assert not [value for key in ("p1", "p2", "p3") for value in secrets_of(key) if value in text]


def test_a_signature_needs_the_proof(stranger: Program, case: tuple[str, dict[str, str]]) -> None:
    ref, links = case
    digest = {"digest": stranger.get(links["p1"]).json["digest"]}
    given = proof(stranger, links["p1"], "p1")
    for headers in (
        {},
        {"Signing-Proof": ""},
        {"Signing-Proof": "1.x"},
        {"Signing-Proof": given["Signing-Proof"][:-1]},
    ):
        refused = stranger.post(f"{links['p1']}/signature", json=digest, headers=headers)
        assert (refused.status_code, refused.json["code"]) == (403, "identity_not_proved")
    assert stranger.post(f"{links['p1']}/signature", json=digest, headers=given).status_code == 200
    assert [one.valid for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).signatures].count(True) == 1


def test_the_proof_of_one_opens_nothing_of_another(stranger: Program, case: tuple[str, dict[str, str]]) -> None:
    _ref, links = case
    given = proof(stranger, links["p2"], "p2")
    seen = stranger.get(links["p1"], headers=given).json
    assert (seen["identified"], seen["form"]) == (False, {})
    digest = {"digest": seen["digest"]}
    assert stranger.post(f"{links['p1']}/signature", json=digest, headers=given).status_code == 403
    own = json.dumps(stranger.get(links["p2"], headers=given).json["form"], ensure_ascii=False)
    assert [value for value in secrets_of("p2") if value not in own] == []
    others = (secrets_of("p1") | secrets_of("p3")) - secrets_of("p2")
    assert person("p1")["email"] in others
    assert [value for value in others if value in own] == []


def test_a_proof_ends_with_its_time_and_with_the_link(
    stranger: Program, case: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, links = case
    given = proof(stranger, links["p1"], "p1")
    party = next(
        one.party.ref
        for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).signatures
        if one.party.person_key == "p1"
    )
    now = clock.now()
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: now + sign.PROOF_LASTS + timedelta(seconds=1))
        assert not stranger.get(links["p1"], headers=given).json["identified"]
    fresh = sign.renew_link(ref, party, actor=actor_of(LIN), now=now)
    assert stranger.get(links["p1"], headers=given).status_code == 404
    assert not stranger.get(f"/signing/{fresh}", headers=given).json["identified"]


def test_a_proof_ends_when_the_form_names_another_number(stranger: Program, case: tuple[str, dict[str, str]]) -> None:
    ref, links = case
    given = proof(stranger, links["p1"], "p1")
    lin, now = actor_of(LIN), clock.now()
    act(ref, "reopen", actor=lin, now=now)
    people = [dict(one) for one in file_of(ref, actor=lin, now=now).form["people"]]
    next(one for one in people if one["key"] == "p1")["id_no"] = with_check_digit("330702189503071010")
    apply.save_section(ref, "people", people, actor=lin, now=now)
    act(ref, "request_signatures", actor=lin, now=now)
    seen = stranger.get(links["p1"], headers=given).json
    assert (seen["identified"], seen["form"]) == (False, {})
    refused = stranger.post(f"{links['p1']}/signature", json={"digest": seen["digest"]}, headers=given)
    assert (refused.status_code, refused.json["code"]) == (403, "identity_not_proved")


def test_a_link_takes_few_wrong_answers_and_a_new_one_begins_anew(
    app: Any, program: Callable[[str], Program], case: tuple[str, dict[str, str]]
) -> None:
    ref, links = case
    wrong = claim("p1", person("p2")["id_no"])
    for place in range(MOST_TRIES):
        # Each time from another address.
        guesser = Program(app.test_client(), headers={"X-Forwarded-For": f"203.0.113.{place}"})
        refused = guesser.post(f"{links['p1']}/identity", json=wrong)
        assert (refused.status_code, refused.json["code"]) == (403, "identity_differs")
    ended = Program(app.test_client()).post(f"{links['p1']}/identity", json=claim("p1"))
    assert (ended.status_code, ended.json["code"]) == (429, "signing_link_exhausted")
    assert Program(app.test_client()).post(f"{links['p2']}/identity", json=claim("p2")).status_code == 200
    lin = program(LIN)
    party = Program(app.test_client()).get(links["p1"]).json["party"]
    fresh = lin.post(f"/applications/{ref}/signing-links/{party}").json["secret"]
    assert Program(app.test_client()).post(f"/signing/{fresh}/identity", json=claim("p1")).status_code == 200


def test_the_page_counts_the_same_tries_and_says_what_to_do(app: Any, case: tuple[str, dict[str, str]]) -> None:
    from tests.fixtures.visitor import Visitor, words

    _ref, links = case
    page = links["p1"].replace("/signing/", "/sign/")
    api = Program(app.test_client())
    for _ in range(MOST_TRIES - 1):
        api.post(f"{links['p1']}/identity", json=claim("p1", person("p2")["id_no"]))
    visitor = Visitor(app)
    assert visitor.post(f"{page}/identity", id_no=person("p2")["id_no"]).status_code == 422
    ended = visitor.post(f"{page}/identity", id_no=person("p1")["id_no"])
    assert ended.status_code == 429
    assert "换一个新链接" in words(ended)


@pytest.mark.parametrize("typed", ["{} ", " {}", "３３{rest}", "{spaced}"])
def test_a_number_is_compared_however_it_is_typed(
    stranger: Program, case: tuple[str, dict[str, str]], typed: str
) -> None:
    _ref, links = case
    number = person("p1")["id_no"]
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    written = typed.format(number, rest=number[2:], spaced=spaced)
    assert stranger.post(f"{links['p1']}/identity", json=claim("p1", written)).status_code == 200
