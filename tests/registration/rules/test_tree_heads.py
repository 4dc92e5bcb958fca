"""Heads of the log: signed so that any JOSE library can check them, and believed only under a known key."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials import jose
from registration.rules import tree_heads
from registration.rules.tree_heads import Head, UnsignedHead

KEY = tree_heads.private_key(b"\x01" * 32)
OTHER = tree_heads.private_key(b"\x02" * 32)
PUBLIC = tree_heads.public_jwk(KEY.public_key())
HEAD = Head(3, "ab" * 32, datetime(2026, 10, 12, 1, 30, tzinfo=UTC))
SIGNED = tree_heads.sign(HEAD, KEY)


def part(jws: str, place: int) -> dict[str, object]:
    text = jws.split(".")[place]
    return dict(json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def packed(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_a_head_says_what_was_signed() -> None:
    assert tree_heads.read(SIGNED, [PUBLIC]) == HEAD
    assert tree_heads.read(SIGNED, [tree_heads.public_jwk(OTHER.public_key()), PUBLIC]) == HEAD
    assert part(SIGNED, 0) == {"alg": "ES256", "kid": PUBLIC["kid"], "typ": "heyi-log-head"}
    assert part(SIGNED, 1) == {"size": 3, "root": HEAD.root, "time": "2026-10-12T01:30:00Z"}


def test_a_key_is_named_by_its_thumbprint() -> None:
    """RFC 7638: the required members alone, sorted, without a space."""
    text = f'{{"crv":"P-256","kty":"EC","x":"{PUBLIC["x"]}","y":"{PUBLIC["y"]}"}}'
    assert PUBLIC["kid"] == urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "jws",
    [
        tree_heads.sign(HEAD, OTHER),
        SIGNED.replace(SIGNED.split(".")[1], packed({"size": 4, "root": "ab", "time": "2026-10-12T01:30:00Z"})),
        f"{packed({'alg': 'none', 'kid': PUBLIC['kid'], 'typ': 'heyi-log-head'})}.{SIGNED.split('.')[1]}.",
        f"{packed({'alg': 'ES256', 'kid': PUBLIC['kid'], 'typ': 'JWT'})}.{SIGNED.partition('.')[2]}",
        SIGNED[:-4],
        SIGNED.rpartition(".")[0] + ".",
        "",
        "...",
        "a.b.c",
    ],
)
def test_what_none_of_our_keys_signed_is_no_head(jws: str) -> None:
    with pytest.raises(UnsignedHead):
        tree_heads.read(jws, [PUBLIC])


@given(st.text(max_size=200))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    with pytest.raises(UnsignedHead):
        tree_heads.read(text, [PUBLIC])


@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_a_key(secret: bytes) -> None:
    key = tree_heads.private_key(secret)
    assert jose.public_key(tree_heads.public_jwk(key.public_key())) == key.public_key()


def test_an_entry_is_the_same_text_in_every_zone() -> None:
    told: Any = {"code": "9133", "serial": "3307", "edition": 1, "paper": "original", "copy": 1, "sha256": "00"}
    there = HEAD.at.astimezone(timezone(timedelta(hours=8)))
    texts = {tree_heads.entry_text(**told, event="issue", at=at) for at in (HEAD.at, there)}
    assert texts == {
        '{"code":"9133","copy":1,"edition":1,"event":"issue","paper":"original","serial":"3307","sha256":"00",'
        '"time":"2026-10-12T01:30:00Z"}'
    }
