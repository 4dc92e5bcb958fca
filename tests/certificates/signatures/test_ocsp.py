"""Answers of responders about certificates: which are believed, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.errors import InvalidAnswer
from certificates.signatures import ocsp
from tests.fixtures.authorities import STAMPS, Authority
from tests.fixtures.responders import Responder

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
NONCE = bytes(range(16))


@pytest.fixture
def authority() -> Authority:
    return Authority("样例根")


@pytest.fixture
def certificate(authority: Authority) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    return authority.issue("样例局", key.public_key(), responder="http://ocsp.example")


@pytest.fixture
def responder(authority: Authority, certificate: x509.Certificate) -> Responder:
    return Responder(AT, known={certificate: None}, authorities=[authority])


def answer(responder: Responder, certificate: x509.Certificate, authority: Authority) -> ocsp.OcspAnswer:
    asked = ocsp.question(certificate, authority.certificate, nonce=NONCE)
    said = responder.answer(asked)
    return ocsp.answer_of(said, certificate=certificate, issuer=authority.certificate, nonce=NONCE)


def test_the_responder_s_address_stands_in_the_certificate(authority: Authority, certificate: x509.Certificate) -> None:
    assert ocsp.responder_of(certificate) == "http://ocsp.example"
    assert ocsp.responder_of(authority.certificate) is None
    other = authority.issue("样例局", certificate.public_key(), responder="ldap://ocsp.example")
    assert ocsp.responder_of(other) is None


def test_an_answer_says_what_became_of_the_certificate(
    responder: Responder, certificate: x509.Certificate, authority: Authority
) -> None:
    good = answer(responder, certificate, authority)
    assert (good.status, good.this_update, good.until) == ("good", AT, AT + timedelta(hours=4))
    responder.known[certificate] = AT - timedelta(days=1)
    revoked = answer(responder, certificate, authority)
    assert (revoked.status, revoked.revoked_at, revoked.reason) == ("revoked", AT - timedelta(days=1), "superseded")
    responder.unknown.add(certificate)
    responder.known[certificate] = None
    assert answer(responder, certificate, authority).status == "unknown"


def test_an_answer_grows_old(responder: Responder, certificate: x509.Certificate, authority: Authority) -> None:
    good = answer(responder, certificate, authority)
    good.require_fresh(AT + timedelta(hours=4))
    for at, code in ((AT + timedelta(hours=5), "ocsp.stale"), (AT - timedelta(hours=1), "ocsp.not_yet")):
        with pytest.raises(InvalidAnswer) as caught:
            good.require_fresh(at)
        assert caught.value.code == code
    responder.lasts = None
    assert answer(responder, certificate, authority).until == AT + ocsp.SHORT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nonce": bytes(16)}, "ocsp.nonce"),
        ({"refuses": True}, "ocsp.refused"),
        ({"purpose": STAMPS}, "ocsp.responder"),
        ({"purpose": None}, "ocsp.responder"),
        ({"own": Authority("样例根")}, "ocsp.responder"),
    ],
)
def test_an_answer_of_another_or_to_another_question_is_refused(
    responder: Responder,
    certificate: x509.Certificate,
    authority: Authority,
    changes: dict[str, object],
    code: str,
) -> None:
    for name, value in changes.items():
        setattr(responder, name, value)
    with pytest.raises(InvalidAnswer) as caught:
        answer(responder, certificate, authority)
    assert caught.value.code == code


def test_an_answer_without_a_nonce_was_made_in_advance(
    responder: Responder, certificate: x509.Certificate, authority: Authority
) -> None:
    responder.repeats_nonce = False
    assert answer(responder, certificate, authority).status == "good"


def test_an_answer_about_another_certificate_is_none(
    responder: Responder, certificate: x509.Certificate, authority: Authority
) -> None:
    other = authority.issue("另一局", certificate.public_key())
    responder.for_others = True
    with pytest.raises(InvalidAnswer) as caught:
        answer(responder, other, authority)
    assert caught.value.code == "ocsp.other_certificate"


def test_no_byte_of_an_answer_can_be_changed(
    responder: Responder, certificate: x509.Certificate, authority: Authority
) -> None:
    """Whatever is still believed says the same: what may change is only what nobody reads."""
    asked = ocsp.question(certificate, authority.certificate, nonce=NONCE)
    said = responder.answer(asked)
    good = ocsp.answer_of(said, certificate=certificate, issuer=authority.certificate, nonce=NONCE)
    refused = 0
    for at in range(len(said)):
        changed = said[:at] + bytes([said[at] ^ 0x15]) + said[at + 1 :]
        try:
            told = ocsp.answer_of(changed, certificate=certificate, issuer=authority.certificate, nonce=NONCE)
        except InvalidAnswer:
            refused += 1
            continue
        assert (told.status, told.this_update, told.next_update) == (good.status, good.this_update, good.next_update)
    assert refused > len(said) * 0.9
    for nonsense in (b"", b"<html>", said[:100]):
        with pytest.raises(InvalidAnswer):
            ocsp.answer_of(nonsense, certificate=certificate, issuer=authority.certificate)
