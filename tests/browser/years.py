"""An office in this process whose clock a test moves, visited by people at browsers over the years of a business."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from registration import clock
from registration.http.request_queue import take_turns
from registration.operations.sweeps import SWEEPS
from tests.fixtures.visitor import work_off

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What time alone does to a registered business and its applications.
DUE = ("end_terms", "release_names")


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *arguments: object) -> None:
        """Writes no log."""


@dataclass
class Years:
    """The office at `url`, on the day to which `on` has moved it; `work` does the tasks of its workers."""

    url: str
    now: datetime
    _moved: ExitStack = field(default_factory=ExitStack)

    def on(self, day: str) -> None:
        """At ten in the morning of the day, after what has become due by then. Sessions of before are over."""
        wanted = date.fromisoformat(day)
        self.now = datetime(wanted.year, wanted.month, wanted.day, 2, tzinfo=UTC)
        self._moved.close()
        self._moved.enter_context(clock.moved_to(self.now))
        for sweep in DUE:
            while SWEEPS[sweep](now=self.now):
                pass

    def work(self) -> None:
        work_off()

    def end(self) -> None:
        self._moved.close()


@contextmanager
def served(app: Flask, server: ThreadedWSGIServer, now: datetime) -> Iterator[Years]:
    """`app` at the socket of `server`, each request at the moment of the returned years."""
    years = Years(f"http://127.0.0.1:{server.port}", now)
    server.app = take_turns(_at_its_moment(app, years))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield years
    finally:
        years.end()
        server.shutdown()
        server.server_close()
        thread.join()


def socket() -> ThreadedWSGIServer:
    """A free port, taken before the application is made, whose links have the port."""
    return ThreadedWSGIServer("127.0.0.1", 0, _none, handler=_Quiet)


def _none(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return []


def _at_its_moment(app: Flask, years: Years) -> "WSGIApplication":
    """Threads of a server have each their own clock."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with clock.moved_to(years.now):
            return app(environ, start_response)

    return answer
