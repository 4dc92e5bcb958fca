"""Messages, ratings, complaints, the progress without an account and the next steps: the same rules over HTTP."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from registration import clock
from registration.queries.public_progress import check_word
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import issued
from tests.fixtures.office import CLERK, DIRECTOR, LIN
from tests.fixtures.pictures import picture
from tests.registration.api.conftest import Program
from tests.registration.documents.test_uploads import pdf

Programs = Callable[[str], Program]

database_url = sqlite_only


def ok(answer: Any) -> Any:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def test_what_follows_a_submission(program: Programs, stranger: Program) -> None:
    ref = issued(clock.now())
    lin, clerk, director = (program(login) for login in (LIN, CLERK, DIRECTOR))
    messages = f"/applications/{ref}/messages"
    assert ok(lin.get(messages)) == {"items": [], "closed": False}
    # A request that is repeated with its key is one message.
    sent = {ok(lin.post(messages, json={"words": "执照寄到哪里？"}, key="one"))["message"] for _ in range(2)}
    assert len(sent) == 1
    ok(clerk.post(messages, json={"words": "请下载电子执照。"}))
    rows = ok(lin.get(messages))["items"]
    assert [(one["side"], one["waits"]) for one in rows] == [("applicant", False), ("office", False)]
    assert clerk.post(f"{messages}/settlement").json == {"settled": 0}
    assert lin.post(messages, json={"words": " "}).status_code == 422
    _files_go_with_a_message(lin, clerk, program("zhou@example.cn"), messages)

    steps = ok(lin.get(f"/applications/{ref}/feedback"))["steps"]
    assert steps == ["submission", "result"]
    rating = f"/applications/{ref}/ratings/{steps[1]}"
    assert lin.post(rating, json={"grade": 6}).status_code == 422
    given = ok(lin.post(rating, json={"grade": 5, "reasons": ["slow"], "words": "等了两周"}))["feedback"]
    claim = next(one.seq for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).history if "claim" in one.tag)
    made = ok(lin.post(f"/applications/{ref}/complaints", json={"step": str(claim), "words": "没有回电"}))["feedback"]
    assert clerk.get("/feedback").status_code == 403
    waiting = ok(director.get("/feedback"))["items"]
    assert {(one["feedback"], one["kind"]) for one in waiting} == {(given, "rating"), (made, "complaint")}
    ok(director.post(f"/feedback/{given}/check"))
    for one in (given, made):
        ok(director.post(f"/feedback/{one}/answer", json={"words": "已经改进。"}))
    assert director.post(f"/feedback/{made}/answer", json={"words": "再答"}).status_code == 409
    answers = ok(lin.get(f"/applications/{ref}/feedback"))["items"]
    assert [one["answer"] for one in answers] == ["已经改进。"] * 2
    assert answers[1]["step_label"]

    after = ok(lin.get(f"/applications/{ref}/next-steps"))["items"]
    assert {one["step"]: one["state"] for one in after}["invoices"] == "own"
    asked = {"ref": ref, "check_word": check_word(ref)}
    assert ok(stranger.call("POST", "/progress", json=asked))["ref"] == ref
    wrong = stranger.call("POST", "/progress", json=asked | {"check_word": "AAAA-AAAA"})
    assert (wrong.status_code, wrong.json["code"]) == (404, "progress_unknown")


def _files_go_with_a_message(lin: Program, clerk: Program, stranger: Program, messages: str) -> None:
    def sent(*files: tuple[bytes, str], by: Program = lin, words: str = "附上照片") -> Any:
        form = {"words": words, "file": [(BytesIO(data), name) for data, name in files]}
        return by.post(f"{messages}/with-files", data=form, content_type="multipart/form-data")

    page = pdf()
    refused = sent((page, "a.pdf"), (b"MZ\x90\x00", "b.pdf"))
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "file")
    assert sent(*[(page, f"{number}.pdf") for number in range(6)]).status_code == 422
    assert sent((page, "a.pdf"), words=" ").status_code == 422
    assert sent((page, "a.pdf"), by=stranger).status_code == 404
    ref = ok(sent((page, "a.pdf"), (picture(), "门头.png")))["message"]
    row = next(one for one in ok(clerk.get(messages))["items"] if one["message"] == ref)
    assert [one["filename"] for one in row["files"]] == ["a.pdf", "门头.png"]
    found = clerk.get(f"{messages}/files/{row['files'][0]['ref']}")
    assert (found.status_code, found.data, found.headers["Content-Disposition"][:10]) == (200, page, "attachment")
    assert stranger.get(f"{messages}/files/{row['files'][0]['ref']}").status_code == 404
    assert lin.get(f"/applications/HY-2026-999999/messages/files/{row['files'][0]['ref']}").status_code == 404
