"""Commands called as a person calls them, in this process."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from registration.cli import main
from registration.settings import Settings

Heyi = Callable[..., Result]


@pytest.fixture
def heyi(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Heyi:
    """Runs `heyi WORDS...`; what it raises beyond an exit status fails the test."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C.UTF-8")

    def call(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, prog_name="heyi", catch_exceptions=False, input=input)

    return call
