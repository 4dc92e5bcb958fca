"""The embedded broker: private, durable, alone in its folder."""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from registration.errors import Unavailable
from registration.runtime import broker


@pytest.fixture
def folder() -> Iterator[Path]:
    """A path short enough for a socket, which pytest's own is not everywhere."""
    path = Path(tempfile.mkdtemp(prefix="heyi-"))
    yield path / "broker"
    shutil.rmtree(path)


@pytest.fixture
def running(folder: Path) -> Iterator[broker.Broker]:
    server = broker.start(folder)
    yield server
    server.stop()


@pytest.mark.broker
def test_only_this_user_of_this_machine_reaches_it(running: broker.Broker, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(running.socket.stat().st_mode) == 0o600
    assert psutil.Process(running.process.pid).net_connections("inet") == []
    assert broker.eviction_policy(running.url) == "noeviction"


@pytest.mark.broker
def test_what_it_was_given_outlives_it(running: broker.Broker, folder: Path) -> None:
    with broker.client(running.url) as client:
        client.rpush("notify", "message")
    running.stop()
    again = broker.start(folder)
    try:
        with broker.client(again.url) as client:
            assert client.lrange("notify", 0, -1) == [b"message"]
    finally:
        again.stop()


@pytest.mark.broker
def test_a_second_one_does_not_take_its_place(running: broker.Broker, folder: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        broker.start(folder)
    assert refused.value.reason == "broker_runs_already"
    assert broker.answers(running.url)


def test_a_path_that_no_socket_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        broker.prepare(tmp_path / ("x" * broker.LONGEST_SOCKET_PATH))
    assert refused.value.reason == "broker_socket_path_too_long"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@10.0.0.1:6379/0", "redis://:***@10.0.0.1:6379/0"),
        ("redis+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
    ],
)
def test_a_password_is_not_shown(url: str, shown: str) -> None:
    assert broker.without_password(url) == shown
