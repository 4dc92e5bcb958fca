"""No other account of the machine reads what Heyi writes, whatever umask it was started with."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from registration import clock
from registration.cli import main
from registration.gateways.agencies import FolderAgencies
from registration.gateways.mail import FolderMailer, Mail
from registration.gateways.storage import FolderStorage
from registration.settings import Settings
from tests.fixtures.servers import ROOT, make_stack


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(home: Path) -> list[str]:
    found = [path for path in (home, *home.rglob("*")) if not path.is_symlink()]
    return [str(path.relative_to(home)) for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def test_what_agencies_mail_and_store_get_is_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    FolderAgencies(home / "agencies").push("national_tax", "key", {"id_no": "330702189503071214"})
    FolderMailer(home / "mail", sender="heyi@example.cn").send(Mail("lin@example.cn", "验证码", "123456"))
    FolderStorage(home / "files").put("licences/2026/a.pdf", b"%PDF")
    assert open_to_others(home) == []


@pytest.mark.parametrize("mode", ["demo", "production"])
def test_preparing_mends_a_home_from_before(settings: Settings, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("HEYI_MODE", mode)
    Settings.model_config  # noqa: B018
    old = settings.home / "agencies" / "national_tax"
    old.mkdir(parents=True, mode=0o755)
    (old / "a.json").write_text("{}")
    (settings.home / "mail").mkdir(mode=0o755)
    settings.home.chmod(0o755)
    assert "agencies/national_tax/a.json" in open_to_others(settings.home)
    done = CliRunner().invoke(main, ["prepare"])
    assert done.exit_code == 0, done.output
    assert open_to_others(settings.home) == []


@pytest.mark.thorough
def test_every_process_of_the_program_writes_for_itself_alone(tmp_path: Path) -> None:
    """The processes are all commands of one program, which sets its umask before any of them begins."""
    stack = make_stack(tmp_path / "home", port=0)
    command = [sys.executable, "-m", "registration.cli", "prepare"]
    subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, umask=0o022, capture_output=True)
    code = "import os; from registration import cli; cli.main = lambda **_: print(oct(os.umask(0)));cli.start()"
    run = [sys.executable, "-c", code]
    told = subprocess.run(run, cwd=ROOT, env=stack.environment, check=True, umask=0o022, capture_output=True, text=True)
    assert told.stdout.strip() == "0o77"
    assert open_to_others(tmp_path / "home") == []
    assert clock.now().tzinfo is not None
