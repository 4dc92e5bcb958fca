"""Papers whose time an authority vouches for, and papers that prove their certificates' standing by themselves."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.errors import SigningError
from certificates.particulars import Particulars
from certificates.render import render
from certificates.sign import Signer
from certificates.stamp import Evidence, Stamper
from certificates.verify import Verdict, verify
from tests.fixtures.authorities import Authority
from tests.fixtures.timestamps import Clock

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
STAMPED = AT + timedelta(seconds=2)
LISTED = AT - timedelta(days=1)


@dataclass
class Office:
    """A signer, who issued its certificate, and a clock that others trust."""

    authority: Authority
    signer: Signer
    clock: Clock

    def sign(self, pdf: bytes, *, evidence: Evidence | None = None) -> bytes:
        stamper = Stamper(self.signer, ask=self.clock.answer)
        return stamper.sign(pdf, signed_at=AT, reason="核发营业执照", location="浙江金华", evidence=evidence)

    def verify(self, pdf: bytes, *, believes: bool = True) -> Verdict:
        stamps = [self.clock.authority.pem] if believes else []
        return verify(pdf, trust_roots=[self.signer.root], timestamp_roots=stamps)

    def evidence(self, **changes: object) -> Evidence:
        lists = (self.authority.crl(at=LISTED), self.clock.authority.crl(at=LISTED))
        whole = Evidence(roots=(self.authority.pem, self.clock.authority.pem), crls=lists)
        return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def unsigned(make: Callable[..., Particulars]) -> bytes:
    return render(make())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    authority, key = Authority("样例根"), ec.generate_private_key(ec.SECP256R1())
    authority.write(tmp_path, authority.issue("样例局", key.public_key()))
    lock = serialization.NoEncryption()
    (tmp_path / "signer.key").touch(0o600)
    (tmp_path / "signer.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    )
    return Office(authority, Signer.load(tmp_path), Clock(STAMPED))


def test_a_stamped_paper_says_whose_time_it_bears(office: Office, unsigned: bytes) -> None:
    signed = office.sign(unsigned)
    verdict = office.verify(signed)
    assert verdict.genuine
    assert (verdict.level, verdict.signed_at, verdict.timestamped_at) == ("B-T", AT, STAMPED)
    doubting = office.verify(signed, believes=False)
    assert doubting.genuine
    assert (doubting.level, doubting.timestamped_at) == ("B-B", None)


def test_a_plain_paper_has_the_first_level(office: Office, unsigned: bytes) -> None:
    verdict = office.verify(office.signer.sign(unsigned, signed_at=AT, reason="x", location="x"))
    assert (verdict.genuine, verdict.level, verdict.timestamped_at) == (True, "B-B", None)


def test_a_paper_with_its_evidence_proves_itself(office: Office, unsigned: bytes) -> None:
    signed = office.sign(unsigned, evidence=office.evidence())
    verdict = office.verify(signed)
    assert verdict.genuine
    assert (verdict.level, verdict.timestamped_at) == ("B-LT", STAMPED)
    assert signed.startswith(unsigned)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert (pdf.pdf_version, len(pdf.Root.DSS.CRLs)) == ("1.7", 2)
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"


def test_no_paper_is_signed_with_evidence_that_does_not_suffice(office: Office, unsigned: bytes) -> None:
    revoked = office.authority.crl(office.signer.keyed.certificate, at=LISTED)
    other = office.clock.authority.crl(at=LISTED)
    old = office.authority.crl(at=LISTED - timedelta(days=400))
    for lists in ((revoked, other), (old, other), (other,), ()):
        with pytest.raises(SigningError) as caught:
            office.sign(unsigned, evidence=office.evidence(crls=lists))
        assert caught.value.code == "evidence.insufficient"


def test_an_authority_that_refuses_or_talks_nonsense_is_told_apart(office: Office, unsigned: bytes) -> None:
    office.clock.granted = False
    with pytest.raises(SigningError) as caught:
        office.sign(unsigned)
    assert caught.value.code == "timestamp.refused"
    for nonsense in (b"", b"<html>", bytes(40)):
        with pytest.raises(SigningError) as caught:
            Stamper(office.signer, ask=lambda _, said=nonsense: said).sign(  # type: ignore[misc]
                unsigned, signed_at=AT, reason="x", location="x"
            )
        assert caught.value.code == "timestamp.refused"


def test_a_stamp_of_another_paper_or_none_at_all_is_invalid(office: Office, unsigned: bytes) -> None:
    signed = office.sign(unsigned)
    at = signed.rindex(STAMPED.strftime("%Y%m%d%H%M%SZ").encode().hex().upper().encode())
    later = signed[:at] + (STAMPED + timedelta(days=9)).strftime("%Y%m%d%H%M%SZ").encode().hex().upper().encode()
    verdict = office.verify(later + signed[len(later) :])
    assert "timestamp.invalid" in verdict.problems
    assert (verdict.level, verdict.timestamped_at) == ("B-B", None)


def test_a_key_used_after_its_certificate_s_end_is_found_by_the_stamp(office: Office, unsigned: bytes) -> None:
    office.clock = Clock(datetime(2037, 1, 1, tzinfo=UTC), until=datetime(2040, 1, 1, tzinfo=UTC))
    office.clock.authority = Authority("长久的根", until=datetime(2040, 1, 1, tzinfo=UTC))
    office.clock.__post_init__()
    signed = office.sign(unsigned)
    assert office.verify(signed).problems == ("signature.untrusted",)
    assert office.verify(signed, believes=False).genuine
