"""`heyi certificates check-qr`: a text, a picture or a paper, checked with public keys and no network."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials.qr_statement import qr_text
from certificates.paper import qr
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from registration.documents.credentials import key_set
from registration.keys import offline
from registration.keys.offline import signing_key
from registration.settings import Settings
from tests.registration.cli.conftest import Heyi

FACTS: dict[str, Any] = {
    "entity_type": "individual",
    "name": "金华市婺城区双溪样例茶室",
    "type_text": "个体工商户",
    "representative": "苏知禾",
    "composition": "personal",
    "domicile": "浙江省金华市婺城区样例街道双溪路88号",
    "general_items": ("茶叶种植",),
    "founded_on": date(2026, 10, 12),
    "issued_on": date(2026, 10, 13),
    "registrar": "金华市市场监督管理局",
    "uscc": "92330702MAT0000A1K",
    "serial": "330702202610120001",
    "check_url": "https://registration.example/v/mS0mSr9_Jx2pVv-1kqR7aQ",
    "check_host": "registration.example/v",
}


@pytest.fixture
def text(settings: Settings) -> str:
    return qr_text(Particulars(**FACTS), registrar="330702", key=signing_key("qr"))


def test_a_text_is_checked_with_the_keys_of_this_deployment(heyi: Heyi, text: str) -> None:
    good = heyi("certificates", "check-qr", text)
    assert good.exit_code == 0
    for words in ("the signature holds", "92330702MAT0000A1K", "2026-10-13", "a sample", "stands in the register"):
        assert words in good.stdout
    assert "苏知禾" not in good.stdout
    told = json.loads(heyi("certificates", "check-qr", text, "--json").stdout)
    assert told["good"]
    assert told["statement"]["token"] == "mS0mSr9_Jx2pVv-1kqR7aQ"
    assert told["statement"]["copy_number"] == 1


def test_a_text_comes_from_a_scanner_through_a_pipe(heyi: Heyi, text: str) -> None:
    assert heyi("certificates", "check-qr", "-", input=text + "\n").exit_code == 0
    assert heyi("certificates", "check-qr", "-", input="x" * 100_000).exit_code == 1


def test_what_does_not_hold_ends_with_status_1(heyi: Heyi, text: str) -> None:
    altered = heyi("certificates", "check-qr", text.replace("registration", "registrations"), "--json")
    assert (altered.exit_code, json.loads(altered.stdout)["problem"]) == (1, "statement.altered")
    bare = heyi("certificates", "check-qr", FACTS["check_url"])
    assert bare.exit_code == 1
    assert "only an address" in bare.stdout
    for nonsense in ("garbage", "", "no-such-file.txt", "91330701MAT000018L"):
        assert "no text of a licence's QR code" in heyi("certificates", "check-qr", nonsense).stdout
    foreign = qr_text(Particulars(**FACTS), registrar="330702", key=ec.generate_private_key(ec.SECP256R1()))
    assert "signed by none of these keys" in heyi("certificates", "check-qr", foreign).stdout


def test_keys_come_from_a_file_as_it_is_published(heyi: Heyi, text: str, settings: Settings, tmp_path: Path) -> None:
    published = tmp_path / "heyi-keys.json"
    published.write_text(json.dumps(key_set(settings)))
    for path in (settings.keys / "qr" / offline.PUBLIC).glob("*"):
        path.unlink()
    assert heyi("certificates", "check-qr", text).exit_code == 1
    assert heyi("certificates", "check-qr", text, "--keys", str(published)).exit_code == 0
    published.write_text("no keys")
    broken = heyi("certificates", "check-qr", text, "--keys", str(published), "--json")
    assert (broken.exit_code, json.loads(broken.stdout)["problem"]) == (1, "keys.malformed")


def test_pictures_and_papers_are_read(heyi: Heyi, text: str, tmp_path: Path) -> None:
    picture, paper = tmp_path / "code.png", tmp_path / "licence.pdf"
    picture.write_bytes(qr.png(text))
    paper.write_bytes(render(Particulars(**FACTS), qr_text=text))
    for path in (picture, paper):
        told = json.loads(heyi("certificates", "check-qr", str(path), "--json").stdout)
        assert (told["good"], told["text"]) == (True, text)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", b"no picture", "is no picture"),
        ("a.pdf", b"no paper", "is no PDF"),
        ("b.png", None, "there is no file"),
    ],
)
def test_files_that_show_no_code_are_refused(
    heyi: Heyi, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused = heyi("certificates", "check-qr", str(tmp_path / name))
    assert refused.exit_code == 1
    assert told in refused.stderr


def test_without_the_reader_it_says_what_to_install(
    heyi: Heyi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    refused = heyi("certificates", "check-qr", str(tmp_path / "code.png"))
    assert refused.exit_code == 1
    assert "heyi[scan]" in refused.stderr
