"""Voices through the API: filed once with a key, and read with the check word alone."""

from registration import clock
from registration.operations import voices
from tests.fixtures.cases import actor_of
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

database_url = sqlite_only


def test_a_voice_is_filed_once_and_read_with_its_word(stranger: Program) -> None:
    offered = stranger.get("/voices/services").json
    assert [one["kind"] for one in offered["kinds"]] == ["question", "suggestion", "complaint", "report"]
    office = next(one["registrar"] for one in offered["registrars"] if one["registrar"] == "330702")
    given = {"kind": "question", "registrar": office, "matter": offered["matters"][0], "words": "要带什么？"}
    filed, again = (stranger.post("/voices", json=given, key="one") for _time in range(2))
    assert filed.status_code == 201
    assert again.json == filed.json
    ref, word = filed.json["voice"], {"Check-Word": filed.json["check_word"]}
    assert stranger.get(f"/voices/{ref}").status_code == 404
    assert stranger.get(f"/voices/{ref}", headers={"Check-Word": "2222-2222"}).json["code"] == "voice_unknown"
    read = stranger.get(f"/voices/{ref}", headers=word).json
    assert (read["status"], read["taken"], read["answer"]) == ("open", False, "")
    voices.answer(ref, words="身份证件。", actor=actor_of("0318"), now=clock.now())
    read = stranger.get(f"/voices/{ref}", headers=word).json
    assert (read["status"], read["answer"], read["matter"]) == ("answered", "身份证件。", "establishment")


def test_faults_are_named(stranger: Program) -> None:
    given = {"kind": "question", "registrar": "000000", "matter": "none", "words": "卡号4111111111111111"}
    refused = stranger.post("/voices", json=given)
    found = {one["path"]: one["code"] for one in refused.json["errors"]}
    assert refused.status_code == 422
    assert found == {
        "registrar": "voice.no_office",
        "matter": "voice.no_matter",
        "with_numbers": "voice.private_number",
    }
