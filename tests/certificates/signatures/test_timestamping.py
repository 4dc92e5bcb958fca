"""Papers whose time an authority vouches for, and papers that prove their certificates' standing by themselves."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.x509 import ReasonFlags

from certificates.errors import SigningError
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.facts import RevocationStatus
from certificates.signatures.revocation import RevocationData
from certificates.signatures.signer import Signer
from certificates.signatures.timestamping import Evidence, Timestamper
from certificates.signatures.verify import Verdict, verify
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
        stamper = Timestamper(self.signer, ask=self.clock.answer)
        return stamper.sign(pdf, signed_at=AT, reason="核发营业执照", location="浙江金华", evidence=evidence)

    def verify(self, pdf: bytes, *, believes: bool = True, crls: tuple[bytes, ...] = ()) -> Verdict:
        stamps = [self.clock.authority.pem] if believes else []
        return verify(pdf, trust_roots=[self.signer.root], timestamp_roots=stamps, words=RevocationData(crls))

    def evidence(self, **changes: Any) -> Evidence:
        lists = (self.authority.crl(at=LISTED), self.clock.authority.crl(at=LISTED))
        whole = Evidence(roots=(self.authority.pem, self.clock.authority.pem), crls=lists)
        return replace(whole, **changes)


def stamp_of(verdict: Verdict) -> tuple[str, str]:
    assert verdict.signature
    assert verdict.signature.stamp
    assert verdict.signature.stamp.authority
    return verdict.signature.stamp.state, verdict.signature.stamp.authority.name


@pytest.fixture(scope="module")
def unsigned(make: Callable[..., Particulars]) -> bytes:
    return render(make())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    authority = Authority("样例根")
    authority.write_key(tmp_path)
    return Office(authority, Signer.load(tmp_path), Clock(STAMPED))


def test_a_stamped_paper_says_whose_time_it_bears(office: Office, unsigned: bytes) -> None:
    signed = office.sign(unsigned)
    verdict = office.verify(signed)
    assert verdict.genuine
    assert (verdict.level, verdict.signed_at, verdict.timestamped_at) == ("B-T", AT, STAMPED)
    assert stamp_of(verdict) == ("trusted", "样例时间戳")
    doubting = office.verify(signed, believes=False)
    assert doubting.genuine
    assert (doubting.level, doubting.timestamped_at) == ("B-B", None)
    assert stamp_of(doubting) == ("unknown_authority", "样例时间戳")


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
            assert metadata.pdfa_status == "3A"


def test_no_paper_is_signed_with_evidence_that_does_not_suffice(office: Office, unsigned: bytes) -> None:
    revoked = office.authority.crl(office.signer.keyed.certificate, at=LISTED)
    other = office.clock.authority.crl(at=LISTED)
    old = office.authority.crl(at=LISTED - timedelta(days=400))
    for lists, code in (
        ((revoked, other), "certificate.revoked"),
        ((old, other), "evidence.insufficient"),
        ((other,), "evidence.insufficient"),
        ((), "evidence.insufficient"),
    ):
        with pytest.raises(SigningError) as caught:
            office.sign(unsigned, evidence=office.evidence(crls=lists))
        assert caught.value.code == code


def test_evidence_that_was_old_when_the_paper_was_stamped_proves_nothing(office: Office, unsigned: bytes) -> None:
    office.clock.now = STAMPED + timedelta(days=400)
    verdict = office.verify(office.sign(unsigned, evidence=office.evidence()))
    assert verdict.genuine
    assert (verdict.level, verdict.timestamped_at) == ("B-T", office.clock.now)


def test_no_paper_is_stamped_by_an_authority_that_lost_its_certificate(office: Office, unsigned: bytes) -> None:
    lists = (office.authority.crl(at=LISTED), office.clock.authority.crl(office.clock.certificate, at=LISTED))
    with pytest.raises(SigningError) as caught:
        office.sign(unsigned, evidence=office.evidence(crls=lists))
    assert caught.value.code == "certificate.revoked"


def saying(answer: bytes) -> Callable[[bytes], bytes]:
    return lambda _request: answer


def test_an_authority_that_refuses_or_talks_nonsense_is_told_apart(office: Office, unsigned: bytes) -> None:
    office.clock.granted = False
    with pytest.raises(SigningError) as caught:
        office.sign(unsigned)
    assert caught.value.code == "timestamp.refused"
    for nonsense in (b"", b"<html>", bytes(40)):
        with pytest.raises(SigningError) as caught:
            Timestamper(office.signer, ask=saying(nonsense)).sign(unsigned, signed_at=AT, reason="x", location="x")
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


def test_a_certificate_revoked_later_takes_nothing_from_a_stamped_paper(office: Office, unsigned: bytes) -> None:
    later = STAMPED + timedelta(days=30)
    crl = office.authority.crl(office.signer.keyed.certificate, at=later, reason=ReasonFlags.key_compromise)
    verdict = office.verify(office.sign(unsigned), crls=(crl,))
    assert verdict.genuine
    assert verdict.signature
    assert verdict.signature.standing == RevocationStatus(
        state="revoked", as_of=later, revoked_at=later, reason="keyCompromise"
    )


def test_a_stolen_key_can_date_nothing_back(office: Office, unsigned: bytes) -> None:
    """Without a timestamp the time is what the thief writes; after a loss for another reason it is what the office
    wrote, and the register says the rest."""
    plain = office.signer.sign(unsigned, signed_at=AT, reason="x", location="x")
    revoked = office.signer.keyed.certificate
    for at, reason, problems in (
        (AT + timedelta(days=1), ReasonFlags.key_compromise, ("signature.revoked",)),
        (AT + timedelta(days=1), ReasonFlags.superseded, ()),
        (AT - timedelta(days=1), ReasonFlags.superseded, ("signature.revoked",)),
    ):
        crl = office.authority.crl(revoked, at=at, reason=reason)
        assert office.verify(plain, crls=(crl,)).problems == problems


def test_only_the_issuer_s_newest_word_counts(office: Office, unsigned: bytes) -> None:
    plain = office.signer.sign(unsigned, signed_at=AT, reason="x", location="x")
    revoked = office.signer.keyed.certificate
    before = office.authority.crl(revoked, at=LISTED, reason=ReasonFlags.certificate_hold)
    after = office.authority.crl(at=AT)
    assert office.verify(plain, crls=(after, before)).genuine
    strange = Authority("样例根").crl(revoked, at=AT + timedelta(days=1))
    assert office.verify(plain, crls=(strange, b"no list")).genuine


def test_a_timestamp_authority_that_lost_its_certificate_vouches_for_nothing(office: Office, unsigned: bytes) -> None:
    crl = office.clock.authority.crl(office.clock.certificate, at=LISTED)
    verdict = office.verify(office.sign(unsigned), crls=(crl,))
    assert verdict.genuine
    assert (verdict.level, verdict.timestamped_at, stamp_of(verdict)[0]) == ("B-B", None, "revoked")
