"""A deployment with a timestamp authority: what it signs, and what it does while the authority is away."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from certificates.errors import SigningError
from certificates.signatures.verify import Verdict, verify
from registration import clock, keys
from registration.documents import signing
from registration.errors import Unavailable
from registration.settings import Settings
from registration.settings import settings as read
from tests.fixtures.authorities import Authority
from tests.fixtures.timestamps import Clock, paper, serving

__all__ = ["paper"]
Configure = Callable[..., Settings]


@pytest.fixture
def time() -> Clock:
    return Clock(clock.now().replace(microsecond=0))


@pytest.fixture
def authority(settings: Settings, time: Clock) -> Authority:
    """Who issued this deployment's key; the roots of both authorities are installed."""
    authority = Authority("样例根")
    authority.write_key(settings.keys / "signing")
    (settings.keys / "timestamp-roots").mkdir()
    (settings.keys / "timestamp-roots" / "sample.pem").write_bytes(time.authority.pem)
    return authority


@pytest.fixture
def configured(settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    def change(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"HEYI_{name.upper()}", value)
        _forget()
        return read()

    yield change
    _forget()


def _forget() -> None:
    for cached in (read, signing.signer, signing.timestamper, signing.revocations, signing.responders):
        cached.cache_clear()


def signed(paper: bytes, *, later: timedelta = timedelta()) -> Verdict:
    pdf = signing.sign(paper, now=clock.now() + later, reason="x", location="x")
    return verify(pdf, trust_roots=keys.trust_roots(read()), timestamp_roots=keys.timestamp_roots(read()))


def test_papers_bear_the_authority_s_time(paper: bytes, time: Clock, configured: Configure) -> None:
    with serving(time) as url:
        configured(timestamp_url=url)
        verdicts = [signed(paper) for _ in range(2)]
    assert [(one.genuine, one.level, one.timestamped_at) for one in verdicts] == [(True, "B-T", time.now)] * 2
    assert time.asked == 3


def test_papers_bear_evidence_where_lists_are_set(
    paper: bytes, time: Clock, authority: Authority, configured: Configure
) -> None:
    made = clock.now().replace(microsecond=0) - timedelta(hours=1)
    files = {"/a.crl": authority.crl(at=made), "/b.crl": time.authority.crl(at=made)}
    with serving(time, files=files) as url:
        configured(timestamp_url=url, revocation_urls=f'["{url}/a.crl", "{url}/b.crl"]')
        assert signed(paper).level == "B-LT"
        files.clear()
        # The lists are kept until the next ones are promised.
        assert signed(paper).level == "B-LT"
        configured()
        with pytest.raises(Unavailable) as caught:
            signed(paper)
    assert caught.value.reason == "revocation_away"


def test_without_an_answer_nothing_is_signed(paper: bytes, time: Clock, configured: Configure) -> None:
    with serving(time) as url:
        gone = configured(timestamp_url=url)
    with pytest.raises(Unavailable) as caught:
        signed(paper)
    assert caught.value.reason == "timestamp_away"
    assert signing.away_since(gone)


def test_an_outage_may_be_bridged_for_a_while(paper: bytes, time: Clock, configured: Configure) -> None:
    with serving(time) as url:
        chosen = configured(timestamp_url=url, timestamp_outage_minutes="240")
        time.granted = False
        assert (signed(paper).genuine, signed(paper, later=timedelta(minutes=239)).level) == (True, "B-B")
        with pytest.raises(SigningError) as caught:
            signed(paper, later=timedelta(minutes=241))
        assert caught.value.code == "timestamp.refused"
        time.granted = True
        assert signed(paper).level == "B-T"
        assert signing.away_since(chosen) is None
        time.granted = False
        assert signed(paper, later=timedelta(minutes=300)).level == "B-B"


def test_a_key_that_may_not_sign_is_no_outage(paper: bytes, time: Clock, configured: Configure) -> None:
    with serving(time) as url:
        configured(timestamp_url=url, timestamp_outage_minutes="240")
        with pytest.raises(SigningError) as caught:
            signed(paper, later=timedelta(days=365 * 20))
    assert caught.value.code == "key.expired"
