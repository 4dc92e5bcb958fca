"""A QR code is checked with a public key alone: what it says, that it holds, and every way in which it may not."""

import hashlib
import io
from collections.abc import Callable
from typing import Any, get_args

import cbor2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from certificates.credentials import base45, jose, qr_statement
from certificates.errors import InvalidParticulars, InvalidStatement, RenderError
from certificates.paper import qr
from certificates.paper.pdf import render
from certificates.particulars import EntityType, Particulars
from tests.fixtures.marks import some_of

Make = Callable[..., Particulars]
URL = "https://registration.example/v/mS0mSr9_Jx2pVv-1kqR7aQ"
LONG_NAME = "金华双溪" + "样例" * 26 + "有限公司"


@pytest.fixture(scope="module")
def key() -> jose.PrivateKey:
    return ec.derive_private_key(20261012, ec.SECP256R1())


@pytest.fixture(scope="module")
def keys(key: jose.PrivateKey) -> dict[str, jose.PublicKey]:
    return jose.public_keys({"keys": [jose.jwk(key.public_key())]}, purpose="qr")


def text_for(particulars: Particulars, key: jose.PrivateKey) -> str:
    return qr_statement.qr_text(particulars, registrar="330701", key=key)


def refusal(text: str, keys: dict[str, jose.PublicKey]) -> str:
    with pytest.raises(InvalidStatement) as caught:
        qr_statement.check(text, keys=keys)
    return caught.value.code


@pytest.mark.parametrize("entity_type", some_of(get_args(EntityType), every=4))
@pytest.mark.parametrize("paper", ["original", "duplicate"])
def test_the_code_of_every_paper_is_read_from_a_scan_of_150_dpi(
    make: Make, key: jose.PrivateKey, keys: dict[str, Any], picture_of: Callable[..., Any], entity_type: str, paper: str
) -> None:
    particulars = make(entity_type, check_url=URL, copy_kind=paper, copy_number=2)
    pdf = render(particulars, qr_text=text_for(particulars, key))
    [code] = zxingcpp.read_barcodes(picture_of(pdf, scale=150 / 72))
    statement = qr_statement.check(code.text, keys=keys)
    assert (statement.code, statement.name, statement.registrar) == (particulars.code, particulars.name, "330701")
    assert (statement.issued_on, statement.serial) == (particulars.issued_on, particulars.serial)
    assert statement.copy_number == (0 if paper == "original" else 2)
    assert statement.sample
    assert statement.token == "mS0mSr9_Jx2pVv-1kqR7aQ"


def test_a_licence_of_2015_goes_by_its_registration_number(
    make_five: Make, key: jose.PrivateKey, keys: dict[str, Any], picture_of: Callable[..., Any]
) -> None:
    particulars = make_five(check_url=URL)
    pdf = render(particulars, qr_text=text_for(particulars, key))
    [code] = zxingcpp.read_barcodes(picture_of(pdf, scale=150 / 72))
    assert qr_statement.check(code.text, keys=keys).code == "330702200001236"


def test_the_same_particulars_and_key_give_the_same_paper(make: Make, key: jose.PrivateKey) -> None:
    particulars = make(check_url=URL)
    one, two = text_for(particulars, key), text_for(make(check_url=URL), key)
    assert one == two
    assert render(particulars, qr_text=one) == render(particulars, qr_text=two)
    assert one != text_for(particulars.model_copy(update={"edition": 2}), key)


def test_a_long_name_goes_by_its_digest(make: Make, key: jose.PrivateKey, keys: dict[str, Any]) -> None:
    statement = qr_statement.check(text_for(make(name=LONG_NAME, check_url=URL), key), keys=keys)
    assert statement.name is None
    assert statement.name_sha256 == hashlib.sha256(LONG_NAME.encode()).hexdigest()
    assert statement.bears(LONG_NAME)
    assert not statement.bears(LONG_NAME[1:])
    short = qr_statement.check(text_for(make(name="二" * 20, check_url=URL), key), keys=keys)
    assert short.name == "二" * 20


def test_nothing_of_a_person_is_in_it(make: Make, key: jose.PrivateKey, keys: dict[str, Any]) -> None:
    nameless = make("individual", name=None, check_url=URL)
    text = text_for(nameless, key)
    statement = qr_statement.check(text, keys=keys)
    assert statement.name is None
    assert statement.name_sha256 is None
    said = cbor2.loads(base45.from_fragment(text.partition("#")[2])).value[2]
    assert nameless.representative.encode() not in said
    assert set(cbor2.loads(said)) == {0, 1, 4, 5, 6, 7, 8, 9}


def test_every_changed_character_is_found(make: Make, key: jose.PrivateKey, keys: dict[str, Any]) -> None:
    text = text_for(make(check_url=URL), key)
    for at in range(0, len(text), 3):
        other = "B" if text[at] != "B" else "C"
        assert refusal(text[:at] + other + text[at + 1 :], keys).startswith(("statement.", "keys."))


def test_what_does_not_hold_says_why(make: Make, key: jose.PrivateKey, keys: dict[str, Any]) -> None:
    text = text_for(make(check_url=URL), key)
    address, _, statement = text.partition("#")
    foreign = ec.derive_private_key(7, ec.SECP256R1())
    assert refusal(address, keys) == "statement.absent"
    assert refusal(f"{address}#{statement[:-3]}", keys) == "statement.unreadable"
    assert refusal(f"{address}#{'A' * 5000}", keys) == "statement.unreadable"
    assert refusal(text.replace("registration.example", "registration.invalid"), keys) == "statement.altered"
    assert refusal(text_for(make(check_url=URL), foreign), keys) == "statement.unknown_key"


def test_a_key_of_another_purpose_does_not_count(make: Make, key: jose.PrivateKey) -> None:
    row = jose.jwk(key.public_key()) | {"purpose": "credential"}
    others = jose.public_keys({"keys": [row]}, purpose="qr")
    assert refusal(text_for(make(check_url=URL), key), others) == "statement.unknown_key"


@pytest.mark.parametrize(
    "jwks", [{}, {"keys": 1}, {"keys": [{"kty": "RSA"}]}, {"keys": [{"kty": "EC", "crv": "P-256"}]}]
)
def test_keys_that_are_none_are_refused(jwks: dict[str, Any]) -> None:
    with pytest.raises(InvalidStatement, match=r"keys\.malformed"):
        jose.public_keys(jwks, purpose="qr")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_code(data: bytes) -> None:
    assert base45.from_fragment(base45.to_fragment(data)) == data
    if data:
        assert refusal(f"{URL}#{base45.to_fragment(data)}", {}).startswith("statement.")


@given(st.binary(max_size=120))
def test_any_signed_wrapping_is_refused_with_a_code(data: bytes) -> None:
    for payload in (data, cbor2.dumps({1: data}), cbor2.dumps([data])):
        wrapped = cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7, 4: data}), {}, payload, data]))
        assert refusal(f"{URL}#{base45.to_fragment(wrapped)}", {}).startswith("statement.")


def test_a_later_format_says_so(key: jose.PrivateKey, keys: dict[str, Any]) -> None:
    from certificates.credentials import cose

    later = cose.sign(cbor2.dumps({0: 2}), key, beside=URL.encode())
    assert refusal(f"{URL}#{base45.to_fragment(later)}", keys) == "statement.newer"
    other = cose.sign(cbor2.dumps({0: 1, 1: "91330701MAT000018L"}), key, beside=URL.encode())
    assert refusal(f"{URL}#{base45.to_fragment(other)}", keys) == "statement.unreadable"


@pytest.mark.parametrize(("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")])
def test_base45_is_that_of_the_standard(data: bytes, text: str) -> None:
    """The examples of RFC 9285, section 4.3."""
    assert base45.encode(data) == text
    assert base45.decode(text) == data


def test_versions_are_few_and_pictures_small(make: Make, key: jose.PrivateKey) -> None:
    sizes = {}
    for name, address in (("金华双溪样例茶业有限公司", URL), ("二" * 20, f"https://{'r' * 100}.example/v/{'A' * 22}")):
        text = text_for(make(name=name, check_url=address), key)
        picture = qr.png(text)
        assert len(picture) < 4000
        sizes[len(address)] = Image.open(io.BytesIO(picture)).size[0] // qr.SCALE - 2 * qr.QUIET
    assert list(sizes.values()) == [65, 77]


def test_an_address_that_cannot_carry_a_statement_is_refused(make: Make, key: jose.PrivateKey) -> None:
    with pytest.raises(InvalidParticulars):
        text_for(make(check_url=f"{URL}#part"), key)
    with pytest.raises(RenderError, match=r"render\.qr_address"):
        render(make(check_url=URL), qr_text=text_for(make(check_url=URL + "x"), key))


def test_the_digest_of_the_facts_and_the_attached_data_know_nothing_of_it(make: Make) -> None:
    """The statement is about the facts, not one of them: what was issued before keeps its digest."""
    assert make(check_url=URL).digest() == make().digest()
    assert "qr_text" not in Particulars.model_fields
