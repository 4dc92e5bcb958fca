"""A QR code's statement verifies in exactly one form: no second text says the same, at the library and the command."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials import cose, jose, qr_statement
from certificates.errors import InvalidStatement
from certificates.particulars import Particulars
from registration.keys import offline
from registration.settings import Settings
from tests.certificates.conftest import make
from tests.forgeries import codes
from tests.registration.cli.conftest import Heyi, heyi

__all__ = ["heyi", "make"]

KEY = ec.derive_private_key(20261012, ec.SECP256R1())
KEYS = jose.public_keys({"keys": [jose.jwk(KEY.public_key())]}, purpose="qr")


@pytest.fixture(scope="module")
def text(make: Callable[..., Particulars]) -> str:
    particulars = make(check_url="https://registration.example/v/mS0mSr9_Jx2pVv-1kqR7aQ")
    return qr_statement.qr_text(particulars, registrar="330701", key=KEY)


def test_no_hostile_code_holds(text: str) -> None:
    assert qr_statement.check(text, keys=KEYS).code == "91330701MAT000018L"
    hostile = codes.corpus(text, KEY)
    assert len(hostile) >= 50
    refused = {}
    for name, one in hostile.items():
        with pytest.raises(InvalidStatement) as caught:
            qr_statement.check(one, keys=KEYS)
        refused[name] = caught.value.code
    assert refused["the other s"] == "statement.altered"
    assert refused["another host"] == "statement.altered"
    assert refused["of another key"] == "statement.unknown_key"
    assert refused["a byte behind"] == "statement.unreadable"
    assert refused["facts of a later format"] == "statement.newer"


def test_the_command_says_so(text: str, heyi: Heyi, settings: Settings) -> None:
    public = settings.keys / "qr" / offline.PUBLIC
    row = {"kid": jose.kid(KEY.public_key()), "since": "2026-01-01T00:00:00+00:00", **jose.jwk(KEY.public_key())}
    public.mkdir(parents=True, exist_ok=True)
    (public / f"{row['kid']}.json").write_text(json.dumps(row), encoding="utf-8")
    assert heyi("certificates", "check-qr", "-", input=text).exit_code == 0
    hostile = codes.corpus(text, KEY)
    for name in ("the other s", "a byte behind", "an unprotected header", "another host", "facts in another order"):
        assert heyi("certificates", "check-qr", "-", input=hostile[name]).exit_code == 1, name


@given(st.binary(min_size=1, max_size=64))
def test_what_we_sign_is_always_in_the_one_form(content: bytes) -> None:
    signed = cose.parse(cose.sign(content, KEY, beside=b"x"))
    assert jose.has_low_s(signed.signature)
    cose.verify(signed, KEYS, beside=b"x")
