"""Hashing takes a tenth of a second: others are answered meanwhile, and of several there is always one left to run."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client

from registration.database import all_or_nothing, transaction
from registration.http.request_queue import holds_turn, take_turns
from registration.operations import passwords
from tests.fixtures.database import sqlite_only

database_url = sqlite_only


class Hasher:
    """Takes as long as the test wants, and notes whether other requests could run."""

    def __init__(self) -> None:
        self.aside: list[bool] = []
        self.leave = threading.Event()

    def hash(self, _password: str) -> str:
        self.aside.append(not holds_turn())
        assert holds_turn() or self.leave.wait(30)
        return "hash"


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    made = Hasher()
    monkeypatch.setattr(passwords, "_hasher", lambda: made)
    return made


def client_of(work: Callable[[], str]) -> Client:
    app = Flask("passwords")
    app.add_url_rule("/hash", view_func=work, endpoint="hash")
    app.add_url_rule("/quick", view_func=lambda: "quick", endpoint="quick")
    app.wsgi_app = take_turns(app.wsgi_app)  # type: ignore[method-assign, assignment]  # so Flask wants it wrapped
    return Client(app)


def test_others_are_answered_while_passwords_are_hashed(hasher: Hasher) -> None:
    client = client_of(lambda: passwords.hashed("heyi-yanshi"))
    waiting = [threading.Thread(target=lambda: client.get("/hash")) for _ in range(passwords.AT_ONCE)]
    for one in waiting:
        one.start()
    # Each request that is answered gives those that wait for their turn the next one.
    while len(hasher.aside) < passwords.AT_ONCE:
        assert client.get("/quick").text == "quick"
    assert client.get("/quick").text == "quick"
    assert client.get("/hash").text == "hash"
    assert hasher.aside == [True] * passwords.AT_ONCE + [False]
    hasher.leave.set()
    for one in waiting:
        one.join()


@pytest.mark.usefixtures("database")
def test_a_request_that_holds_locks_keeps_its_turn(hasher: Hasher) -> None:
    def work() -> str:
        with all_or_nothing():
            with transaction() as session:
                session.connection()
            return passwords.hashed("heyi-yanshi")

    assert client_of(work).get("/hash").text == "hash"
    assert hasher.aside == [False]
