"""The registrar's key as an operator sees it: shown, replaced, and watched for its end."""

import io
import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from sqlmodel import select

from certificates.signatures.verify import verify
from registration import clock, database, keys
from registration.errors import Conflict
from registration.keys import offline, rotation
from registration.models import AuditEntry
from registration.settings import Settings
from registration.settings import settings as read
from tests.fixtures.authorities import SINCE, UNTIL, Authority
from tests.registration.cli.conftest import Heyi


@pytest.fixture
def configured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Settings changed as an operator changes them, by the environment."""

    def change(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"HEYI_{name.upper()}", value)
        read.cache_clear()
        return read()

    yield change
    read.cache_clear()


def own_key(folder: Path, *, until: datetime = UNTIL) -> tuple[Authority, Any, Any]:
    """A key of the deployment's own in a folder, by an authority of its own."""
    authority, key = Authority("样例根"), ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issue("样例局", key.public_key(), until=until)
    authority.write(folder, certificate)
    lock = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    (folder / "signer.key").write_bytes(pem)
    (folder / "signer.key").chmod(0o600)
    return authority, key, certificate


def signed(settings: Settings) -> bytes:
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(blank, deterministic_id=True)
    return keys.signing_key(settings).sign(blank.getvalue(), signed_at=clock.now(), reason="x", location="x")


def genuine(pdf: bytes, settings: Settings) -> bool:
    return verify(pdf, trust_roots=keys.trust_roots(settings)).genuine


def test_papers_of_every_key_that_ever_signed_verify(heyi: Heyi, settings: Settings) -> None:
    heyi("prepare")
    papers, prints = [signed(settings)], []
    for _ in range(2):
        told = json.loads(heyi("keys", "rotate", "--json").stdout)
        assert told["recorded"]
        assert (Path(told["put_aside"]) / "signer.key").is_file()
        papers.append(signed(settings))
        prints.append(told["signing"]["fingerprint"])
    assert all(genuine(paper, settings) for paper in papers)
    shown = json.loads(heyi("keys", "show", "--json").stdout)
    assert len(shown["former_roots"]) == 2
    assert (shown["signing"]["fingerprint"], shown["signing"]["sample"]) == (prints[-1], True)
    assert shown["signing"]["days_left"] in (3649, 3650)
    for root in (settings.keys / "roots").glob("*.pem"):
        root.unlink()
    assert [genuine(paper, settings) for paper in papers] == [False, False, True]
    with database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.tag == "signing_key:rotate")).all()
    assert [entry.data["present"] for entry in entries] == prints


def test_a_rotation_without_a_database_says_so(heyi: Heyi, settings: Settings) -> None:
    heyi("keys", "init")
    result = heyi("keys", "rotate")
    assert "no database" in result.output
    assert "restart workers and pages" in result.output


def test_a_key_of_ones_own_is_taken_from_a_folder_or_a_bundle(
    heyi: Heyi, settings: Settings, configured: Callable[..., Settings], tmp_path: Path
) -> None:
    heyi("keys", "init")
    before = signed(settings)
    _, key, _ = own_key(tmp_path / "own")
    assert heyi("keys", "rotate", "--from", str(tmp_path / "own")).exit_code == 0
    assert json.loads(heyi("keys", "show", "--json").stdout)["signing"]["subject"] == "CN=样例局"
    again = heyi("keys", "rotate", "--from", str(tmp_path / "own"))
    assert (again.exit_code, "key_is_installed" in again.stderr) == (1, True)

    second = Authority("样例根二")
    issued = second.issue("样例局", key.public_key())
    lock = serialization.BestAvailableEncryption(b"right")
    bundle = pkcs12.serialize_key_and_certificates(b"x", key, issued, [second.certificate], lock)
    (tmp_path / "own.p12").write_bytes(bundle)
    wrong = configured(signing_source="pkcs12", signing_passphrase="wrong")
    assert "key.passphrase" in heyi("keys", "rotate", "--from", str(tmp_path / "own.p12")).stderr
    assert not (wrong.keys / "signing.new").exists()
    now = configured(signing_passphrase="right")
    assert heyi("keys", "rotate", "--from", str(tmp_path / "own.p12")).exit_code == 0
    assert stat.S_IMODE((now.keys / "signing" / "signer.p12").stat().st_mode) == 0o600
    assert genuine(before, now)
    assert genuine(signed(now), now)


def test_nothing_changes_when_the_new_key_is_no_good(heyi: Heyi, settings: Settings, tmp_path: Path) -> None:
    heyi("keys", "init")
    present = (settings.keys / "signing" / "signer.pem").read_bytes()
    files = sorted(settings.keys.rglob("*"))
    own_key(tmp_path / "old", until=SINCE + timedelta(days=30))
    Authority("x").write(tmp_path / "empty", None)
    for folder, code in (("old", "key.expired"), ("empty", "key.missing")):
        result = heyi("keys", "rotate", "--from", str(tmp_path / folder))
        assert (result.exit_code, code in result.stderr) == (1, True)
    # Said of the file that was given, with what to do; and in no folder of ours that is gone again.
    assert f"{tmp_path / 'empty' / 'signer.key'} is missing: it takes signer.key" in result.stderr
    assert (settings.keys / "signing" / "signer.pem").read_bytes() == present
    assert sorted(settings.keys.rglob("*")) == files


@pytest.mark.parametrize("which", offline.PURPOSES)
def test_the_keys_of_codes_and_credentials_are_replaced_too(
    heyi: Heyi, settings: Settings, which: offline.Purpose
) -> None:
    heyi("prepare")
    (before,) = offline.public_keys(settings, which)
    told = json.loads(heyi("keys", "rotate", "--key", which, "--json").stdout)
    assert (told["former"], told["recorded"]) == (before, True)
    assert list(offline.public_keys(settings, which)) == [before, told["present"]]
    with database.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.tag == f"{which}_key:rotate")).one()
    assert entry.data == {"former": before, "present": told["present"]}
    refused = heyi("keys", "rotate", "--key", which, "--from", str(settings.keys))
    assert refused.exit_code == 2
    offline.files(settings.keys)[0].chmod(0o644)
    shown = heyi("keys", "show", "--json")
    assert (shown.exit_code, [row["state"] for row in json.loads(shown.stdout)["files"]].count("exposed")) == (1, 1)


def test_a_sample_key_is_never_made_in_production(settings: Settings, configured: Callable[..., Settings]) -> None:
    with pytest.raises(Conflict) as caught:
        rotation.rotate(configured(mode="production"), given=None, now=clock.now())
    assert caught.value.reason == "key_not_given"


def test_no_key_is_printed_when_keys_are_shown_or_replaced(heyi: Heyi, settings: Settings) -> None:
    heyi("keys", "init")
    lines = (settings.keys / "signing" / "signer.key").read_text(encoding="ascii").splitlines()[1:-1]
    told = heyi("keys", "show").output + heyi("keys", "show", "--json").output + heyi("keys", "rotate").output
    lines += (settings.keys / "signing" / "signer.key").read_text(encoding="ascii").splitlines()[1:-1]
    assert not any(line in told for line in lines)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("days", "state", "code"), [(61, "good", 0), (59, "warning", 0), (-1, "bad", 1)], ids=["long", "soon", "over"]
)
def test_the_doctor_sees_a_certificate_end(
    heyi: Heyi, settings: Settings, tmp_path: Path, days: int, state: str, code: int
) -> None:
    heyi("prepare")
    folder = tmp_path / "own"
    own_key(folder, until=(clock.now() + timedelta(days=days, hours=1)).astimezone(UTC).replace(microsecond=0))
    for path in folder.iterdir():
        path.rename(settings.keys / "signing" / path.name)
    found = {row["check"]: row for row in json.loads(heyi("doctor", "--json").stdout)}
    assert found["signing"]["state"] == state
    shown = heyi("keys", "show")
    assert shown.exit_code == code


@pytest.mark.parametrize(
    ("lacks", "values"),
    [
        ("HEYI_SIGNING_PKCS11_MODULE", {}),
        ("HEYI_SIGNING_PKCS11_TOKEN", {"signing_pkcs11_module": "/x.so"}),
        ("HEYI_SIGNING_PKCS11_LABEL", {"signing_pkcs11_module": "/x.so", "signing_pkcs11_token": "heyi"}),
    ],
)
def test_a_token_that_is_half_configured_names_the_setting(
    heyi: Heyi, configured: Callable[..., Settings], lacks: str, values: dict[str, str]
) -> None:
    configured(signing_source="pkcs11", **values)
    shown = json.loads(heyi("keys", "show", "--json").stdout)["signing"]
    assert (shown["state"], shown["data"]) == ("setting_missing", {"setting": lacks})


def test_the_doctor_tells_how_a_demonstrations_key_is_looked_at(
    heyi: Heyi, configured: Callable[..., Settings]
) -> None:
    heyi("prepare")
    configured(mode="production")
    row = next(row for row in json.loads(heyi("doctor", "--json").stdout) if row["check"] == "signing")
    assert row["state"] == "bad"
    assert "HEYI_MODE=demo heyi doctor" in row["fix"]


def test_the_doctor_sees_who_vouches_for_the_time(
    heyi: Heyi, settings: Settings, configured: Callable[..., Settings]
) -> None:
    def found() -> tuple[str, str]:
        rows = {row["check"]: row for row in json.loads(heyi("doctor", "--json").stdout)}
        return rows["timestamps"]["state"], rows["timestamps"]["told"]

    heyi("keys", "init")
    configured(timestamp_url="http://127.0.0.1:1/")
    assert found()[0] == "bad"
    (settings.keys / "timestamp-roots").mkdir()
    (settings.keys / "timestamp-roots" / "a.pem").write_bytes(Authority("样例时间戳根").pem)
    assert found()[0] == "good"
    (settings.home / "timestamp-away-since").write_text("2026-10-12T01:30:00+00:00")
    state, told = found()
    assert (state, "2026-10-12 01:30" in told) == ("warning", True)
