"""Signing, and every way in which a PDF can be wrong."""

import asyncio
import io
import logging
import shutil
import stat
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.errors import SigningError
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.signer import KEY_FILE, Signer, make_sample_key
from certificates.signatures.verify import MOST_BYTES, verify

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def unsigned(make: Callable[..., Particulars]) -> bytes:
    return render(make())


@pytest.fixture(scope="module")
def signed(unsigned: bytes, signer: Signer) -> bytes:
    return signer.sign(unsigned, signed_at=AT, reason="核发营业执照", location="浙江金华")


def test_a_signed_licence_is_genuine(signed: bytes, signer: Signer, make: Callable[..., Particulars]) -> None:
    verdict = verify(signed, trust_roots=[signer.root])
    assert verdict.genuine
    assert (verdict.intact, verdict.trusted, verdict.covers_whole_file) == (True, True, True)
    assert verdict.signed_at == AT
    assert verdict.signer == "金华市市场监督管理局 演示 SAMPLE"
    assert verdict.particulars == make()
    assert len(verdict.sha256) == 64


def test_a_caller_with_a_running_loop_can_sign_and_verify(unsigned: bytes, signer: Signer) -> None:
    async def both() -> bool:
        signed = signer.sign(unsigned, signed_at=AT, reason="x", location="x")
        return verify(signed, trust_roots=[signer.root]).genuine

    # In a thread: the main one may have a loop of its own, left by whoever drives a browser in it.
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(asyncio.run, both()).result()


def test_signing_keeps_pdf_a_and_allows_no_change(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pdf_version == "1.7"
        assert "/Version" not in pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
        (field,) = pdf.Root.AcroForm.Fields
        # PDF/A asks for an appearance of every annotation, except one without any size.
        assert [int(value) for value in field.Rect] == [0, 0, 0, 0]
        assert int(field.F) & 0b100
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert int(field.V.Reference[0].TransformParams.P) == 1
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert str(field.V.M) == "D:20261013063000Z"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")
def test_an_outside_reader_finds_the_signature_valid(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "licence.pdf"
    path.write_bytes(signed)
    words = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in words
    assert "Total document signed" in words


@pytest.mark.thorough
def test_changed_bytes_are_found_anywhere(signed: bytes, signer: Signer) -> None:
    hole = signed.rindex(b"/Contents <")
    everywhere = range(50, len(signed), len(signed) // 30)
    for place in (*everywhere, *range(hole + 12, signed.index(b">", hole + 12), 7)):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        verdict = verify(changed, trust_roots=[signer.root])
        assert not verdict.genuine
        assert verdict.particulars is None


def test_a_changed_picture_is_altered(signed: bytes, signer: Signer) -> None:
    changed = signed[:500] + bytes([signed[500] ^ 1]) + signed[501:]
    verdict = verify(changed, trust_roots=[signer.root])
    assert verdict.problems == ("signature.altered",)
    assert verdict.particulars is None


def test_an_appended_update_is_found_even_when_harmless(signed: bytes, signer: Signer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root[pdf_name("/PageMode")] = pdf_name("/UseNone")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    for longer in (out.getvalue(), signed + b"\n%more"):
        verdict = verify(longer, trust_roots=[signer.root])
        assert "signature.appended" in verdict.problems
        assert verdict.particulars is None


def test_a_self_made_authority_of_the_same_name_is_not_trusted(unsigned: bytes, signer: Signer, tmp_path: Path) -> None:
    make_sample_key(tmp_path, common_name="金华市市场监督管理局", valid_from=SINCE)
    forger = Signer.load(tmp_path)
    assert forger.common_name == signer.common_name
    forged = forger.sign(unsigned, signed_at=AT, reason="核发营业执照", location="浙江金华")
    verdict = verify(forged, trust_roots=[signer.root])
    assert verdict.problems == ("signature.untrusted",)
    assert (verdict.intact, verdict.trusted) == (True, False)
    assert verify(forged, trust_roots=[signer.root, forger.root]).genuine


def test_a_signature_outside_its_certificate_s_time_is_not_trusted(unsigned: bytes, signer: Signer) -> None:
    early = datetime(2025, 12, 1, tzinfo=UTC)
    with pytest.raises(SigningError) as caught:
        signer.sign(unsigned, signed_at=early, reason="x", location="x")
    assert caught.value.code == "key.not_yet_valid"
    careless = replace(signer, facts=replace(signer.facts, valid_from=early))
    forged = careless.sign(unsigned, signed_at=early, reason="x", location="x")
    assert verify(forged, trust_roots=[signer.root]).problems == ("signature.untrusted",)


def test_an_expired_certificate_signs_nothing(unsigned: bytes, signer: Signer) -> None:
    with pytest.raises(SigningError) as caught:
        signer.sign(unsigned, signed_at=datetime(2036, 6, 1, tzinfo=UTC), reason="x", location="x")
    assert caught.value.code == "key.expired"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "pdf.not_pdf"),
        (b"<html>hello</html>", "pdf.not_pdf"),
        (b"%PDF-1.7\nnothing else", "pdf.damaged"),
        (b"%PDF-" + b"0" * MOST_BYTES, "pdf.too_large"),
    ],
)
def test_what_is_no_pdf_has_its_own_code(content: bytes, problem: str, signer: Signer) -> None:
    verdict = verify(content, trust_roots=[signer.root])
    assert verdict.problems == (problem,)
    assert not verdict.intact


def test_an_unsigned_licence_has_its_own_code(unsigned: bytes, signer: Signer) -> None:
    assert verify(unsigned, trust_roots=[signer.root]).problems == ("signature.missing",)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mangled_file_raises_or_passes(signed: bytes, signer: Signer, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(signed) - 1))
    end = data.draw(st.integers(start, min(len(signed), start + 4000)))
    mangled = signed[:start] + data.draw(st.binary(max_size=200)) + signed[end:]
    if mangled != signed:
        assert not verify(mangled, trust_roots=[signer.root]).genuine


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000))
def test_no_random_file_raises(content: bytes) -> None:
    assert not verify(b"%PDF-1.7\n" + content, trust_roots=[]).genuine


def test_the_key_is_private_sample_and_never_replaced(key_directory: Path, signer: Signer) -> None:
    assert stat.S_IMODE((key_directory / KEY_FILE).stat().st_mode) == 0o600
    assert signer.sample
    with pytest.raises(SigningError) as caught:
        make_sample_key(key_directory, common_name="x", valid_from=SINCE)
    assert caught.value.code == "key.exists"


def test_nothing_shows_the_key(
    key_directory: Path, signer: Signer, unsigned: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Signer.load(key_directory)
        signer.sign(unsigned, signed_at=AT, reason="x", location="x")
    lines = [line for line in (key_directory / KEY_FILE).read_text(encoding="ascii").splitlines() if "KEY" not in line]
    shown = repr(signer) + str(signer) + caplog.text
    assert not any(line in shown for line in lines)


def test_a_key_with_a_passphrase_needs_it(tmp_path: Path) -> None:
    make_sample_key(tmp_path, common_name="样例", valid_from=SINCE, passphrase=b"right")
    assert Signer.load(tmp_path, passphrase=b"right").sample
    for wrong in (b"wrong", None):
        with pytest.raises(SigningError) as caught:
            Signer.load(tmp_path, passphrase=wrong)
        assert caught.value.code == "key.passphrase"


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_sample_key(tmp_path, common_name="样例", valid_from=SINCE)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(SigningError) as caught:
        Signer.load(tmp_path)
    assert caught.value.code == "key.permissions"


def test_a_missing_or_foreign_key_is_refused(tmp_path: Path, key_directory: Path) -> None:
    with pytest.raises(SigningError) as caught:
        Signer.load(tmp_path)
    assert caught.value.code == "key.missing"
    make_sample_key(tmp_path / "other", common_name="样例", valid_from=SINCE)
    (tmp_path / "other" / KEY_FILE).write_bytes((key_directory / KEY_FILE).read_bytes())
    with pytest.raises(SigningError) as caught:
        Signer.load(tmp_path / "other")
    assert caught.value.code == "key.mismatch"


def test_what_is_no_pdf_cannot_be_signed(signer: Signer) -> None:
    with pytest.raises(SigningError) as caught:
        signer.sign(b"hello", signed_at=AT, reason="x", location="x")
    assert caught.value.code == "sign.refused"
