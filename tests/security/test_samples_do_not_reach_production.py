"""A home that was prepared as a demonstration: production refuses to start on it, and names each sample."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from registration import clock, keys
from registration import settings as configuration
from registration.cli.supervise import REFUSED_TO_START
from registration.operations import samples
from registration.rules.city import city
from registration.settings import Settings
from tests.registration.cli.conftest import Heyi, heyi

__all__ = ["heyi"]

PROCESSES = ("serve", "worker", "relay")


@pytest.fixture
def in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator changes: the mode alone."""
    monkeypatch.setenv("HEYI_MODE", "production")
    configuration.settings.cache_clear()


def doctor_complaints(heyi: Heyi) -> dict[str, list[str]]:
    rows = json.loads(heyi("doctor", "--json").stdout)
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["state"] == "bad":
            found.setdefault(row["check"], []).append(row["told"])
    return found


@pytest.fixture
def demonstration(heyi: Heyi, settings: Settings) -> Settings:
    heyi("prepare")
    return settings


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_on_a_home_with_samples(
    demonstration: Settings, in_production: None, heyi: Heyi, process: str
) -> None:
    refused = heyi(process)
    assert refused.exit_code == REFUSED_TO_START
    for sample in samples.ACCOUNTS:
        assert f"the sample account {sample.login} " in refused.stderr
    for one in city().registrars:
        assert f"the registrar {one.code} " in refused.stderr
        assert f"the pool of numbers of {one.code} " in refused.stderr
    assert str(demonstration.keys / "signing" / "signer.pem") in refused.stderr


def test_the_doctor_names_the_same(demonstration: Settings, in_production: None, heyi: Heyi) -> None:
    found = doctor_complaints(heyi)
    assert len(found["sample_account"]) == len(samples.ACCOUNTS)
    assert len(found["sample_registrar"]) == len(found["sample_pool"]) == len(city().registrars)
    assert len(found["sample_key"]) == 2


def test_an_account_that_was_disabled_or_has_a_password_of_its_own_is_no_sample(
    demonstration: Settings, in_production: None, heyi: Heyi
) -> None:
    heyi("users", "disable", "0317")
    heyi("users", "password", "0318", input="a-long-new-one-42\na-long-new-one-42\n")
    told = "\n".join(doctor_complaints(heyi)["sample_account"])
    assert "0316" not in told
    assert "0317" not in told
    assert "0318" not in told
    assert "0319" in told


def test_a_trusted_root_of_a_sample_key_is_named(settings: Settings, in_production: None, heyi: Heyi) -> None:
    roots = settings.keys / keys.ROOTS
    roots.mkdir(parents=True)
    heyi("prepare")
    folder = settings.home / "made"
    keys.make_sample_signing_key(settings.model_copy(update={"home": folder}), now=clock.now())
    (roots / "earlier.pem").write_bytes((folder / "keys" / "signing" / "root.pem").read_bytes())
    assert doctor_complaints(heyi)["sample_key"] == [f"the signing key at {roots / 'earlier.pem'} is the sample key"]


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("http://registry.example.cn", True),
        pytest.param("http://10.0.0.7:8000", True, marks=pytest.mark.thorough),
        pytest.param("HTTP://registry.example.cn", True, marks=pytest.mark.thorough),
        ("ftp://127.0.0.1", True),
        pytest.param("registry.example.cn", True, marks=pytest.mark.thorough),
        ("https://registry.example.cn", False),
        ("http://127.0.0.1:8000", False),
        pytest.param("http://localhost", False, marks=pytest.mark.thorough),
        ("http://[::1]:8000", False),
    ],
)
def test_a_public_address_without_encryption_is_refused(
    settings: Settings, in_production: None, heyi: Heyi, monkeypatch: pytest.MonkeyPatch, address: str, refused: bool
) -> None:
    monkeypatch.setenv("HEYI_PUBLIC_URL", address)
    configuration.settings.cache_clear()
    heyi("prepare")
    assert ("http_address" in doctor_complaints(heyi)) == refused


@pytest.mark.thorough
def test_an_identity_check_must_be_chosen(
    settings: Settings, in_production: None, heyi: Heyi, monkeypatch: pytest.MonkeyPatch
) -> None:
    heyi("prepare")
    assert "identity_check" in doctor_complaints(heyi)
    assert "HEYI_IDENTITY" in heyi("serve").stderr
    monkeypatch.setenv("HEYI_IDENTITY", "sample")
    configuration.settings.cache_clear()
    assert "identity_check" not in doctor_complaints(heyi)


def test_a_home_of_its_own_has_no_complaint(
    settings: Settings, in_production: None, heyi: Heyi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYI_IDENTITY", "city.identity:Check")
    configuration.settings.cache_clear()
    heyi("prepare")
    rows = json.loads(heyi("doctor", "--json").stdout)
    assert [row["state"] for row in rows if row["check"] == "production"] == ["good"]
    assert [row["fix"] for row in rows if row["check"] == "mail"] == ["HEYI_MAIL=smtp"]


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (lambda home: home.chmod(0o755), "home"),
        (lambda home: (home / "heyi.sqlite3").chmod(0o644), "heyi.sqlite3"),
        (lambda home: (home / "keys" / "signing" / "signer.key").chmod(0o640), "signer.key"),
    ],
)
def test_the_doctor_names_what_others_may_read(
    demonstration: Settings, heyi: Heyi, home: Path, harm: Callable[[Path], object], named: str
) -> None:
    assert "permissions" not in doctor_complaints(heyi)
    harm(home)
    (told,) = doctor_complaints(heyi)["permissions"]
    assert named in told
