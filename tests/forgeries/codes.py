"""Forty hostile QR codes, made from one genuine: none of them is a second text that verifies."""

from collections.abc import Iterator
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials import base45, cose, jose
from certificates.credentials.jose import ORDER


def corpus(text: str, key: jose.PrivateKey) -> dict[str, str]:
    """All of them by name. `key` is the registrar's: even he would not write some of these."""
    address, _, fragment = text.partition("#")
    data = base45.from_fragment(fragment)
    made = {**dict(_addresses(address, fragment)), **dict(_wrappings(address, data, key))}
    return made | {name: f"{address}#{base45.to_fragment(changed)}" for name, changed in _encodings(data)}


def _addresses(address: str, fragment: str) -> Iterator[tuple[str, str]]:
    host = address.split("/")[2]
    yield "no statement", address
    yield "an empty statement", f"{address}#"
    yield "another host", f"{address.replace(host, 'forged.example')}#{fragment}"
    yield "a host before it", f"https://{host}@forged.example/v/x#{fragment}"
    yield "another token", f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}#{fragment}"
    yield "a question in it", f"{address}?next=https://forged.example#{fragment}"
    yield "another scheme", f"javascript:{address}#{fragment}"
    yield "two statements", f"{address}#{fragment}#{fragment}"
    yield "half a statement", f"{address}#{fragment[: len(fragment) // 2]}"
    yield "no base45", f"{address}#!!!"
    yield "a value beyond 16 bits", f"{address}#:::"
    yield "Chinese", f"{address}#金华"
    yield "percent signs", f"{address}#%%%"
    yield "a bad escape", f"{address}#%zz"
    yield "very long", f"{address}#{fragment * 50}"


def _encodings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The same signature around bytes that say the same to a careless reader."""
    protected, _, payload, signature = cbor2.loads(data).value
    header: dict[Any, Any] = cbor2.loads(protected)
    r, s = signature[:32], int.from_bytes(signature[32:], "big")

    def wrapped(*parts: Any, tag: int = 18) -> bytes:
        return cbor2.dumps(cbor2.CBORTag(tag, list(parts)))

    yield "the other s", wrapped(protected, {}, payload, r + (ORDER - s).to_bytes(32, "big"))
    yield "s of zero", wrapped(protected, {}, payload, r + bytes(32))
    yield "a signature of zeros", wrapped(protected, {}, payload, bytes(64))
    yield "a short signature", wrapped(protected, {}, payload, signature[:-1])
    yield "a long signature", wrapped(protected, {}, payload, signature + b"\0")
    yield "a signature as DER", wrapped(protected, {}, payload, b"\x30\x06\x02\x01\x00\x02\x01\x00")
    yield "a byte behind", data + b"\0"
    yield "a value behind", data + data
    yield "an unprotected header", wrapped(protected, {4: header[4]}, payload, signature)
    yield "another algorithm beside", wrapped(protected, {1: -257}, payload, signature)
    yield "a protected header more", wrapped(cbor2.dumps(header | {3: 0}), {}, payload, signature)
    yield "no algorithm", wrapped(cbor2.dumps({4: header[4]}), {}, payload, signature)
    yield "the algorithm none", wrapped(cbor2.dumps(header | {1: 0}), {}, payload, signature)
    yield "headers in another order", wrapped(cbor2.dumps(dict(reversed(header.items()))), {}, payload, signature)
    yield "true in place of one", wrapped(cbor2.dumps({True: -7, 4: header[4]}), {}, payload, signature)
    yield "no headers", wrapped(b"", {}, payload, signature)
    yield "another tag", wrapped(protected, {}, payload, signature, tag=98)
    yield "a tag around", cbor2.dumps(cbor2.CBORTag(61, cbor2.loads(data)))
    yield "no tag", cbor2.dumps([protected, {}, payload, signature])
    yield "five parts", wrapped(protected, {}, payload, signature, b"")
    yield "a list without a length", data.replace(b"\xd2\x84", b"\xd2\x9f", 1) + b"\xff"
    yield "a tag in two bytes", data.replace(b"\xd2", b"\xd8\x12", 1)
    yield "a length in two bytes", data.replace(b"\x58\x40", b"\x59\x00\x40", 1)
    yield "deep", b"\xd2" + b"\x81" * 900
    yield "a list of billions", b"\xd2\x9b" + b"\xff" * 8
    yield "a text of billions", b"\xd2\x84\x5b" + b"\x7f" * 8
    yield "nothing of it", b"\xf6"


def _wrappings(address: str, data: bytes, key: jose.PrivateKey) -> Iterator[tuple[str, str]]:
    payload = cbor2.loads(data).value[2]
    facts: dict[Any, Any] = cbor2.loads(payload)

    def signed(content: bytes, *, by: jose.PrivateKey = key, beside: str = address) -> str:
        return f"{address}#{base45.to_fragment(cose.sign(content, by, beside=beside.encode()))}"

    yield "of another key", signed(payload, by=ec.derive_private_key(7, ec.SECP256R1()))
    yield "for another address", signed(payload, beside="https://forged.example/v/x")
    yield "for no address", signed(payload, beside="")
    yield "facts of a later format", signed(cbor2.dumps(facts | {0: 2}))
    yield "facts in another order", signed(cbor2.dumps(dict(reversed(facts.items()))))
    yield "a fact twice", signed(bytes([payload[0] + 1]) + payload[1:] + cbor2.dumps(1) + cbor2.dumps("forged"))
    yield "facts and more behind", signed(payload + b"\0")
    yield "no facts", signed(b"")
    yield "a list of facts", signed(cbor2.dumps(list(facts.values())))
