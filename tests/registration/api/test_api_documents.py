"""Programs read the documents that are made from the answers, change clauses, sign them, and get a draft."""

from collections.abc import Callable
from typing import Any

from registration import clock
from registration.operations import sign
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, draft, file_of, person
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

database_url = sqlite_only
LIN = "lin@example.cn"
OWN = {"clause": "company_articles.profit", "text": "由股东平均分配。"}


def test_documents_are_listed_changed_and_signed(
    program: Callable[[str], Program], stranger: Program, app: Any
) -> None:
    actor, now = actor_of(LIN), clock.now()
    ref = draft("llc", company(), registrar="330702", actor=actor, now=now, made=True)
    lin, at = program(LIN), f"/applications/{ref}/documents"
    listed = lin.get(at).json["items"]
    assert [(one["document"], one["replaces"]) for one in listed] == [
        ("articles", ["articles", "supervision_agreement"]),
        ("appointment", ["appointment"]),
    ]
    assert listed[0]["clauses"][0]["clause"] == "company_articles.transfer"
    fixed = lin.put(
        f"/applications/{ref}/form/documents", json={"clauses": [OWN | {"clause": "company_articles.name"}]}
    )
    assert fixed.status_code == 200
    errors = lin.get(f"/applications/{ref}").json["tasks"][-1]["errors"]
    assert [(one["path"], one["code"]) for one in errors] == [("documents.clauses.0.clause", "documents.clause_fixed")]
    assert lin.put(f"/applications/{ref}/form/documents", json={"clauses": [OWN]}).status_code == 200
    rows = {row["clause"]: row for row in lin.get(at).json["items"][0]["clauses"]}
    assert rows[OWN["clause"]]["text"] == OWN["text"] != rows[OWN["clause"]]["standard"]
    assert lin.get(f"{at}/appointment").json["title"] == "金华市双溪样例信息科技有限公司任职文件"
    assert program("zhou@example.cn").get(f"{at}/appointment").status_code == 404
    assert program("0318").get(f"{at}/appointment").status_code == 404

    assert lin.get(f"{at}/appointment/draft").status_code == 503
    assert lin.post(f"{at}/appointment/draft").json == {"document": "appointment", "ready": False}
    assert lin.post(f"{at}/nothing/draft").status_code == 404

    act(ref, "request_signatures", actor=actor, now=now)
    (first, *_), links = file_of(ref, actor=actor, now=now).signatures, sign.links_for(ref, actor=actor, now=now)
    link = f"/signing/{links[first.party.ref]}"
    assert stranger.get(link).json["documents"] == []
    claim = {"name": first.party.name, "id_no": person(first.party.person_key)["id_no"]}
    proof = stranger.post(f"{link}/identity", json=claim).json["proof"]
    texts = stranger.get(link, headers={"Signing-Proof": proof}).json["documents"]
    assert [text["kind"] for text in texts] == ["articles", "appointment"]
    own = [clause for chapter in texts[0]["chapters"] for clause in chapter["clauses"] if clause["own"]]
    assert [clause["paragraphs"] for clause in own] == [[OWN["text"]]]
