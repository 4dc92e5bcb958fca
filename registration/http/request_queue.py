"""Requests of one process take turns, except while one of them only waits for another process.

A second thread makes the interpreter slower, so one request runs at a time. A request that has a stranger's file
examined would keep all others waiting for seconds: it steps aside, and comes back for its answer.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_turn = threading.Lock()
_mine = threading.local()


def take_turns(app: "WSGIApplication") -> "WSGIApplication":
    """The same application, with one request at a time."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with _turn:
            _mine.held = True
            try:
                return app(environ, start_response)
            finally:
                _mine.held = False

    return call


@contextmanager
def out_of_turn() -> Iterator[None]:
    """Lets other requests run meanwhile. Never inside a transaction: the others might wait for its locks."""
    if not holds_turn():
        yield
        return
    _mine.held = False
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _mine.held = True


def holds_turn() -> bool:
    held: Any = getattr(_mine, "held", False)
    return bool(held)
