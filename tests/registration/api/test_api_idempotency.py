"""A POST is done once, however often and however much at once it is sent."""

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import func, select

from registration import database
from registration.errors import Conflict, InvalidInput
from registration.models import Application, IdempotencyKey
from registration.operations import apply, idempotency
from registration.operations.idempotency import Claim, StoredAnswer
from tests.registration.api.conftest import Program

pytestmark = pytest.mark.both_engines

Programs = Callable[[str], Program]
START = {"entity_type": "individual", "registrar": "330702"}


def drafts() -> int:
    with database.reading() as session:
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
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "idempotency_key.missing")
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
    with database.reading() as session:
        kept = session.exec(select(IdempotencyKey)).all()
    assert kept
    assert "HY-" not in str([row.response for row in kept])


def test_a_request_that_died_gives_way_within_seconds(
    database_url: str, settings: object, database: Engine, clock: datetime
) -> None:
    def again(at: datetime, request: str = "hash") -> StoredAnswer | Claim:
        return idempotency.begin("account:1", "k", request, now=at)

    lease = timedelta(seconds=idempotency.LEASE_SECONDS)
    first = again(clock)
    assert isinstance(first, Claim)
    idempotency.renew(first, now=clock + lease / 2)
    with pytest.raises(Conflict):
        again(clock + lease)
    later = clock + 1.5 * lease
    second = again(later)
    assert isinstance(second, Claim)
    with pytest.raises(Conflict):
        again(later)
    with pytest.raises(Conflict):
        idempotency.keep(first, StoredAnswer(201, {}, "late"))
    idempotency.keep(second, StoredAnswer(201, {"ETag": '"1"'}, "{}"))
    assert again(later) == StoredAnswer(201, {"ETag": '"1"'}, "{}")
    with pytest.raises(InvalidInput):
        again(later, "other")


def test_a_clock_that_was_set_back_frees_the_keys_of_the_dead(
    database_url: str, settings: object, database: Engine, clock: datetime
) -> None:
    assert isinstance(idempotency.begin("account:1", "k", "hash", now=clock), Claim)
    assert isinstance(idempotency.begin("account:1", "k", "hash", now=clock - timedelta(hours=2)), Claim)


def test_a_key_that_is_given_back_is_free(
    database_url: str, settings: object, database: Engine, clock: datetime
) -> None:
    claim = idempotency.begin("account:1", "k", "hash", now=clock)
    assert isinstance(claim, Claim)
    idempotency.forget(claim)
    assert isinstance(idempotency.begin("account:1", "k", "other", now=clock), Claim)


def test_what_a_request_did_is_kept_with_its_answer_or_not_at_all(
    program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = program("lin@example.cn")
    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "keep", _disk_full)
        answer = lin.post("/applications", json=START, key="once")
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) <= 5
    assert drafts() == 0
    monkeypatch.setattr(idempotency, "_is_worked_on", lambda kept, now: False)
    assert lin.post("/applications", json=START, key="once").status_code == 201
    assert drafts() == 1


def _disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_request_that_lost_its_key_meanwhile_does_nothing(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process stood still for longer than the lease, and another has answered."""
    lin = program("lin@example.cn")
    start = apply.start

    def slowly(**asked: Any) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(apply, "start", start)
            patched.setattr(idempotency, "_is_worked_on", lambda kept, now: False)
            answers.append(_in_another_thread(lin))
        return start(**asked)

    answers: list[int] = []
    monkeypatch.setattr(apply, "start", slowly)
    # What stands still renews no lease either.
    monkeypatch.setattr(idempotency, "renew", lambda claim, now: None)
    assert lin.post("/applications", json=START, key="one").status_code == 409
    assert answers == [201]
    assert drafts() == 1


def _in_another_thread(program: Program) -> int:
    def send() -> int:
        other = Program(program.client.application.test_client(), program.token)
        return other.post("/applications", json=START, key="one").status_code

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(send).result()


def test_a_failure_of_ours_may_be_sent_again(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    lin = program("lin@example.cn")

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("registration.operations.apply.start", broken)
        assert lin.post("/applications", json=START, key="again").status_code == 500
    assert lin.post("/applications", json=START, key="again").status_code == 201
