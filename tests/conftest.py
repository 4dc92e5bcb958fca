"""Fixtures for all tests: a home, settings, a fixed clock, and the servers of `fixtures/`."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from certificates.paper import render_limits
from certificates.paper.compiled import form_cache
from registration import database as database_of_process
from registration import keys
from registration import settings as configuration
from registration.settings import Settings
from tests.fixtures import compiled, engines, scenes
from tests.fixtures.database import (
    POSTGRES,
    SQLITE,
    database,
    database_url,
    postgres,
    postgres_database,
    sqlite_only,
    sqlite_template,
    stop_postgres,
)
from tests.fixtures.servers import broker_server, browser, chromium, live_server, page, valkey

__all__ = [
    "broker_server",
    "browser",
    "chromium",
    "database",
    "database_url",
    "live_server",
    "page",
    "postgres",
    "postgres_database",
    "sqlite_only",
    "sqlite_template",
    "valkey",
]


# The speed of drawing examples on a busy machine does not depend on the code.
UNHURRIED = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
# The usual run has the same examples everywhere, so that a change is judged by what it changes. New examples are
# looked for before a release.
hypothesis.settings.register_profile("usual", UNHURRIED, derandomize=True, max_examples=30)
hypothesis.settings.register_profile("thorough", UNHURRIED, derandomize=True)
hypothesis.settings.register_profile("exhaustive", UNHURRIED, max_examples=500)
hypothesis.settings.load_profile("usual")

# How long a sheet takes on a machine that also runs browsers and whole deployments says nothing about the limit.
object.__setattr__(render_limits.USUAL, "seconds", 10.0)
compiled.keep()
engines.adapt()

# Slow files, and whole deployments, which mostly wait: started last, they would occupy one worker alone.
LONG = (
    *("browser/test_pages", "faults/", "browser/", "security/test_the_api_keeps_its_contract"),
    *("security/test_no_number_breaks_an_answer", "registration/operations/test_journey", "registration/cli/"),
    *("workflows/analytics/test_simulate", "certificates/design_check/test_designs"),
)


# What takes longer than most tests (tests/slowest.py); CI runs all of them.
SLOW = frozenset((Path(__file__).parent / "slow.txt").read_text(encoding="utf-8").split())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also what takes longer than 0.25 s on two quiet cores")
    parser.addoption("--thorough", action="store_true", help="also what walks once more where other tests have walked")
    parser.addoption("--exhaustive", action="store_true", help="also what takes minutes; before a release")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # Those of a run that was killed and had the same number of a process.
        scenes.forget()
    for name in ("thorough", "exhaustive"):
        if config.getoption(f"--{name}"):
            hypothesis.settings.load_profile(name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts slow files first; every worker of a parallel run sorts in the same way."""
    if not config.getoption("--exhaustive"):
        _leave_out(config, items, [item for item in items if item.get_closest_marker("exhaustive")])
    wants_all = any(config.getoption(name) for name in ("--slow", "--thorough", "--exhaustive"))
    if not (wants_all or _names_tests(config)):
        _leave_out(config, items, [item for item in items if item.nodeid.partition("[")[0] in SLOW])
    if not (config.getoption("--thorough") or config.getoption("--exhaustive")):
        names = {item.nodeid for item in items}
        left_out = [item for item in items if item.get_closest_marker("thorough") or _is_twin(item, names)]
        _leave_out(config, items, left_out)
    items.sort(
        key=lambda item: next((n for n, part in enumerate(LONG) if f"tests/{part}" in str(item.path)), len(LONG))
    )


def _names_tests(config: pytest.Config) -> bool:
    """Whether the command names files or folders: who does so wants all of their tests."""
    command: list[str] = getattr(config, "workerinput", {}).get("mainargv", ["", *config.invocation_params.args])
    return any(Path(one.partition("::")[0]).exists() for one in command[1:] if one and not one.startswith("-"))


def _leave_out(config: pytest.Config, items: list[pytest.Item], left_out: list[pytest.Item]) -> None:
    kept = set(items) - set(left_out)
    items[:] = [item for item in items if item in kept]
    config.hook.pytest_deselected(items=left_out)


def _is_twin(item: pytest.Item, names: set[str]) -> bool:
    """Whether the test repeats on PostgreSQL one that runs on SQLite, with the same locks and SQL."""
    other = item.nodeid.replace(POSTGRES, SQLITE)
    return other != item.nodeid and other in names and not item.get_closest_marker("both_engines")


class ByDeployment(LoadScopeScheduling):
    """Keeps a file's tests on one worker, and also all tests of faults, all with a browser, and all of the sources.

    Each worker that runs tests of the first two starts a whole deployment, and more deployments than cores would slow
    each other. Those of the sources share what they have parsed.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        alone = path.endswith(("browser/test_pages.py", "browser/test_business_journey.py", "house/test_strangers.py"))
        shared = ("tests/faults/", "tests/browser/", "tests/house/") if not alone else ()
        return next((folder for folder in shared if folder in path), path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByDeployment | None:
    return ByDeployment(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder for all data of this test's deployment."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Settings]:
    """Settings of a demonstration in `home`, with cheap passwords; `settings()` returns them everywhere.

    They name the test's database and broker when the test uses `database_url` and `valkey`.
    """
    for name in [name for name in os.environ if name.startswith("HEYI_")]:
        monkeypatch.delenv(name)
    chosen = {
        "HEYI_MODE": "demo",
        "HEYI_HOME": str(home),
        "HEYI_ARGON2_MEMORY_KIB": "64",
        "HEYI_ARGON2_TIME_COST": "1",
        # Processing takes longer where several workers share the processor; the limit itself has its own test.
        "HEYI_RENDER_SECONDS": "10",
        # A decision is there in the next request; the tests of taking it back switch the seconds on.
        "HEYI_UNDO_SECONDS": "0",
        "DATABASE_URL": _asked(request, "database_url"),
        "REDIS_URL": request.getfixturevalue("broker_server").url if "valkey" in request.fixturenames else "",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    configuration.settings.cache_clear()
    keys.make(home / "keys")
    yield configuration.settings()
    configuration.settings.cache_clear()
    # The next test of this process reads neither this one's database nor the forms that its worker kept.
    database_of_process.dispose()
    form_cache.cache_forms_in(None)


@pytest.fixture
def clock() -> datetime:
    """Monday 12 October 2026, 09:30 in Jinhua: a working day after the long holiday."""
    return datetime(2026, 10, 12, 1, 30, tzinfo=UTC)


def pytest_collection_finish() -> None:
    # Objects loaded by now stay in use, so the garbage collector need not examine them again.
    gc.freeze()
    # Most of what a test leaves behind is freed without the collector, which looks at all caches each time it runs.
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    # A worker only uses the run's PostgreSQL and scenes; the process that started the run ends them.
    if not hasattr(config, "workerinput"):
        scenes.forget()
        stop_postgres()


def _asked(request: pytest.FixtureRequest, name: str) -> str:
    return request.getfixturevalue(name) if name in request.fixturenames else ""
