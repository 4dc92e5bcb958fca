"""`heyi certificates issue`: many licences from a file, stopped and gone on with."""

import json
import os
import signal
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from certificates.signatures.verify import Verdict, verify
from registration import keys
from registration.documents import signing
from registration.settings import Settings
from tests.certificates.conftest import LLC
from tests.registration.cli.conftest import Heyi


def line(**changes: Any) -> str:
    return json.dumps({**LLC, **changes}, ensure_ascii=False, default=str)


@pytest.fixture
def batch(tmp_path: Path, heyi: Heyi) -> Path:
    """Three licences with a line between them that holds nothing."""
    heyi("keys", "init")
    signing.signer.cache_clear()
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join((line(), "", line(name="金华另一家有限公司"), line(copy_number=2))), encoding="utf-8")
    return file


def judged(path: Path, settings: Settings) -> Verdict:
    return verify(path.read_bytes(), trust_roots=keys.trust_roots(settings))


@pytest.mark.thorough
def test_a_batch_is_made_once_and_gone_on_with(heyi: Heyi, batch: Path, tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    arguments = ("certificates", "issue", "--batch", str(batch), "--out", str(out), "--json")
    first = json.loads(heyi(*arguments).stdout)
    assert (first["made"], first["kept"], first["failed"]) == (3, 0, 0)
    files = sorted(out.iterdir())
    assert [path.name[:7] for path in files] == ["000001-", "000003-", "000004-"]
    names = [verdict.particulars and verdict.particulars.name for verdict in (judged(path, settings) for path in files)]
    assert names == [LLC["name"], "金华另一家有限公司", LLC["name"]]

    before = files[0].read_bytes()
    files[1].write_bytes(files[1].read_bytes()[:-9])
    files[2].unlink()
    again = json.loads(heyi(*arguments).stdout)
    assert (again["made"], again["kept"]) == (2, 1)
    assert files[0].read_bytes() == before
    assert all(judged(path, settings).genuine for path in files)


@pytest.mark.thorough
def test_every_wrong_line_is_named_and_the_others_are_made(heyi: Heyi, batch: Path, tmp_path: Path) -> None:
    wrong = (
        line(uscc="91330701MAT000018M"),
        "{",
        line(name="\u202e"),
        line(capital="much"),
        line(),
        line(stamp=1),
        "[]",
    )
    batch.write_text("\n".join(wrong), encoding="utf-8")
    result = heyi("certificates", "issue", "--batch", str(batch), "--out", str(tmp_path / "out"), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["made"], told["failed"]) == (1, 1, 6)
    failures = [(row["line"], row["field"], row["code"]) for row in told["failures"]]
    assert failures == [
        (1, "uscc", "number.check_digit"),
        (2, None, "line.not_json"),
        (3, "name", "text.control"),
        (4, "capital", "decimal_parsing"),
        (6, "stamp", "extra_forbidden"),
        (7, None, "line.not_an_object"),
    ]
    assert "line 1: uscc number.check_digit" in heyi(*result_words(batch, tmp_path)).stdout


def result_words(batch: Path, tmp_path: Path) -> tuple[str, ...]:
    return ("certificates", "issue", "--batch", str(batch), "--out", str(tmp_path / "out"))


def test_no_line_makes_itself_more_than_a_sample(heyi: Heyi, batch: Path, tmp_path: Path, settings: Settings) -> None:
    batch.write_text(line(sample=False), encoding="utf-8")
    assert heyi(*result_words(batch, tmp_path)).exit_code == 0
    (file,) = (tmp_path / "out").iterdir()
    particulars = judged(file, settings).particulars
    assert particulars is not None
    assert particulars.sample


def test_no_line_however_broken_stops_the_others(heyi: Heyi, batch: Path, tmp_path: Path) -> None:
    half = line(name="X").replace("X", "\\ud800")
    broken = (b"\xff\xfe", b'{"name":', b"[" * 200_000, b"null", half.encode(), line().encode())
    batch.write_bytes(b"\n".join(broken))
    arguments = ("certificates", "issue", "--batch", str(batch), "--out", str(tmp_path / "out"), "--json")
    result = heyi(*arguments)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["made"], told["failed"]) == (1, 1, 5)
    codes = ["line.not_utf8", "line.not_json", "line.not_json", "line.not_an_object"]
    assert [row["code"] for row in told["failures"]][:4] == codes


def test_a_batch_that_is_stopped_ends_after_the_line_at_hand(heyi: Heyi, batch: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    batch.write_text("\n".join(line() for _ in range(30)), encoding="utf-8")
    arguments = ("certificates", "issue", "--batch", str(batch), "--out", str(out), "--json")

    def stop() -> None:
        while not list(out.glob("*.pdf")):
            Event().wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    presses = Thread(target=stop)
    presses.start()
    stopped = heyi(*arguments)
    presses.join()
    told = json.loads(stopped.stdout)
    assert (stopped.exit_code, told["failed"]) == (130, 0)
    assert "run it again" in stopped.stderr
    assert 1 <= told["made"] == len(list(out.iterdir())) < 30
    batch.write_text("\n".join(line() for _ in range(told["made"] + 1)), encoding="utf-8")
    again = json.loads(heyi(*arguments).stdout)
    assert (again["made"], again["kept"]) == (1, told["made"])
