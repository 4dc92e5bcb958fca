"""A POST is done once, however often and however much at once it is sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import func, select

from registration import db
from registration.errors import Conflict, InvalidInput
from registration.models import Application, IdempotencyKey
from registration.operations import idempotency
from registration.operations.idempotency import Answer
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]
START = {"entity_type": "individual", "registrar": "330702"}


def drafts() -> int:
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(Application)).one()


def test_twenty_equal_requests_at_once_make_one_draft(app: Flask, program: Programs) -> None:
    token = program("lin@example.cn").token

    def send(_: int) -> tuple[int, str | None]:
        answer = Program(app.test_client(), token).post("/applications", json=START, key="one")
        return answer.status_code, answer.json.get("ref")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert drafts() == 1
    assert {status for status, _ in answers} <= {201, 409}
    assert len({ref for status, ref in answers if status == 201}) == 1
    again = Program(app.test_client(), token).post("/applications", json=START, key="one")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.headers["Location"].endswith(again.json["ref"])


def test_a_refusal_is_repeated_too(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = lin.post("/applications", json=START).json["ref"]
    path = f"/applications/{ref}/actions/request_signatures"
    first = lin.post(path, json={}, key="two")
    second = lin.post(path, json={}, key="two")
    assert (first.status_code, second.status_code) == (409, 409)
    assert first.json == second.json
    assert second.mimetype == "application/problem+json"


def test_a_key_belongs_to_one_request_and_one_sender(program: Programs) -> None:
    lin, zhou = program("lin@example.cn"), program("zhou@example.cn")
    assert lin.post("/applications", json=START, key="k").status_code == 201
    other = lin.post("/applications", json={**START, "registrar": "330701"}, key="k")
    assert (other.status_code, other.json["errors"][0]["code"]) == (422, "idempotency_key.reused")
    assert zhou.post("/applications", json=START, key="k").status_code == 201
    assert drafts() == 2


def test_a_key_is_asked_for(program: Programs) -> None:
    lin = program("lin@example.cn")
    headers = {"Authorization": f"Bearer {lin.token}"}
    answer = lin.client.post("/api/v1/applications", json=START, headers=headers)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "idempotency_key.missing")
    assert lin.post("/applications", json=START, key="x" * 256).status_code == 422
    assert drafts() == 0


def test_a_file_sent_twice_is_one_document(program: Programs) -> None:
    """Each time the boundary between the parts is another."""
    from PIL import Image

    lin = program("lin@example.cn")
    ref = lin.post("/applications", json=START).json["ref"]
    content = BytesIO()
    Image.new("RGB", (9, 9)).save(content, "PNG")

    def send() -> dict[str, str]:
        data = {"kind": "premises_lease", "file": (BytesIO(content.getvalue()), "a.png")}
        answer = lin.post(f"/applications/{ref}/materials", data=data, key="file")
        assert answer.status_code == 201
        return dict(answer.json)

    assert send() == send()


def test_what_is_kept_is_sealed(program: Programs) -> None:
    lin = program("lin@example.cn")
    lin.post("/applications", json=START, key="sealed")
    with db.reading() as session:
        kept = session.exec(select(IdempotencyKey)).all()
    assert kept
    assert "HY-" not in str([row.response for row in kept])


def test_a_request_that_died_gives_way(database_url: str, settings: object, database: Engine, clock: datetime) -> None:
    assert idempotency.begin("account:1", "k", "hash", now=clock) is None
    with pytest.raises(Conflict):
        idempotency.begin("account:1", "k", "hash", now=clock + timedelta(seconds=30))
    later = clock + timedelta(minutes=3)
    assert idempotency.begin("account:1", "k", "hash", now=later) is None
    with pytest.raises(Conflict):
        idempotency.begin("account:1", "k", "hash", now=later)
    idempotency.keep("account:1", "k", Answer(201, {"ETag": '"1"'}, "{}"))
    assert idempotency.begin("account:1", "k", "hash", now=later) == Answer(201, {"ETag": '"1"'}, "{}")
    with pytest.raises(InvalidInput):
        idempotency.begin("account:1", "k", "other", now=later)
    idempotency.forget("account:1", "k")
    assert idempotency.begin("account:1", "k", "other", now=later) is None


def test_a_failure_of_ours_may_be_sent_again(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    lin = program("lin@example.cn")

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("registration.operations.apply.start", broken)
        assert lin.post("/applications", json=START, key="again").status_code == 500
    assert lin.post("/applications", json=START, key="again").status_code == 201
