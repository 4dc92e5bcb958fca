"""What is shipped for operators holds together: names that files use of one another exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from registration.cli import COMMANDS
from registration.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
VARIABLES = {str(field.validation_alias or f"HEYI_{name.upper()}") for name, field in Settings.model_fields.items()}


def test_compose_starts_commands_that_exist() -> None:
    started = {service["command"][0] for service in COMPOSE["services"].values() if service.get("image") == "heyi"}
    assert started == {"prepare", "serve", "worker", "relay"}
    assert started <= set(COMMANDS)


def test_compose_uses_only_volumes_networks_and_services_that_it_defines() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])


def test_a_task_under_way_is_given_its_time() -> None:
    grace = int(COMPOSE["services"]["worker"]["stop_grace_period"].removesuffix("s"))
    unit = (DEPLOY / "systemd" / "heyi-worker.service").read_text()
    stop = re.search(r"TimeoutStopSec=(\d+)", unit)
    assert stop
    assert min(grace, int(stop[1])) > Settings().task_seconds


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda path: path.stem)
def test_units_start_commands_with_options_that_exist(unit: Path) -> None:
    line = re.search(r"^ExecStart=.*-m registration\.cli (.+)$", unit.read_text(), re.MULTILINE)
    assert line
    command, *options = line[1].split()
    told = subprocess.run(
        [sys.executable, "-m", "registration.cli", command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(option in told for option in options if option.startswith("--"))


def test_every_variable_that_is_named_exists() -> None:
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file() and path.name != "nginx.conf"]
    texts += [(ROOT / "docs" / "operating.md").read_text(), (ROOT / "README.md").read_text()]
    named = set(re.findall(r"\b(HEYI_[A-Z0-9_]+|DATABASE_URL|REDIS_URL)\b", "\n".join(texts)))
    assert named <= VARIABLES


def test_every_variable_is_explained() -> None:
    explained = (ROOT / "docs" / "operating.md").read_text()
    assert sorted(name for name in VARIABLES if f"`{name}`" not in explained) == []


def test_scripts_are_accepted_by_their_shells() -> None:
    for shell, script in (("sh", "heyi"), ("bash", ".ci/run")):
        subprocess.run([shell, "-n", str(ROOT / script)], check=True)


def test_the_lock_for_developers_holds_the_other_one() -> None:
    locks = [set(_pins(ROOT / name)) for name in ("requirements.lock", "requirements-dev.lock")]
    assert locks[0] <= locks[1]


def _pins(lock: Path) -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+==[^ ;\\]+)", lock.read_text(), re.MULTILINE)
