"""What the tests in a browser share: people at browsers, and this process looking into the deployment they visit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from registration import database
from registration import settings as configuration
from registration.operations.samples import PASSWORD
from registration.settings import Settings
from tests.fixtures.servers import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Engine

    from tests.browser.visitor import Visitor
    from tests.browser.years import Years

Arrivals = Callable[..., "Visitor"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def url(live_server: Stack) -> str:
    """The office that people visit; a file of tests may have another one."""
    return live_server.url


@pytest.fixture
def years(
    database_url: str, settings: Settings, database: "Engine", clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Years"]:
    """An office in this process, on the day of `clock` until the test moves it."""
    from registration.app import create_app
    from registration.http.context import limiter
    from tests.browser.years import served, socket
    from tests.fixtures.office import opened

    door = socket()
    monkeypatch.setenv("HEYI_PUBLIC_URL", f"http://127.0.0.1:{door.port}")
    configuration.settings.cache_clear()
    opened(configuration.settings(), now=clock)
    app, limiter.enabled = create_app(configuration.settings()), False
    with served(app, door, clock) as office:
        yield office
    limiter.enabled = True


@pytest.fixture
def arrive(browser: "Browser", url: str) -> Iterator[Arrivals]:
    """Lets somebody come with a browser of the own: `arrive(lang="en", at=PHONE)`; staff by `login`.

    When the test is over, none of them may have seen a fault in the console.
    """
    from tests.browser.visitor import DESKTOP, Visitor

    here: list[Visitor] = []

    def come(*, lang: str = "zh", at: Any = DESKTOP, login: str = "", **context: Any) -> Visitor:
        opened = browser.new_context(viewport=at, accept_downloads=True, **context)
        opened.set_default_timeout(20_000)
        runs_scripts = context.get("java_script_enabled", True)
        visitor = Visitor(opened, url, "en" if lang == "en" else "zh", runs_scripts)
        here.append(visitor)
        if login:
            sign_in(visitor, login)
        return visitor

    yield come
    for visitor in here:
        visitor.context.close()
    assert [complaint for visitor in here for complaint in visitor.complaints] == []


def sign_in(visitor: "Visitor", login: str) -> None:
    visitor.open("/sign-in")
    visitor.type(login=login, password=PASSWORD)
    visitor.press("登录")


@pytest.fixture
def at_work(live_server: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The deployment's own settings and database in this process, for what a test does behind the pages."""
    with working_at(live_server, monkeypatch) as chosen:
        yield chosen


@contextmanager
def working_at(stack: Stack, environment: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name in ("HEYI_MODE", "HEYI_HOME", "HEYI_PUBLIC_URL", "DATABASE_URL", "REDIS_URL"):
        environment.setenv(name, stack.environment[name])
    configuration.settings.cache_clear()
    chosen = configuration.settings()
    database.configure(chosen)
    yield chosen
    database.dispose()
    configuration.settings.cache_clear()
