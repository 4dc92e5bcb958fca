"""A deployment whose certificates name responders (OCSP): what it asks, what it signs, and what it does not."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pikepdf
import pytest
from cryptography import x509

from certificates.errors import SigningError
from certificates.signatures.verify import Verdict, verify
from registration import clock, keys
from registration.documents import signing
from registration.errors import Unavailable
from registration.keys.revocation_cache import cached_revocations
from registration.settings import Settings
from registration.settings import settings as read
from tests.fixtures.authorities import Authority
from tests.fixtures.responders import Responder, responding
from tests.fixtures.timestamps import Clock, paper, serving

__all__ = ["paper"]
Configure = Callable[..., Settings]


@dataclass
class Outside:
    """Who issued the key, who stamps, who answers, and the signer's certificate."""

    authority: Authority
    time: Clock
    responder: Responder
    certificate: x509.Certificate
    close: Callable[[], None]


@pytest.fixture
def outside(settings: Settings) -> Iterator[Outside]:
    """All servers run; both certificates name the responder."""
    at = clock.now().replace(microsecond=0)
    responder, authority = Responder(at), Authority("样例根")
    answering = responding(responder)
    url = answering.__enter__()
    time = Clock(at, responder=url)
    certificate = authority.write_key(settings.keys / "signing", responder=url)
    (settings.keys / "timestamp-roots").mkdir()
    (settings.keys / "timestamp-roots" / "sample.pem").write_bytes(time.authority.pem)
    responder.authorities = [authority, time.authority]
    responder.known = {certificate: None, time.certificate: None}
    closed: list[bool] = []

    def close() -> None:
        if not closed:
            closed.append(True)
            answering.__exit__(None, None, None)

    yield Outside(authority, time, responder, certificate, close)
    close()


@pytest.fixture
def configured(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    def change(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"HEYI_{name.upper()}", value)
        _forget()
        return read()

    files: dict[str, bytes] = {}
    with serving(outside.time, files=files) as url:
        at = outside.time.now - timedelta(hours=1)
        files |= {"/a.crl": outside.authority.crl(at=at), "/b.crl": outside.time.authority.crl(at=at)}
        monkeypatch.setenv("HEYI_TIMESTAMP_URL", url)
        monkeypatch.setenv("LISTS", f'["{url}/a.crl", "{url}/b.crl"]')
        change(ocsp="true")
        yield change
    _forget()


def _forget() -> None:
    for cached in (read, signing.signer, signing.timestamper, signing.revocations, signing.responders):
        cached.cache_clear()


def signed(paper: bytes) -> bytes:
    return signing.sign(paper, now=clock.now(), reason="x", location="x")


def judged(pdf: bytes) -> Verdict:
    roots = {"trust_roots": keys.trust_roots(read()), "timestamp_roots": keys.timestamp_roots(read())}
    return verify(pdf, **roots, words=cached_revocations(read()))


def refused(paper: bytes) -> str:
    with pytest.raises((SigningError, Unavailable)) as caught:
        signed(paper)
    return str(caught.value.args[0])


def test_the_answers_stand_in_the_paper_and_prove_it(paper: bytes, outside: Outside, configured: Configure) -> None:
    pdf = signed(paper)
    verdict = judged(pdf)
    assert verdict.genuine
    assert verdict.level == "B-LT"
    assert verdict.signature
    assert (verdict.signature.standing.state, verdict.signature.standing.as_of) == ("good", outside.responder.now)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.Root.DSS.OCSPs) == 2
        assert "/CRLs" not in document.Root.DSS
    outside.close()
    assert judged(pdf).level == "B-LT"
    # Kept for an hour: not every paper costs a question.
    assert judged(signed(paper)).level == "B-LT"
    assert outside.responder.asked == 2


def test_nobody_is_asked_unless_the_settings_say_so(paper: bytes, outside: Outside, configured: Configure) -> None:
    configured(ocsp="false")
    assert judged(signed(paper)).level == "B-T"
    assert outside.responder.asked == 0


@pytest.mark.parametrize("whose", ["signer", "stamps"])
def test_nothing_is_signed_with_a_revoked_certificate(
    paper: bytes, outside: Outside, configured: Configure, whose: str
) -> None:
    certificate = outside.certificate if whose == "signer" else outside.time.certificate
    before = signed(paper)
    outside.responder.known[certificate] = outside.time.now - timedelta(days=1)
    configured(timestamp_outage_minutes="240")
    assert refused(paper) == "certificate.revoked"
    # Also whoever checks a paper knows from now on.
    told = judged(before).signature
    assert told
    assert told.stamp
    assert (told.standing if whose == "signer" else told.stamp.standing).state == "revoked"


def test_an_answer_that_it_is_unknown_proves_nothing(paper: bytes, outside: Outside, configured: Configure) -> None:
    outside.responder.unknown.add(outside.certificate)
    assert refused(paper) == "evidence.insufficient"


@pytest.mark.parametrize("fault", ["stale", "stranger", "refuses", "away"])
def test_without_an_answer_worth_something_papers_wait(
    paper: bytes, outside: Outside, configured: Configure, fault: str
) -> None:
    if fault == "stale":
        outside.responder.now -= timedelta(days=1)
    elif fault == "stranger":
        outside.responder.own = Authority("样例根")
    elif fault == "refuses":
        outside.responder.refuses = True
    else:
        outside.close()
    assert refused(paper) == "revocation_away"
    configured(timestamp_outage_minutes="240")
    assert judged(signed(paper)).level == "B-B"


def test_lists_do_where_the_responder_is_away(paper: bytes, outside: Outside, configured: Configure) -> None:
    configured(revocation_urls=os.environ["LISTS"])
    assert judged(signed(paper)).level == "B-LT"
    outside.close()
    configured()
    pdf = signed(paper)
    assert judged(pdf).level == "B-LT"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.Root.DSS.CRLs) == 2
