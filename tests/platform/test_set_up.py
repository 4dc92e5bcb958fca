"""The script `heyi` on a machine that lacks libraries: what it says, and what it asks of apt-get.

Installing for real would change this machine, so its package manager, sudo and Python are stand-ins of a few lines.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "heyi"
LINE = "apt-get install -y --no-install-recommends libpango-1.0-0 libharfbuzz-subset0"
# It says which libraries are missing, and ends the set-up where the environment would be made.
PYTHON = "case $1 in -c) exit 0 ;; -) echo libpango-1.0-0 libharfbuzz-subset0 ;; -m) exit 7 ;; *) echo Python ;; esac"
APT = 'echo "$DEBIAN_FRONTEND $*" >>"$(dirname "$0")/../asked"'
# Like the real one it passes none of the caller's variables on.
SUDO = 'if [ "$1" = -n ]; then exit 0; fi; echo "sudo $*" >>"$(dirname "$0")/../sudone"; exec env -i PATH="$PATH" "$@"'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout's script and a folder of programs: the few that the script uses, and the stand-ins."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "env", "dirname", "basename", "cat", "cksum", "rm", "readlink"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    shutil.copy(SCRIPT, tmp_path / "heyi")
    (tmp_path / "requirements.lock").touch()
    _program(tmp_path, "python3.13", PYTHON)
    _program(tmp_path, "apt-get", APT)
    return tmp_path


def _program(machine: Path, name: str, body: str) -> None:
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def _started(machine: Path, *, user: int) -> subprocess.CompletedProcess[str]:
    _program(machine, "id", f"echo {user}")
    return subprocess.run(
        [machine / "heyi", "run"],
        env={"PATH": str(machine / "bin")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_user_without_sudo_is_told_the_line(machine: Path) -> None:
    ended = _started(machine, user=1000)
    assert ended.returncode == 1
    assert f"please run as root: apt-get update && {LINE}" in ended.stderr
    assert not (machine / "asked").exists()


@pytest.mark.parametrize("user", [0, 1000])
def test_packages_are_installed_without_a_question(machine: Path, user: int) -> None:
    if user:
        _program(machine, "sudo", SUDO)
    ended = _started(machine, user=user)
    assert ended.returncode == 7, "the set-up went on to the environment"
    assert (machine / "asked").read_text() == (
        "noninteractive install -y -q --no-install-recommends libpango-1.0-0 libharfbuzz-subset0\n"
    )
    assert (machine / "sudone").exists() == bool(user)


def test_stale_lists_are_renewed_and_a_refusal_is_told(machine: Path) -> None:
    _program(machine, "apt-get", f"{APT}; [ $1 = update ]")
    ended = _started(machine, user=0)
    assert ended.returncode == 1
    assert f"apt-get failed; please run: apt-get update && {LINE}" in ended.stderr
    asked = [line.split()[1] for line in (machine / "asked").read_text().splitlines()]
    assert asked == ["install", "update", "install"]
