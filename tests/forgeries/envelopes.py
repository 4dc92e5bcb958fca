"""Envelopes (CMS, RFC 5652) with other certificates and algorithms, and with what keeps a processor busy."""

import random

from asn1crypto import cms, core, keys, x509

from tests.forgeries.genuine import MIB, Genuine, Made


def envelopes(genuine: Genuine) -> Made:
    """The envelope is CMS (RFC 5652): others certificates and algorithms in it, and what keeps a processor busy."""
    start, end = genuine.hole
    whole = bytes.fromhex(genuine.signed[start + 1 : end - 1].decode())
    for name, change in _CHANGES.items():
        content = cms.ContentInfo.load(whole)
        change(content)
        yield name, enveloped(genuine, content.dump())
    yield "no CMS", enveloped(genuine, b"\x04\x03abc")
    yield "deep CMS", enveloped(genuine, b"\x30\x80" * 20_000)
    yield "a length without end", enveloped(genuine, b"\x30\x84\xff\xff\xff\xff")
    yield "a megabyte of CMS", enveloped(genuine, core.OctetString(bytes(MIB)).dump())


def enveloped(genuine: Genuine, envelope: bytes) -> bytes:
    """The signed licence with another envelope and the range that goes with it. Nobody has signed this."""
    start, end = genuine.hole
    pdf = genuine.signed
    at = pdf.rindex(b"/ByteRange [")
    closing = pdf.index(b"]", at) + 1
    digits = b"<" + envelope.hex().upper().encode() + b">"
    said = b"/ByteRange [0 %d %d %d]" % (start, start + len(digits), len(pdf) - end)
    moved = len(digits) - (end - start)
    tail = pdf[end:]
    xref = int(tail[tail.rindex(b"startxref") :].split(maxsplit=2)[1])
    tail = tail.replace(b"startxref\n%d" % xref, b"startxref\n%d" % (xref + moved))
    rows = tail.index(b"stream\n") + len(b"stream\n")
    # The last row of the update's references is that of the references themselves.
    last = tail.index(b"\nendstream", rows) - 6
    tail = tail[:last] + b"\x01" + (xref + moved).to_bytes(4) + b"\x00" + tail[last + 6 :]
    return pdf[:at] + said.ljust(closing - at) + pdf[closing:start] + digits + tail


def _without_certificates(content: cms.ContentInfo) -> None:
    content["content"]["certificates"] = cms.CertificateSet([])


def _without_signers(content: cms.ContentInfo) -> None:
    content["content"]["signer_infos"] = cms.SignerInfos([])


def _with_two_signers(content: cms.ContentInfo) -> None:
    (one,) = content["content"]["signer_infos"]
    content["content"]["signer_infos"] = cms.SignerInfos([one, one.copy()])


def _with_weak_digest(content: cms.ContentInfo) -> None:
    content["content"]["signer_infos"][0]["digest_algorithm"] = {"algorithm": "md5"}


def _with_no_signature(content: cms.ContentInfo) -> None:
    content["content"]["signer_infos"][0]["signature"] = b""


def _with_other_signature(content: cms.ContentInfo) -> None:
    content["content"]["signer_infos"][0]["signature"] = bytes.fromhex("3006020100020100")


def _with_content(content: cms.ContentInfo) -> None:
    content["content"]["encap_content_info"]["content"] = core.OctetString(b"forged")


def _with_huge_key(content: cms.ContentInfo) -> None:
    """RSA of a quarter million bits: one power modulo it takes many seconds."""
    modulus = random.Random(1).getrandbits(250_000) | 1 << 249_999 | 1
    key = keys.RSAPublicKey({"modulus": modulus, "public_exponent": 65537})
    certificate = content["content"]["certificates"][0].chosen
    certificate["tbs_certificate"]["subject_public_key_info"] = keys.PublicKeyInfo.wrap(key, "rsa")
    changed = cms.CertificateChoices("certificate", x509.Certificate.load(certificate.dump()))
    content["content"]["certificates"] = cms.CertificateSet([changed])


def _with_many_certificates(content: cms.ContentInfo) -> None:
    held = content["content"]["certificates"][0]
    content["content"]["certificates"] = cms.CertificateSet([held.copy() for _ in range(120)])


_CHANGES = {
    "no certificate": _without_certificates,
    "no signer": _without_signers,
    "two signers": _with_two_signers,
    "a weak digest": _with_weak_digest,
    "no signature": _with_no_signature,
    "a signature of zeros": _with_other_signature,
    "content of its own": _with_content,
    "a huge key": _with_huge_key,
    "many certificates": _with_many_certificates,
}
