"""A key is written once and keeps what it got, in a folder and in a bucket alike."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from obstore.store import LocalStore
from pydantic import SecretStr

from registration.errors import NotFound, Unavailable
from registration.gateways.storage import FolderStorage, S3Storage, Storage, put_all, storage
from registration.settings import Settings


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as a create-only store uses: PUT with If-None-Match, GET, HEAD."""

    objects: dict[str, bytes]
    signed: set[str]
    lock = threading.Lock()

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.signed.add(self.headers["Authorization"].partition("/")[0])
        with self.lock:
            taken = self.path in self.objects and self.headers["If-None-Match"] == "*"
            if not taken:
                self.objects[self.path] = content
        self.answer(412 if taken else 200)

    def do_GET(self) -> None:
        content = self.objects.get(self.path)
        self.answer(404) if content is None else self.answer(200, content)

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (("Content-Length", str(len(content))), ("ETag", '"1"')):
            self.send_header(name, value)
        self.send_header("Last-Modified", "Mon, 12 Oct 2026 01:30:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silent: a request is no event of the test."""


@pytest.fixture
def bucket() -> Iterator[tuple[Settings, type[Bucket]]]:
    handler = type("OwnBucket", (Bucket,), {"objects": {}, "signed": set()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield _s3(f"http://127.0.0.1:{server.server_port}"), handler
        server.shutdown()
        thread.join()


@pytest.fixture(params=["folder", "local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path / "files")
    if request.param == "local":
        return S3Storage(LocalStore(tmp_path, mkdir=True))
    return storage(request.getfixturevalue("bucket")[0])


def test_what_was_put_first_stays(store: Storage) -> None:
    assert not store.exists("licences/a.pdf")
    assert store.put("licences/a.pdf", b"first")
    assert not store.put("licences/a.pdf", b"second")
    assert store.get("licences/a.pdf") == b"first"
    assert store.exists("licences/a.pdf")


def test_what_is_not_there_is_not_found(store: Storage) -> None:
    with pytest.raises(NotFound):
        store.get("licences/none.pdf")


def test_of_many_writers_one_wins(store: Storage) -> None:
    with ThreadPoolExecutor(8) as pool:
        contents = [str(n).encode() for n in range(8)]
        won = list(pool.map(lambda content: store.put("one", content), contents))
    assert won.count(True) == 1
    assert store.get("one") == contents[won.index(True)]


def test_many_are_put_together_and_one_that_is_refused_is_told(store: Storage) -> None:
    files = {f"papers/{number % 4}/{number}.pdf": str(number).encode() for number in range(20)}
    put_all(store, files)
    assert {key: store.get(key) for key in files} == files
    # Those that are there already stay, as when the work is repeated.
    put_all(store, dict.fromkeys(files, b"again"))
    assert {key: store.get(key) for key in files} == files
    with pytest.raises(ValueError, match="not a storage key"):
        put_all(store, {"papers/new.pdf": b"", "../out": b""})


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../out", "a/../../out", "a//b", "a\\b", "."])
def test_a_key_cannot_leave_the_store(store: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        store.put(key, b"")


def test_a_folder_holds_no_half_written_files(tmp_path: Path) -> None:
    store = FolderStorage(tmp_path)
    store.put("a/b.pdf", b"content")
    store.put("a/b.pdf", b"again")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.pdf"]


def test_a_folder_that_cannot_be_written_is_a_passing_state(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a file where a folder should be")
    with pytest.raises(Unavailable):
        FolderStorage(tmp_path).put("a/b.pdf", b"content")


def test_a_bucket_is_asked_with_the_configured_key(bucket: tuple[Settings, type[Bucket]]) -> None:
    settings, handler = bucket
    storage(settings).put("papers/a.pdf", b"content")
    assert handler.objects == {"/heyi/papers/a.pdf": b"content"}
    assert handler.signed == {"AWS4-HMAC-SHA256 Credential=sample"}


def test_a_bucket_that_is_away_is_a_passing_state() -> None:
    with pytest.raises(Unavailable):
        storage(_s3("http://127.0.0.1:9")).put("a", b"content")


def _s3(endpoint: str) -> Settings:
    return Settings(
        storage="s3",
        s3_bucket="heyi",
        s3_endpoint=endpoint,
        s3_access_key_id=SecretStr("sample"),
        s3_secret_access_key=SecretStr("sample-secret"),
    )
