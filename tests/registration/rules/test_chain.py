"""Canonical JSON agrees with the standard's own, trees with the standard's definition, and an entry with a stranger."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from certificates.canonical import canonical
from registration.rules.chain import digest, moment, root_of, text_of
from registration.rules.merkle import Tree

# Characters on both sides of the surrogates: where UTF-16 units and code points sort differently.
TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('"\\\x00\x1f\x7f\n\u2028\ue000\uffee𠮷😀')))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
ENTRY: dict[str, Any] = {
    "application_id": 12,
    "seq": 3,
    "at": datetime(2026, 10, 12, 1, 30, tzinfo=UTC),
    "tag": "application:claim",
    "actor": "staff:0317",
    "role": "examiner",
    "source": "submitted",
    "target": "under_examination",
    "data": {},
    "previous_hash": "0" * 64,
}
WORDS = ("tag", "actor", "role", "source", "target", "previous_hash")


@given(PLAIN)
def test_the_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_are_sorted_as_utf_16() -> None:
    assert canonical({"\ufb33": 1, "😀": 2, "a": 3}).decode() == '{"a":3,"😀":2,"\ufb33":1}'


@pytest.mark.parametrize("stranger", [1.5, float("nan"), 2**53, {1: "a"}, b"a", date(2026, 1, 1), {"a": [{"b": 0.0}]}])
def test_what_has_no_canonical_form_is_refused(stranger: Any) -> None:
    with pytest.raises(TypeError):
        canonical({"data": stranger})


def test_half_a_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


def test_a_stranger_recomputes_an_entry_from_its_description() -> None:
    """Written out by hand, so that the form cannot change unseen."""
    text = (
        '{"actor":"staff:0317","application_id":12,"at":"2026-10-12T01:30:00.000000Z","data":{},'
        f'"previous_hash":"{"0" * 64}","role":"examiner","seq":3,"source":"submitted","tag":"application:claim",'
        '"target":"under_examination"}'
    )
    assert digest(ENTRY) == sha256(text.encode()).hexdigest()


@given(st.fixed_dictionaries({**dict.fromkeys(WORDS, TEXTS), "data": st.dictionaries(TEXTS, PLAIN, max_size=3)}))
def test_an_entry_is_hashed_over_its_canonical_form(told: dict[str, Any]) -> None:
    entry = {**ENTRY, **told}
    assert text_of(entry).encode() == rfc8785.dumps({**entry, "at": moment(entry["at"])})
    assert digest(entry) == sha256(text_of(entry).encode()).hexdigest()


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-12, 14))
def test_a_moment_is_written_alike_in_every_zone(at: datetime, hours: int) -> None:
    if 2 < at.year < 9998:
        assert moment(at.astimezone(timezone(timedelta(hours=hours)))) == moment(at)
    assert datetime.fromisoformat(moment(at)) == at


@pytest.mark.parametrize("key", ENTRY)
def test_the_digest_covers_every_column(key: str) -> None:
    other = (
        ENTRY[key] + (timedelta(microseconds=1) if key == "at" else 1 if key in ("application_id", "seq") else "x")
        if key != "data"
        else {"part": "tax"}
    )
    assert digest({**ENTRY, key: other}) != digest(ENTRY)


def mth(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_tree_is_that_of_rfc_9162(leaves: list[bytes]) -> None:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert (tree.size, tree.root) == (len(leaves), mth(leaves))


def test_a_day_is_bound_with_its_registrar_and_the_day_before() -> None:
    day = {"registrar": "330702", "day": "2026-10-12", "entries": 2, "tree": "ab", "previous_root": "cd"}
    root = root_of(registrar="330702", day=date(2026, 10, 12), entries=2, tree="ab", previous_root="cd")
    assert root == sha256(json.dumps(day, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
