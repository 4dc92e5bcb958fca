"""Web processes are killed while people write: the others go on, and what was sent again is done once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
import httpx
import psutil
import pytest
from sqlalchemy import Engine, create_engine, text

from registration.operations import samples
from tests.faults.checker import faults_in
from tests.faults.deployment import LIN, Deployment
from tests.fixtures.database import POSTGRES

pytestmark = [pytest.mark.broker, pytest.mark.thorough, pytest.mark.timeout(2400)]
BODY = {"entity_type": "individual", "registrar": "330702"}


class Writer:
    """Starts one application after another, each sent with the same key until it is acknowledged."""

    def __init__(self, url: str, *, token: str) -> None:
        self.acknowledged: list[str] = []
        self.longest = 0.0
        self._url, self._stop = f"{url}/api/v1/applications", threading.Event()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            self.acknowledged.append(self._once(f"{id(self)}-{len(self.acknowledged)}"))
            self.longest = max(self.longest, time.monotonic() - begun)

    def _once(self, key: str) -> str:
        while True:
            try:
                answer = httpx.post(self._url, json=BODY, headers=self._headers | {"Idempotency-Key": key}, timeout=30)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == httpx.codes.CREATED:
                return str(answer.json()["ref"])
            assert answer.status_code in (409, 503), answer.text
            assert answer.headers["Retry-After"]
            time.sleep(0.05)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


def token_of(url: str) -> str:
    answer = httpx.post(f"{url}/api/v1/tokens", json={"login": LIN, "password": samples.PASSWORD}, timeout=30)
    return str(answer.json()["token"])


@contextmanager
def writing(deployment: Deployment, count: int) -> Iterator[list[Writer]]:
    url = deployment.stack.url
    writers = [Writer(url, token=token_of(url)) for _ in range(count)]
    for writer in writers:
        writer.start()
    yield writers
    for writer in writers:
        writer.stop()


def test_killed_web_processes_lose_nothing_and_double_nothing(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.serve()
    server = deployment.stack.running["serve"]
    with writing(deployment, 3) as writers:
        deployment.wait_until(lambda: len(done(writers)) >= 6)
        one, other = deployment.children_of("serve")
        one.kill()
        since = len(done(writers))
        deployment.wait_until(lambda: len(done(writers)) >= since + 12)
        # The server and its other process went on; a new one takes the place of the killed.
        assert server.poll() is None
        assert other.is_running()
        deployment.wait_until(lambda: len(deployment.children_of("serve")) == 2)
        told = [f"one web process: {max(writer.longest for writer in writers):.1f} s"]
        for writer in writers:
            writer.longest = 0.0
        deployment.kill("serve")
        deployment.serve()
        since = len(done(writers))
        deployment.wait_until(lambda: len(done(writers)) >= since + 12)
        told.append(f"whole web: {max(writer.longest for writer in writers):.1f} s")
    assert faults_in(deployment.url, started=done(writers)) == []
    with capsys.disabled():
        click.echo(f"\nlongest wait of who writes, {deployment.engine}: {', '.join(told)}")


def done(writers: list[Writer]) -> list[str]:
    return [ref for writer in writers for ref in writer.acknowledged]


@pytest.mark.parametrize("database_url", [pytest.param(POSTGRES, marks=pytest.mark.postgres)], indirect=True)
def test_a_request_whose_process_was_killed_is_done_once_by_another(deployment: Deployment, database: Engine) -> None:
    deployment.serve()
    headers = {"Authorization": f"Bearer {token_of(deployment.stack.url)}", "Idempotency-Key": "cut-off"}
    address = f"{deployment.stack.url}/api/v1/applications"
    engine = create_engine(deployment.url)
    with engine.begin() as held, httpx.Client(timeout=30) as client:
        # It has its key, and waits for the table in which it would write.
        held.execute(text("LOCK TABLE application IN SHARE MODE"))
        cut: list[str] = []
        sent = threading.Thread(target=lambda: cut.append(_sent(client, address, headers)))
        sent.start()
        deployment.wait_until(lambda: _waits_for_a_lock(deployment.url))
        _serving(deployment, client).kill()
        sent.join(30)
        assert cut == ["cut off"]
        again = httpx.post(address, json=BODY, headers=headers, timeout=30)
        assert (again.status_code, again.json()["code"]) == (409, "idempotency_in_progress")
    answers: list[httpx.Response] = []

    def is_done() -> bool:
        answers.append(httpx.post(address, json=BODY, headers=headers, timeout=30))
        return answers[-1].status_code != httpx.codes.CONFLICT

    deployment.wait_until(is_done, seconds=20)
    assert answers[-1].status_code == httpx.codes.CREATED
    assert httpx.post(address, json=BODY, headers=headers, timeout=30).json() == answers[-1].json()
    assert faults_in(deployment.url, started=[answers[-1].json()["ref"]]) == []
    engine.dispose()


def _sent(client: httpx.Client, address: str, headers: dict[str, str]) -> str:
    try:
        return str(client.post(address, json=BODY, headers=headers).status_code)
    except httpx.TransportError:
        return "cut off"


def _waits_for_a_lock(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        waits = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return bool(waits)


def _serving(deployment: Deployment, client: httpx.Client) -> psutil.Process:
    """The web process that has the one open request."""
    for process in deployment.children_of("serve"):
        open_ones = [one for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
        if open_ones:
            return process
    raise AssertionError("no web process has a connection")
