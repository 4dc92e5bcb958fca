"""Commands of the operator: keys, the schema, the doctor."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from sqlmodel import select

from registration import clock, database, keys
from registration.database import schema
from registration.keys import offline
from registration.models import Message
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.licences import issued
from tests.fixtures.messages import put
from tests.fixtures.records import DAY, recorded
from tests.registration.cli.conftest import Heyi


def test_keys_are_made_once(heyi: Heyi, settings: Settings) -> None:
    (settings.keys / "field.key").unlink()
    assert heyi("keys", "show").exit_code == 1
    assert "field.key" in heyi("keys", "init").output
    assert "all keys are there" in heyi("keys", "init").output
    files = json.loads(heyi("keys", "show", "--json").stdout)["files"]
    assert {row["state"] for row in files} == {"good"}
    assert len(files) == len(keys.NAMES) + len(offline.PURPOSES)


def test_no_key_is_ever_printed(heyi: Heyi, settings: Settings) -> None:
    told = heyi("keys", "show").output + heyi("keys", "init").output
    secrets = [(settings.keys / name).read_bytes() for name in ("field.key", "index.key", "secret.key")]
    assert not any(secret.hex() in told or repr(secret)[2:-1] in told for secret in secrets)


def test_every_secret_file_is_private(heyi: Heyi, settings: Settings) -> None:
    heyi("keys", "init")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in settings.keys.rglob("*.key")}
    # The files of random bytes, those of codes and credentials, and the registrar's.
    assert len(modes) == len(keys.NAMES) + len(offline.PURPOSES) + 1
    assert set(modes.values()) == {0o600}


def test_a_database_is_upgraded_and_compared(heyi: Heyi, settings: Settings) -> None:
    assert json.loads(heyi("db", "current", "--json").stdout) == {"database": None, "program": schema.head()}
    assert "upgraded to" in heyi("db", "upgrade").output
    assert "already at" in heyi("db", "upgrade").output
    assert heyi("db", "check").exit_code == 0


def test_a_process_does_not_start_on_a_foreign_schema(heyi: Heyi, settings: Settings) -> None:
    for command in ("serve", "worker", "relay"):
        result = heyi(command)
        assert result.exit_code == 78
        assert "heyi db upgrade" in result.stderr
    (settings.keys / "index.key").unlink()
    assert "heyi keys init" in heyi("serve").stderr


def test_a_command_on_a_home_never_prepared_says_what_to_do(heyi: Heyi, settings: Settings) -> None:
    refused = heyi("names", "check", "金华市青禾餐饮有限公司")
    assert refused.exit_code == 1
    assert "heyi prepare" in refused.stderr


def test_the_doctor_finds_a_prepared_home_well(heyi: Heyi, valkey: redis.Redis) -> None:
    heyi("prepare")
    result = heyi("doctor", "--json")
    found = {row["check"]: row["state"] for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert found == {
        **dict.fromkeys(
            (
                *("python", "libraries", "fonts", "keys", "permissions", "database", "tables", "matters"),
                *("outbox", "history", "log", "letterheads", "numbers", "files", "broker", "licences"),
            ),
            "good",
        ),
        "signing": "warning",
        # What time alone can worsen: the year that is not published yet, and what else lies on this disk.
        "calendar": found["calendar"],
        "disk": found["disk"],
    }


@pytest.mark.thorough
def test_the_doctor_sees_that_nobody_makes_roots(heyi: Heyi) -> None:
    def found() -> dict[str, str]:
        rows = json.loads(heyi("doctor", "--json").stdout)
        return next(row for row in rows if row["check"] == "history")

    heyi("prepare")
    assert found()["state"] == "good"
    recorded(now=clock.now() - 4 * DAY)
    assert (found()["state"], found()["told"][-6:]) == ("warning", "330703")
    heyi("history", "seal")
    assert found()["state"] == "good"


@pytest.mark.thorough
def test_the_doctor_sees_messages_from_the_future(heyi: Heyi) -> None:
    def found() -> str:
        rows = json.loads(heyi("doctor", "--json").stdout)
        state: str = next(row["state"] for row in rows if row["check"] == "outbox")
        return state

    heyi("prepare")
    assert found() == "good"
    put(1, now=clock.now())
    assert found() == "good"
    put(1, now=clock.now() + DAY / 12)
    assert found() == "warning"


@pytest.mark.thorough
def test_the_doctor_names_a_case_whose_licence_was_given_up(heyi: Heyi) -> None:
    heyi("prepare")
    assert _told(heyi, "licences")["state"] == "good"
    now = clock.now()
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of("lin@example.cn"), now=now)
    act(ref, "claim", actor=actor_of("0318"), now=now)
    act(ref, "approve", actor=actor_of("0318"), now=now, opinion="符合")
    with database.transaction() as session:
        message = session.exec(select(Message).where(Message.effect == "issue.licence")).one()
        message.parked_at = now
    found = _told(heyi, "licences")
    assert found["state"] == "bad"
    assert ref in found["told"]


def _told(heyi: Heyi, check: str) -> dict[str, str]:
    [found] = [row for row in json.loads(heyi("doctor", "--json").stdout) if row["check"] == check]
    return dict(found)


@pytest.mark.thorough
def test_the_doctor_sees_a_log_that_nobody_writes(heyi: Heyi) -> None:
    def found() -> tuple[str, str]:
        rows = json.loads(heyi("doctor", "--json").stdout)
        return next((row["state"], row["fix"]) for row in rows if row["check"] == "log")

    heyi("prepare")
    assert found()[0] == "good"
    issued(clock.now() - DAY / 2)
    assert found() == ("warning", "heyi relay / heyi log head --sign")
    heyi("log", "head", "--sign")
    assert found()[0] == "good"


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (lambda home: (home / "keys" / "field.key").unlink(), "keys"),
        (lambda home: (home / "keys" / "signing" / "root.pem").unlink(), "signing"),
        (lambda home: (home / "keys" / "signing" / "signer.key").unlink(), "signing"),
        (lambda home: (home / "heyi.sqlite3").unlink(), "database"),
    ],
)
def test_the_doctor_names_what_is_wrong(heyi: Heyi, home: Path, harm: Callable[[Path], object], check: str) -> None:
    heyi("prepare")
    harm(home)
    result = heyi("doctor", "--json")
    bad = [row for row in json.loads(result.stdout) if row["state"] == "bad"]
    assert result.exit_code == 1
    assert [row["check"] for row in bad] == [check]
    assert bad[0]["fix"]


def test_the_doctor_sees_a_broker_that_may_drop_messages(heyi: Heyi, valkey: redis.Redis) -> None:
    valkey.config_set("maxmemory-policy", "allkeys-lru")
    try:
        rows = {row["check"]: row for row in json.loads(heyi("doctor", "--json").stdout)}
    finally:
        valkey.config_set("maxmemory-policy", "noeviction")
    assert rows["broker"]["state"] == "bad"
