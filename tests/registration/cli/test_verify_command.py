"""`heyi certificates verify` on whatever somebody may name."""

import json
import os
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pikepdf
import pytest
from click.testing import Result

from certificates.signatures.verify import MOST_BYTES
from registration.documents import signing
from tests.certificates.conftest import LLC
from tests.registration.cli.conftest import Heyi


@pytest.fixture
def licence(heyi: Heyi, tmp_path: Path) -> Path:
    heyi("keys", "init")
    signing.signer.cache_clear()
    (tmp_path / "one.jsonl").write_text(json.dumps(LLC, default=str), encoding="utf-8")
    heyi("certificates", "issue", "--batch", str(tmp_path / "one.jsonl"), "--out", str(tmp_path))
    return next(tmp_path.glob("*.pdf"))


def problems(result: Result) -> tuple[int, list[str]]:
    return result.exit_code, json.loads(result.stdout)["problems"]


def test_a_licence_is_told_in_words(heyi: Heyi, licence: Path) -> None:
    told = heyi("certificates", "verify", str(licence))
    assert told.exit_code == 0
    for words in ("Signed by: ", "Timestamp: None", "(PAdES B-B)", "Was the certificate revoked?: ", "SHA-256"):
        assert words in told.stdout
    assert "种植" in told.stdout


def test_it_may_come_through_a_pipe(heyi: Heyi, licence: Path) -> None:
    assert heyi("certificates", "verify", "-", input=licence.read_bytes()).exit_code == 0
    assert problems(heyi("certificates", "verify", "-", "--json", input=b"no pdf")) == (1, ["pdf.not_pdf"])


def test_whatever_is_no_licence_is_told_so(heyi: Heyi, licence: Path, tmp_path: Path) -> None:
    whole, other = licence.read_bytes(), tmp_path / "other"
    with pikepdf.open(licence) as document:
        document.save(tmp_path / "encrypted", encryption=pikepdf.Encryption(owner="a", user="b"))
    for content, problem in (
        (b"", "pdf.not_pdf"),
        (whole[: len(whole) // 2], "pdf.damaged"),
        ((tmp_path / "encrypted").read_bytes(), "pdf.encrypted"),
        (whole + b"x", "signature.appended"),
    ):
        other.write_bytes(content)
        assert problems(heyi("certificates", "verify", str(other), "--json")) == (1, [problem])
    assert "The file has a password" in heyi("certificates", "verify", str(tmp_path / "encrypted")).stdout
    assert heyi("certificates", "verify", str(tmp_path)).exit_code == 2
    assert heyi("certificates", "verify", str(tmp_path / "none")).exit_code == 2


def test_no_more_is_read_than_shows_that_it_is_too_much(heyi: Heyi, licence: Path, tmp_path: Path) -> None:
    """A file without an end, which would fill the memory."""
    os.mkfifo(tmp_path / "endless")

    def write() -> None:
        with suppress(BrokenPipeError), (tmp_path / "endless").open("wb", buffering=0) as pipe:
            while True:
                pipe.write(bytes(MOST_BYTES))

    writing = Thread(target=write)
    writing.start()
    result = heyi("certificates", "verify", str(tmp_path / "endless"), "--json")
    writing.join()
    assert problems(result) == (1, ["pdf.too_large"])
    assert json.loads(result.stdout)["sha256"] == ""


def test_conformance_names_each_rule_that_a_file_breaks(heyi: Heyi, licence: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(licence.read_bytes().replace(b"/ID [<", b"/Id [<"))
    assert heyi("certificates", "conformance", str(licence)).exit_code == 0
    told = heyi("certificates", "conformance", str(bad))
    assert (told.exit_code, "A-trailer" in told.stdout) == (1, True)
    plain = json.loads(heyi("certificates", "conformance", str(bad), "--json").stdout)
    assert (plain["conforms"], [fault["clause"] for fault in plain["faults"]]) == (False, ["ISO 19005-3, 6.1.3"])
