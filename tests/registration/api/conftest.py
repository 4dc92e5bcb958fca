"""A demonstration's office behind the API, and programs that call it as people of that office."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from registration import clock, database, tasks
from registration.app import create_app
from registration.http.context import limiter
from registration.models import Message
from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.office import opened
from tests.fixtures.visitor import Answer

_keys = count(1)


@dataclass
class Program:
    """A client with a token; every POST carries a key of its own unless one is given."""

    client: FlaskClient
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, *, key: str | None = None, **given: Any) -> Answer:
        headers = {**self.headers, **given.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        return cast(Answer, self.client.open(f"/api/v1{path}", method=method, headers=headers, **given))

    def get(self, path: str, **given: Any) -> Answer:
        return self.call("GET", path, **given)

    def post(self, path: str, **given: Any) -> Answer:
        return self.call("POST", path, **given)

    def put(self, path: str, **given: Any) -> Answer:
        return self.call("PUT", path, **given)

    def act(self, ref: str, action: str, **inputs: Any) -> Answer:
        return self.post(f"/applications/{ref}/actions/{action}", json=inputs)


@pytest.fixture
def app(database_url: str, settings: Settings, database: Engine) -> Iterator[Flask]:
    """The whole application, its sample office loaded; nobody is limited here but where a test says so."""
    opened(settings, now=clock.now())
    app = create_app(settings)
    limiter.enabled = False
    yield app
    limiter.enabled = True


@pytest.fixture
def stranger(app: Flask) -> Program:
    """A program without a token."""
    return Program(app.test_client())


@pytest.fixture
def program(app: Flask) -> Callable[[str], Program]:
    """Signs in as somebody of the sample office."""

    def sign_in(login: str) -> Program:
        caller = Program(app.test_client())
        answer = caller.post("/tokens", json={"login": login, "password": samples.PASSWORD})
        assert answer.status_code == 201, answer.json
        caller.token = answer.json["token"]
        return caller

    return sign_in


@pytest.fixture
def work() -> Callable[[], None]:
    """Does what the workers would do: every message that waits, until none does."""

    def work_off() -> None:
        while True:
            with database.reading() as session:
                query = select(Message.id).where(Message.parked_at == None, Message.attempts < 2)  # noqa: E711
                waiting = session.exec(query).all()
            if not waiting:
                return
            for message in waiting:
                tasks.work_on(message or 0)

    return work_off
