"""What page, program and terminal tell of a signature: whose it is, who vouches for its time, what it proves."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.x509 import ReasonFlags
from flask import Flask

from registration import clock
from registration.cli import main
from registration.documents import signing
from registration.gateways.storage import storage
from registration.keys import revocation_cache
from registration.models import Licence
from registration.settings import Settings
from registration.settings import settings as read
from tests.fixtures.authorities import Authority
from tests.fixtures.licences import issued, sheets
from tests.fixtures.timestamps import Clock, serving
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


@pytest.fixture
def time() -> Clock:
    return Clock(clock.now().replace(microsecond=0))


@pytest.fixture
def authority(settings: Settings, desk_app: Flask) -> Authority:
    """Who issued this deployment's key."""
    authority = Authority("样例根")
    authority.write_key(settings.keys / "signing")
    return authority


@pytest.fixture
def sheet(settings: Settings, authority: Authority, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Licence]:
    """Issued with a timestamp, whose authority is believed."""
    (settings.keys / "timestamp-roots").mkdir()
    (settings.keys / "timestamp-roots" / "sample.pem").write_bytes(time.authority.pem)
    with serving(time) as url:
        monkeypatch.setenv("HEYI_TIMESTAMP_URL", url)
        _forget()
        yield sheets(issued(clock.now()))[0]
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for cached in (read, signing.signer, signing.timestamper, signing.revocations, signing.responders):
        cached.cache_clear()


def pdf_of(sheet: Licence, settings: Settings) -> bytes:
    assert sheet.storage_key is not None
    return storage(settings).get(sheet.storage_key)


def page(visitor: Visitor, pdf: bytes) -> str:
    return words(visitor.post("/check", file=(io.BytesIO(pdf), "licence.pdf")))


def program(app: Flask, pdf: bytes, lang: str = "zh") -> dict[str, Any]:
    answer = app.test_client().post(
        "/api/v1/checks/file", data={"file": (io.BytesIO(pdf), "a.pdf")}, headers={"Accept-Language": lang}
    )
    told: dict[str, Any] = answer.get_json()
    return told


def terminal(pdf: bytes, folder: Path, *options: str) -> str:
    (folder / "licence.pdf").write_bytes(pdf)
    answer = CliRunner().invoke(main, ["certificates", "verify", str(folder / "licence.pdf"), *options])
    return answer.output


def test_all_three_say_the_same(
    visit: Visit, desk_app: Flask, settings: Settings, sheet: Licence, time: Clock, tmp_path: Path
) -> None:
    pdf = pdf_of(sheet, settings)
    chinese, told = page(visit(), pdf), program(desk_app, pdf)
    assert told["verdict"] == "sample"
    signature = told["signature"]
    assert (signature["level"], signature["stamp"]["state"]) == ("B-T", "trusted")
    assert signature["stamp"]["at"] == time.now.isoformat().replace("+00:00", "Z")
    assert signature["holder"]["issuer"] == "CN=样例根"
    said = json.loads(terminal(pdf, tmp_path, "--json"))
    assert said["signature"] == {name: signature[name] for name in said["signature"]}
    plain = terminal(pdf, tmp_path)
    for code in ("signer", "level", "standing", "certificate", "fingerprint"):
        row = next(row for row in signature["words"] if row["code"] == code)
        assert row["label"] + row["text"] in chinese
        assert signature["holder"]["fingerprint"] in plain
    assert "由“样例时间戳”证明" in chinese
    english = page(visit(lang="en"), pdf)
    assert "a trusted timestamp authority vouches for the time (PAdES B-T)" in english.replace("\n", " ")
    assert "vouched for by 样例时间戳" in english


@pytest.mark.thorough
def test_an_authority_that_nobody_believes_is_said_plainly_and_alters_nothing(
    visit: Visit, desk_app: Flask, settings: Settings, sheet: Licence
) -> None:
    (settings.keys / "timestamp-roots" / "sample.pem").unlink()
    pdf = pdf_of(sheet, settings)
    told, chinese = program(desk_app, pdf), page(visit(), pdf)
    assert (told["verdict"], told["doubts"]) == ("sample", [])
    assert (told["signature"]["level"], told["signature"]["stamp"]["state"]) == ("B-B", "unknown_authority")
    assert "这个机构不在信任名单里，所以这个时间不算证明；签名本身不受影响" in chinese
    assert "内容与签发时不一致" not in chinese


@pytest.mark.thorough
def test_a_timestamp_that_does_not_fit_is_said_plainly(
    visit: Visit, desk_app: Flask, settings: Settings, sheet: Licence, time: Clock
) -> None:
    """The file is another one than was issued, and must be called altered; only its timestamp is to blame."""
    pdf = pdf_of(sheet, settings)
    now, later = (f"{at:%Y%m%d%H%M%SZ}".encode().hex().upper().encode() for at in (time.now, time.now + timedelta(1)))
    at = pdf.rindex(now)
    other = pdf[:at] + later + pdf[at + len(later) :]
    told, chinese = program(desk_app, other), page(visit(), other)
    assert (told["verdict"], told["signature"]["stamp"]["state"]) == ("altered", "invalid")
    assert "timestamp.invalid" in told["doubts"]
    assert "时间戳与签名对不上，不能证明签署时间" in chinese


@pytest.mark.thorough
def test_a_timestamp_of_a_signature_that_does_not_hold_proves_nothing(
    visit: Visit, settings: Settings, sheet: Licence
) -> None:
    changed = page(visit(), pdf_of(sheet, settings).replace(b"/Lang", b"/Lung", 1))
    assert "签名不成立，时间也就不能证明什么" in changed
    assert "由“样例时间戳”证明" not in changed


def test_a_revoked_certificate_is_told_and_when(
    visit: Visit, desk_app: Flask, settings: Settings, sheet: Licence, authority: Authority
) -> None:
    pdf = pdf_of(sheet, settings)
    assert "不能判断" in page(visit(), pdf)
    revocation_cache.cache_list(settings, "http://crl.example", authority.crl(at=clock.now()))
    assert program(desk_app, pdf)["signature"]["standing"]["state"] == "good"
    later = clock.now() + timedelta(days=2)
    revoked = authority.crl(signing.signer().keyed.certificate, at=later, reason=ReasonFlags.superseded)
    revocation_cache.cache_list(settings, "http://crl.example", revoked)
    told = program(desk_app, pdf)
    assert (told["verdict"], told["doubts"]) == ("sample", [])
    assert told["signature"]["standing"]["reason"] == "superseded"
    assert "被吊销，在签署之后（已换用新证书）" in page(visit(), pdf)


@pytest.mark.thorough
def test_without_the_file_the_record_is_told(visit: Visit, desk_app: Flask, sheet: Licence) -> None:
    told = words(visit().get(f"/v/{sheet.ref}"))
    assert "签署样例局，" in told
    assert "上传电子执照原文件，可以看到签名的时间戳" in told
    answer = desk_app.test_client().get(f"/api/v1/checks/{sheet.ref}").get_json()
    assert (answer["signer"], answer["signature"]) == ("样例局", None)
