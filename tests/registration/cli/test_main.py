"""The group of commands: complete, quick, bilingual, and polite when it refuses."""

import subprocess
import sys

import pytest

from registration.cli import COMMANDS
from registration.runtime.broker import Broker
from registration.settings import Settings
from registration.settings import settings as current
from tests.registration.cli.conftest import Heyi

HEAVY = ("weasyprint", "pyhanko", "celery", "sqlmodel", "flask", "playwright")


def test_help_names_every_command_in_both_languages(heyi: Heyi) -> None:
    told = heyi("--help").output
    assert all(name in told for name in COMMANDS)
    assert all(" · " in about for _, about in COMMANDS.values())


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "demo"])
def test_every_command_explains_itself(heyi: Heyi, name: str) -> None:
    result = heyi(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: heyi {name}" in result.output


@pytest.mark.parametrize("words", [["--help"], ["codes", "check", "91330106673959654P"]])
def test_small_commands_import_little(words: list[str]) -> None:
    code = f"from registration.cli import main; main({words!r}, standalone_mode=False)"
    assert loaded_by(code, HEAVY) == "[]"


def test_a_web_process_starts_without_what_few_requests_need(settings: Settings) -> None:
    files = ("weasyprint", "pyhanko", "fontTools", "lxml", "pikepdf", "pypdfium2", "PIL", "openpyxl")
    services = ("alembic", "authlib", "boto3", "celery", "httpx", "paramiko", "playwright", "valkey", "webauthn")
    # The chapters of the pages are imported when the application is made, and it asks for the schema's revision.
    made = (
        "from registration.app import create_app\ncreate_app()\nfrom registration.database.schema import head\nhead()"
    )
    unbuilt = "from registration.models import Account\nassert not Account.__pydantic_complete__\n"
    assert loaded_by(f"{made}\n{unbuilt}", (*files, *services)) == "[]"


def loaded_by(code: str, heavy: tuple[str, ...]) -> str:
    """The last line that a process with this code prints: which of these modules it had at its end."""
    watch = f"import atexit, sys; atexit.register(lambda: print([m for m in {heavy!r} if m in sys.modules]))\n{code}"
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_a_wrong_call_is_told(heyi: Heyi) -> None:
    assert heyi("broker", "--no-such-option").exit_code == 2
    assert heyi("nothing").exit_code == 2


def test_a_refusal_is_told_without_a_trace(
    heyi: Heyi, settings: Settings, broker_server: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.home / "broker").symlink_to(broker_server.socket.parent)
    refused = heyi("broker")
    assert (refused.exit_code, refused.stderr[:27]) == (1, "Error: broker_runs_already ")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    current.cache_clear()
    away = heyi("db", "current")
    assert away.exit_code == 1
    assert "refused" in away.stderr


def test_the_terminal_decides_the_language(heyi: Heyi, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Unified social credit code" in heyi("codes", "check", "91330106673959654P").output
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "统一社会信用代码" in heyi("codes", "check", "91330106673959654P").output
