"""Whatever reads files from strangers does it in a child that is limited, knows no secret and keeps nobody waiting."""

import io
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from werkzeug.test import Client

from registration.documents import previews, uploads
from registration.errors import InvalidInput, NotFound, Unavailable
from registration.gateways import sandbox
from registration.gateways.sandbox import Limits, TooCostly, run
from registration.gateways.storage import FolderStorage
from registration.http.request_queue import holds_turn, out_of_turn, take_turns
from registration.settings import Settings
from tests.fixtures.visitor import Visitor, words
from tests.forgeries import bombs
from tests.forgeries.genuine import MIB
from tests.registration.documents.test_uploads import pdf, picture
from tests.registration.web.conftest import database_url, desk_app, visit

__all__ = ["database_url", "desk_app", "visit"]

ENOUGH = Limits(cpu_seconds=5, seconds=8.0, memory=512 * MIB)


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        uploads.judge(data, "a.pdf")
    return str(refused.value.problems[0].code)


def test_a_bomb_is_refused_and_the_next_file_is_taken() -> None:
    for times in (1, 2):
        filters = b"[ %b ]" % b" ".join([b"/FlateDecode"] * times)
        assert refusal(bombs.with_object_stream(bombs.zeros(80, times=times), filters)) == "upload.too_costly"
    assert refusal(bombs.file_of(*bombs.WHOLE, *([b"null"] * 210_000))) == "upload.too_costly"
    assert refusal(b"%PDF-1.7\n" + b"<<" * (4 * MIB)) == "upload.damaged"
    assert uploads.judge(pdf(), "a.pdf").pages == 1


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param(Limits(cpu_seconds=5, seconds=0.000001, memory=512 * MIB), id="time"),
        pytest.param(Limits(cpu_seconds=5, seconds=8.0, memory=0), id="memory"),
        pytest.param(Limits(cpu_seconds=5, seconds=8.0, memory=512 * MIB, answer=10), id="answer"),
    ],
)
def test_each_limit_ends_the_child_and_only_it(limits: Limits) -> None:
    page = picture("PNG", size=(3000, 3000))
    with pytest.raises(TooCostly):
        run("page", page, limits=limits, parameters={"content_type": "image/png", "page": 1})
    assert run("document", page, limits=ENOUGH).data["content_type"] == "image/png"


@pytest.mark.thorough
def test_the_helper_knows_no_secret_and_is_started_again_when_it_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(sandbox, "_helper", sandbox._Helper())
    run("document", pdf(), limits=ENOUGH)
    process = sandbox._helper._process
    assert process is not None
    known = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
    assert {one.partition(b"=")[0] for one in known if one} <= {b"PATH", b"PYTHONPATH", b"LANG", b"LC_CTYPE"}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert run("document", pdf(), limits=ENOUGH).data["pages"] == 1
    sandbox._helper.end()


def test_a_fault_of_the_program_is_not_the_file_s() -> None:
    with pytest.raises(Unavailable, match="sandbox_failed"):
        run("no such task", b"", limits=ENOUGH)


def test_few_files_are_read_at_once_and_the_next_is_told_to_come_again(
    visit: Callable[..., Visitor], desk_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and the API say so, each in its way, and call nothing forged."""
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0)
    monkeypatch.setattr(sandbox, "_room", threading.BoundedSemaphore(1))
    with sandbox._room:
        answer = desk_app.test_client().post("/api/v1/checks/file", data={"file": (io.BytesIO(pdf()), "a.pdf")})
        assert (answer.status_code, answer.get_json()["code"]) == (503, "sandbox_busy")
        assert int(answer.headers["Retry-After"]) > 0
        page = visit().post("/check", file=(io.BytesIO(pdf()), "a.pdf"))
        assert page.status_code == 503
        assert page.headers["Retry-After"] == answer.headers["Retry-After"]
        assert "同时检查的文件太多" in words(page)
        assert "不是本登记机关签发" not in words(page)


def test_no_crowd_waits_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_queue", threading.BoundedSemaphore(1))
    with sandbox._queue, pytest.raises(Unavailable, match="sandbox_busy"):
        run("document", pdf(), limits=ENOUGH)


def test_a_file_that_was_not_examined_to_an_end_is_unavailable_everywhere(
    visit: Callable[..., Visitor], desk_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registration.gateways.examination.LIMITS", Limits(4, 0.000001, 512 * MIB))
    answer = desk_app.test_client().post("/api/v1/checks/file", data={"file": (io.BytesIO(pdf()), "a.pdf")})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "file_too_costly")
    page = visit().post("/check", file=(io.BytesIO(pdf()), "a.pdf"))
    assert page.status_code == 503
    assert "来不及检查" in words(page)
    assert "请不要接受" not in words(page)


def test_others_are_answered_while_one_waits_for_its_file() -> None:
    """One request runs at a time, but nobody waits for a request that only waits itself."""
    app, inside, leave = Flask("turns"), threading.Event(), threading.Event()
    seen: list[bool] = []

    @app.get("/slow")
    def slow() -> str:
        with out_of_turn():
            seen.append(holds_turn())
            inside.set()
            assert leave.wait(30)
        seen.append(holds_turn())
        return "slow"

    @app.get("/quick")
    def quick() -> str:
        return "quick"

    app.wsgi_app = take_turns(app.wsgi_app)  # type: ignore[method-assign, assignment]  # so Flask wants it wrapped
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(Client(app).get("/slow").text))
    waiting.start()
    assert inside.wait(30)
    answers.append(Client(app).get("/quick").text)
    leave.set()
    waiting.join()
    assert answers == ["quick", "slow"]
    assert seen == [False, True]


def test_a_page_that_cannot_be_drawn_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage, broken = FolderStorage(tmp_path), b"%PDF-1.7 and nothing else"
    stored = uploads.keep(broken, uploads.Judged("application/pdf", 1, "a.pdf"), storage=storage)
    asked = {"storage_key": stored.storage_key, "sha256": stored.sha256, "content_type": stored.content_type}
    tried: list[int] = []
    draw = previews.draw

    def counted(*given: Any, **more: Any) -> Any:
        tried.append(1)
        return draw(*given, **more)

    monkeypatch.setattr(previews, "draw", counted)
    for _ in range(3):
        with pytest.raises(NotFound, match="preview_impossible"):
            previews.page_image(storage, page=1, **asked)
    assert tried == [1]


def test_no_room_to_draw_a_page_is_not_kept_in_mind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = FolderStorage(tmp_path)
    stored = uploads.keep(pdf(), uploads.Judged("application/pdf", 1, "a.pdf"), storage=storage)
    asked = {"storage_key": stored.storage_key, "sha256": stored.sha256, "content_type": stored.content_type}
    with monkeypatch.context() as crowded:
        crowded.setattr(sandbox, "_queue", threading.BoundedSemaphore(1))
        with sandbox._queue, pytest.raises(Unavailable):
            previews.page_image(storage, page=1, **asked)
    assert previews.page_image(storage, page=1, **asked).startswith(b"\x89PNG")


@pytest.fixture
def locked() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(content, encryption=pikepdf.Encryption(owner="o", user="u"))
    return content.getvalue()


def test_a_password_is_named_and_is_no_fault_of_the_system(
    visit: Callable[..., Visitor], desk_app: Flask, locked: bytes, settings: Settings
) -> None:
    answer = desk_app.test_client().post("/api/v1/checks/file", data={"file": (io.BytesIO(locked), "a.pdf")})
    assert (answer.status_code, answer.get_json()["doubts"]) == (200, ["pdf.encrypted"])
    assert "有密码" in words(visit().post("/check", file=(io.BytesIO(locked), "a.pdf")))
    assert refusal(locked) == "upload.encrypted"
