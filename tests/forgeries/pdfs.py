"""A hundred forged and hostile PDFs, made from one genuine licence: attacks on signatures, and on whoever reads them.

The attacks on signatures are those of Mladenov, Mainka and others: universal signature forgery, incremental saving,
signature wrapping (CCS 2019), shadow attacks (NDSS 2021), attacks on certified documents (S&P 2021).
"""

import io
import random
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from asn1crypto import cms, core, keys, x509

from certificates.sign import Signer, make_sample_key

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "金华市市场监督管理局"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Genuine:
    """The licence that is forged, before and after it was signed, and where its parts are."""

    signed: bytes
    unsigned: bytes

    @property
    def catalog(self) -> int:
        return int(re.findall(rb"/Root (\d+) 0 R", self.signed)[-1])

    @property
    def page(self) -> int:
        return int(re.findall(rb"/P (\d+) 0 R", self.signed)[-1])

    @property
    def signature(self) -> int:
        return int(re.findall(rb"/V (\d+) 0 R", self.signed)[-1])

    @property
    def field(self) -> int:
        return int(re.findall(rb"/Fields \[ (\d+) 0 R", self.signed)[-1])

    @property
    def size(self) -> int:
        return int(re.findall(rb"/Size (\d+)", self.signed)[-1])

    @property
    def hole(self) -> tuple[int, int]:
        """Where the envelope is, with its angle brackets."""
        start = self.signed.rindex(b"/Contents <") + len(b"/Contents ")
        return start, self.signed.index(b">", start) + 1

    def inside(self, number: int) -> bytes:
        """What the latest version of an object holds, without the brackets of its dictionary."""
        text = self.signed[self.signed.rindex(b"\n%d 0 obj\n<< " % number) :]
        return text[text.index(b"<< ") + 3 : text.index(b" >>\nendobj")]


def corpus(genuine: Genuine, folder: Path) -> dict[str, bytes]:
    """All of them by name; `folder` is for the forger's keys."""
    families = {
        "universal": universal(genuine),
        "saving": incremental_saving(genuine),
        "wrapping": wrapping(genuine),
        "shadow": shadow(genuine),
        "annotation": annotations(genuine),
        "certificate": certificates(genuine, folder),
        "envelope": envelopes(genuine),
        "bomb": bombs(genuine),
        "loop": loops(genuine),
        "deep": deep(),
        "broken": broken(genuine),
    }
    return {f"{family}: {name}": pdf for family, made in families.items() for name, pdf in made}


Made = Iterator[tuple[str, bytes]]


def updated(pdf: bytes, objects: Mapping[int, bytes], *, root: int, size: int = 0, table: bool = False) -> bytes:
    """An incremental update: these objects behind the file, and cross-references to them."""
    previous = int(pdf[pdf.rindex(b"startxref") :].split(maxsplit=2)[1])
    content, places = bytearray(pdf), {}
    for number, text in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    start, size = len(content), max(size, *objects) + 1
    if table:
        content += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % place for place in sorted(places.items()))
        content += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, previous)
    else:
        places[size] = start
        index = b" ".join(b"%d 1" % number for number in sorted(places))
        rows = b"".join(b"\x01" + places[number].to_bytes(4) + b"\x00" for number in sorted(places))
        head = b"/Type /XRef /W [ 1 4 1 ] /Index [ %b ] /Length %d /Size %d" % (index, len(rows), size + 1)
        content += b"%d 0 obj\n<< %b /Root %d 0 R /Prev %d >>\nstream\n" % (size, head, root, previous)
        content += rows + b"\nendstream\nendobj\n"
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


def update(genuine: Genuine, objects: Mapping[int, bytes], *, root: int = 0, table: bool = False) -> bytes:
    return updated(genuine.signed, objects, root=root or genuine.catalog, size=genuine.size, table=table)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), more, content)


def universal(genuine: Genuine) -> Made:
    """The signature object lacks what a check needs: a careless one then finds nothing wrong."""
    start, end = genuine.hole
    pdf, envelope = genuine.signed, genuine.signed[start:end]
    found = re.search(rb"/ByteRange \[[^\]]*\]", pdf[genuine.hole[0] - 200 :])
    assert found is not None
    span = found[0]
    for name, contents in (
        ("no envelope", b""),
        ("envelope of null", b"null"),
        ("empty envelope", b"<>"),
        ("envelope of one zero", b"<00>"),
        ("envelope of zeros", b"<" + b"0" * (len(envelope) - 2) + b">"),
        ("envelope that is text", b"(no envelope)"),
        ("envelope elsewhere", b"%d 0 R" % genuine.page),
        ("half an envelope", envelope[: len(envelope) // 2].rstrip(b">") + b">"),
    ):
        yield name, pdf[:start] + contents.ljust(len(envelope)) + pdf[end:]
    for name, value in (
        ("no range", b""),
        ("range of null", b"/ByteRange null"),
        ("range of nothing", b"/ByteRange []"),
        ("range of zeros", b"/ByteRange [0 0 0 0]"),
        ("range of minus", b"/ByteRange [0 -1 -1 0]"),
        ("range of text", b"/ByteRange (0 1 2 3)"),
        ("range of one pair", b"/ByteRange [0 97285]"),
        ("range beyond the file", b"/ByteRange [0 99999999 99999999 9]"),
    ):
        yield name, pdf.replace(span, value.ljust(len(span)))
    for name, old, new in (
        ("no kind", b"/SubFilter /ETSI.CAdES.detached", b""),
        ("unknown kind", b"/ETSI.CAdES.detached", b"/ETSI.RFC3161"),
        ("old kind", b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1"),
        ("no filter", b"/Filter /Adobe.PPKLite", b""),
        ("no value", b"/V %d 0 R" % genuine.signature, b""),
        ("value of null", b"/V %d 0 R" % genuine.signature, b"/V null"),
    ):
        yield name, pdf.replace(old, new.ljust(len(old)))


def incremental_saving(genuine: Genuine) -> Made:
    """Something is written behind the signed bytes."""
    pdf = genuine.signed
    yield "a byte", pdf + b"x"
    yield "a comment", pdf + b"\n% nothing but a comment"
    yield "an end", pdf + b"%%EOF\n"
    yield "megabytes of blanks", pdf + b" " * MIB
    body = b"\n%d 0 obj\n%b\nendobj\n" % (genuine.page, b"<< /Type /Page /MediaBox [0 0 9 9] >>")
    yield "an object without references", pdf + body
    yield "an object and the old references", pdf + body + pdf[pdf.rindex(b"startxref") :]
    yield "references without a trailer", pdf + body + b"xref\n0 0\n"
    yield "another page", update(genuine, {genuine.page: b"<< /Type /Page /MediaBox [0 0 9 9] >>"})
    yield "another page in a table", update(genuine, {genuine.page: b"<< /Type /Page >>"}, table=True)
    yield "another catalog", update(genuine, {genuine.catalog: b"<< /Type /Catalog /Pages 1 0 R >>"})
    yield "the same catalog", update(genuine, {genuine.catalog: b"<< %b >>" % genuine.inside(genuine.catalog)})
    yield "another root", update(genuine, {genuine.size: b"<< /Type /Catalog >>"}, root=genuine.size)
    yield (
        "no form any more",
        update(
            genuine,
            {genuine.catalog: b"<< %b >>" % genuine.inside(genuine.catalog).replace(b"/AcroForm", b"/AcroFarm")},
        ),
    )
    yield "a second signature", _with_second_signature(genuine)
    yield "the file twice", pdf + pdf
    yield "an old version behind", pdf + genuine.unsigned


def _with_second_signature(genuine: Genuine) -> bytes:
    """A copy of the signature under a new field, in front of the first."""
    field, copy = genuine.size, genuine.size + 1
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", genuine.signed)[-1])
    fields = b"<< /Fields [ %d 0 R %d 0 R ] /SigFlags 3 >>" % (field, genuine.field)
    widget = b"<< %b >>" % genuine.inside(genuine.field).replace(b"/V %d" % genuine.signature, b"/V %d" % copy)
    return update(
        genuine,
        {form: fields, field: widget.replace(b"(Registrar", b"(Other"), copy: b"<< %b >>" % _signature(genuine)},
    )


def _signature(genuine: Genuine) -> bytes:
    text = genuine.signed[genuine.signed.rindex(b"\n%d 0 obj\n<< " % genuine.signature) :]
    return text[text.index(b"<< ") + 3 : text.index(b"> >>\nendobj") + 1]


def wrapping(genuine: Genuine) -> Made:
    """The signed bytes are moved, and others stand where the signature says that nothing is."""
    pdf, (start, end) = genuine.signed, genuine.hole
    envelope, tail = pdf[start:end], pdf[end:]
    evil = b"\n%d 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] >>\nendobj\n" % genuine.page
    for name, inserted in (("a space", b" "), ("an object", evil), ("a kilobyte", b" " * 1024), ("a string", b"(x)")):
        yield f"{name} behind the envelope", pdf[:end] + inserted + tail
        yield (
            f"{name} behind the envelope, range moved",
            _ranged(genuine, end + len(inserted), inserted + tail, len(tail)),
        )
        yield f"{name} before the envelope", pdf[:start] + inserted + envelope + tail
    yield "an object within the envelope", pdf[: start + 1] + evil + pdf[start + 1 + len(evil) :]
    yield "an object in its padding", pdf[: end - 1 - len(evil)] + evil + pdf[end - 1 :]
    yield "a second range", pdf.replace(b"/ByteRange [", b"/ByteRange [0 9 9 9]/ByteRange [")
    yield "six numbers", _ranged(genuine, end, tail, len(tail), more=b" 0 0")
    yield "an overlap", _ranged(genuine, start - 5, tail, len(pdf) - start + 5)
    yield "a start in the middle", _ranged(genuine, end, tail, len(tail), first=9)
    yield "an end too early", _ranged(genuine, end, tail, len(tail) - 9)
    yield "lower-case digits", pdf[:start] + envelope.lower() + tail
    yield "spaces among the digits", pdf[: start + 3] + b" " + pdf[start + 3 : end - 2] + b">" + tail


def _ranged(genuine: Genuine, second: int, tail: bytes, length: int, *, first: int = 0, more: bytes = b"") -> bytes:
    """The genuine head and envelope, this tail, and a range that says so."""
    (start, end), pdf = genuine.hole, genuine.signed
    at = pdf.rindex(b"/ByteRange [")
    closing = pdf.index(b"]", at) + 1
    said = b"/ByteRange [%d %d %d %d%b]" % (first, start, second, length, more)
    return pdf[:at] + said.ljust(closing - at) + pdf[closing:end] + tail


def shadow(genuine: Genuine) -> Made:
    """What a reader shows is exchanged by an update that looks harmless: pages, fonts, contents, layers."""
    page, catalog = genuine.inside(genuine.page), genuine.inside(genuine.catalog)
    blank = stream(b"1 1 1 rg 0 0 9999 9999 re f")
    contents = int(re.findall(rb"/Contents (\d+) 0 R", page)[0])
    number = genuine.size
    yield "hide: the content is empty", update(genuine, {contents: stream(b"")})
    yield (
        "hide: a white sheet over it",
        update(
            genuine,
            {
                number: blank,
                genuine.page: b"<< %b >>" % page.replace(b"/Contents %d" % contents, b"/Contents %d" % number),
            },
        ),
    )
    yield (
        "hide: no resources",
        update(genuine, {genuine.page: b"<< %b >>" % page.replace(b"/Resources", b"/Rezources")}),
    )
    yield (
        "hide: a layer that is off",
        update(genuine, {genuine.catalog: b"<< %b /OCProperties << /OCGs [] /D << /BaseState /OFF >> >> >>" % catalog}),
    )
    yield "replace: other content", update(genuine, {contents: stream(b"BT /F0 12 Tf (forged) Tj ET")})
    fonts = [int(one) for one in re.findall(rb"(\d+) 0 obj\s*<<[^>]*/Type /Font\b", genuine.unsigned)][:1] or [5]
    yield "replace: another font", update(genuine, {fonts[0]: b"<< /Type /Font /Subtype /Type3 >>"})
    yield (
        "replace: a field's picture",
        update(
            genuine,
            {genuine.field: b"<< %b /AP << /N %d 0 R >> >>" % (genuine.inside(genuine.field), number), number: blank},
        ),
    )
    yield "replace: the title", update(genuine, {number: b"<< /Title (forged) >>"})
    yield (
        "hide and replace: another tree of pages",
        update(
            genuine,
            {
                number: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1),
                number + 1: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % number,
                genuine.catalog: b"<< %b >>" % catalog.replace(b"/Pages 1 0 R", b"/Pages %d 0 R" % number),
            },
        ),
    )
    yield "hide and replace: references alone", update(genuine, {contents: b"%d 0 R" % contents})
    # Prepared before it was signed, by somebody who can make the registrar sign what he made.
    yield "replace: the attached data", update(genuine, {number: stream(b'{"name": "forged"}', b"/Type /EmbeddedFile")})


def annotations(genuine: Genuine) -> Made:
    """Notes laid over the text: certified documents that allow notes are forged so."""
    text = b"/Rect [50 50 500 700] /Contents (forged) /F 4"
    for kind, more in (
        ("FreeText", b"/DA (/Helv 12 Tf) /IC [1 1 1]"),
        ("Stamp", b"/Name /Approved"),
        ("Square", b"/IC [1 1 1] /BS << /W 0 >>"),
        ("Redact", b"/OverlayText (forged)"),
        ("Highlight", b"/QuadPoints [0 0 9 0 0 9 9 9]"),
        ("Widget", b"/FT /Tx /T (name) /V (forged)"),
        ("Popup", b"/Open true"),
        ("Link", b"/A << /S /URI /URI (https://forged.example) >>"),
        ("Widget", b"/FT /Sig /T (Second)"),
    ):
        yield (
            f"{kind} {more[:12].decode()}",
            _noted(genuine, b"<< /Type /Annot /Subtype /%b %b %b >>" % (kind.encode(), text, more)),
        )


def _noted(genuine: Genuine, note: bytes) -> bytes:
    page, number = genuine.inside(genuine.page), genuine.size
    return update(
        genuine, {number: note, genuine.page: b"<< %b >>" % page.replace(b"/Annots [", b"/Annots [ %d 0 R" % number)}
    )


def certificates(genuine: Genuine, folder: Path) -> Made:
    """Signed as well as ours, by a key that only calls itself the registrar's."""
    for number, (name, since) in enumerate(
        (
            (NAME, SINCE),
            (f"{NAME} 演示 SAMPLE", SINCE),
            (NAME.replace("市", "巿"), SINCE),
            (f"{NAME}\u3000", SINCE),
            ("Root CA", SINCE),
            (NAME, datetime(2020, 1, 1, tzinfo=UTC)),
        )
    ):
        make_sample_key(folder / str(number), common_name=name, valid_from=since)
        forger = Signer.load(folder / str(number))
        yield (
            f"{number} {name}",
            forger.sign(genuine.unsigned, signed_at=AT, reason="核发营业执照", location="浙江金华"),
        )


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


def file_of(*objects: bytes, trailer: bytes = b"", size: int = 0, header: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    content, places = bytearray(header), []
    for number, text in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, rows)
    content += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (size or len(objects) + 1, trailer)
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [ 4 0 R ] >> >>"
PAGES = b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 600 800 ] >>"
VALUE = b"<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> /Filter /X /SubFilter /ETSI.CAdES.detached >>"
FIELD = b"<< /FT /Sig /T (x) /V %b >>" % VALUE
WHOLE = (CATALOG, PAGES, PAGE, FIELD)


def with_xref_stream(*objects: bytes, rows: bytes, widths: bytes, index: bytes, size: int, flate: int = 1) -> bytes:
    """Objects behind a cross-reference stream that says what it likes."""
    content = bytearray(b"%PDF-1.7\n")
    for number, text in enumerate(objects, 1):
        content += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    start, packed = len(content), rows
    for _ in range(flate):
        packed = zlib.compress(packed, 1)
    filters = b"/Filter [ %b ]" % b" ".join([b"/FlateDecode"] * flate)
    head = b"/Type /XRef /W [ %b ] /Index [ %b ] /Size %d /Root 1 0 R /Length %d" % (widths, index, size, len(packed))
    content += b"%d 0 obj\n<< %b %b >>\nstream\n" % (len(objects) + 1, head, filters)
    return bytes(content + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)


def with_object_stream(packed: bytes, filters: bytes) -> bytes:
    """Its field is in an object stream of this content."""
    begin = b"%PDF-1.7\n"
    parts, places = [CATALOG, PAGES, PAGE], []
    content = bytearray(begin)
    for number, text in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    places.append(len(content))
    content += b"5 0 obj\n" + stream(packed, b"/Type /ObjStm /N 1 /First 4 /Filter %b" % filters) + b"\nendobj\n"
    rows = b"\x00\x00\x00\x00\x00\x00"
    rows += b"".join(b"\x01" + place.to_bytes(4) + b"\x00" for place in places[:3])
    rows += b"\x02" + (5).to_bytes(4) + b"\x00" + b"\x01" + places[3].to_bytes(4) + b"\x00"
    start = len(content)
    content += b"6 0 obj\n" + stream(rows, b"/Type /XRef /W [ 1 4 1 ] /Size 6 /Root 1 0 R") + b"\nendobj\n"
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


def zeros(megabytes: int, *, times: int) -> bytes:
    """So many zero bytes behind the head of an object stream, compressed once or more: made piece by piece."""
    packer = zlib.compressobj(1)
    packed = packer.compress(b"4 0 " + FIELD)
    packed += b"".join(packer.compress(bytes(MIB)) for _ in range(megabytes)) + packer.flush()
    for _ in range(times - 1):
        packed = zlib.compress(packed, 1)
    return packed


def bombs(genuine: Genuine) -> Made:
    """Small files that become large, or long."""
    yield "an object stream of 80 MB", with_object_stream(zeros(80, times=1), b"/FlateDecode")
    yield (
        "an object stream, compressed twice",
        with_object_stream(zeros(80, times=2), b"[ /FlateDecode /FlateDecode ]"),
    )
    yield "an object stream of LZW", with_object_stream(b"\x80\x0b\x60\x50", b"/LZWDecode")
    yield "an object stream of runs", with_object_stream(b"\x81\x00" * 300_000, b"/RunLengthDecode")
    yield (
        "an object stream of thirty filters",
        with_object_stream(b"x", b"[ %b ]" % b"/ASCIIHexDecode ".join([b""] * 31)),
    )
    zero = bytes(60 * MIB)
    yield (
        "60 MB of references",
        with_xref_stream(*WHOLE, rows=zero, widths=b"1 4 1", index=b"0 10000000", size=10**7),
    )
    yield (
        "references of no width",
        with_xref_stream(*WHOLE, rows=b"\x00", widths=b"0 0 0", index=b"0 999999999", size=10**9),
    )
    yield (
        "references of a width",
        with_xref_stream(*WHOLE, rows=b"\x00" * 9, widths=b"1 999999999 1", index=b"0 1", size=9),
    )
    yield (
        "an index without end",
        with_xref_stream(*WHOLE, rows=bytes(600), widths=b"1 4 1", index=b"0 999999999", size=10**9),
    )
    yield (
        "references compressed twice",
        with_xref_stream(*WHOLE, rows=zero, widths=b"1 4 1", index=b"0 9", size=9, flate=2),
    )
    yield "a size of billions", file_of(*WHOLE, size=2_147_483_647)
    yield "many objects", file_of(*WHOLE, *([b"null"] * 60_000))
    yield "many fields", _with_fields(genuine, 30_000)
    yield "nine megabytes of zeros", b"%PDF-1.7\n" + bytes(9 * MIB)
    yield "nine megabytes of brackets", b"%PDF-1.7\n" + b"<<" * (4 * MIB)
    yield "a page as wide as a street", file_of(CATALOG, PAGES, PAGE.replace(b"600 800", b"1e9 1e9"), FIELD)
    yield "a number without end", file_of(CATALOG, PAGES, PAGE, FIELD.replace(b"0 1 2 3", b"0 1 2 " + b"9" * 100_000))


def _with_fields(genuine: Genuine, count: int) -> bytes:
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", genuine.signed)[-1])
    return update(genuine, {form: b"<< /Fields [ %b ] >>" % (b"%d 0 R " % genuine.field * count)})


def loops(genuine: Genuine) -> Made:
    """What refers to itself."""
    start = genuine.signed.rindex(b"startxref")
    place = int(genuine.signed[start:].split(maxsplit=2)[1])
    yield "references before themselves", genuine.signed.replace(b"/Prev ", b"/Prev %d %%" % place)
    yield "a table before itself", file_of(*WHOLE, trailer=b"/Prev 9").replace(b"/Prev 9", b"/Prev %d" % _table(WHOLE))
    yield "pages of themselves", file_of(CATALOG, b"<< /Type /Pages /Kids [ 2 0 R ] /Count 1 >>", PAGE, FIELD)
    yield "a field of itself", file_of(CATALOG, PAGES, PAGE, b"<< /T (x) /Kids [ 4 0 R ] >>")
    yield (
        "a field that is its parent",
        file_of(CATALOG, PAGES, PAGE, b"<< /T (x) /Parent 4 0 R /Kids [ 4 0 R 4 0 R ] >>"),
    )
    yield "an object that is itself", file_of(CATALOG, PAGES, b"3 0 R", FIELD)
    yield "a length of itself", file_of(CATALOG, PAGES, b"<< /Length 3 0 R >>\nstream\nx\nendstream", FIELD)
    yield "a stream within itself", with_object_stream(zlib.compress(b"5 0 << /Type /ObjStm >>"), b"/FlateDecode")
    yield (
        "names of themselves",
        file_of(
            CATALOG.replace(b"/Pages", b"/Names << /EmbeddedFiles 4 0 R >> /Pages"),
            PAGES,
            PAGE,
            b"<< /Kids [ 4 0 R ] >>",
        ),
    )


def _table(objects: tuple[bytes, ...]) -> int:
    pdf = file_of(*objects)
    return int(pdf[pdf.rindex(b"startxref") :].split(maxsplit=2)[1])


def deep() -> Made:
    """Nested so deep that a reader who calls itself has no stack left."""
    many = 50_000
    yield "lists", file_of(CATALOG, PAGES, PAGE, b"[" * many + b"]" * many)
    yield "dictionaries", file_of(CATALOG, PAGES, PAGE, b"<< /A " * many + b"1" + b" >>" * many)
    yield "text", file_of(CATALOG, PAGES, PAGE, b"(" * many + b")" * many)
    chain = [b"<< /T (x) /Kids [ %d 0 R ] >>" % (number + 1) for number in range(4, 3004)]
    yield "fields", file_of(CATALOG, PAGES, PAGE, *chain, FIELD)
    tree = [b"<< /Type /Pages /Kids [ %d 0 R ] /Count 1 >>" % (number + 1) for number in range(5, 3005)]
    yield "pages", file_of(CATALOG, b"<< /Type /Pages /Kids [ 5 0 R ] /Count 1 >>", PAGE, FIELD, *tree, PAGE)


def broken(genuine: Genuine) -> Made:
    """No attack: what a network, a disk or a mail program does to a file."""
    pdf = genuine.signed
    for share in (0, 1, 25, 50, 75, 99):
        yield f"the first {share} %", pdf[: len(pdf) * share // 100]
    yield "without its first byte", pdf[1:]
    yield "without its last line", pdf[: pdf.rindex(b"%%EOF")]
    yield "lines of Windows", pdf.replace(b"\n", b"\r\n")
    yield "as text", pdf.decode("latin-1").encode("utf-8")
    yield "a byte changed", pdf[:500] + bytes([pdf[500] ^ 1]) + pdf[501:]
    yield "bytes before its header", b"junk\n" + pdf
    yield "noise", b"%PDF-1.7\n" + random.Random(2).randbytes(100_000)
    yield "a start beyond the end", pdf[: pdf.rindex(b"startxref")] + b"startxref\n999999999\n%%EOF\n"
    yield "a start of minus", pdf[: pdf.rindex(b"startxref")] + b"startxref\n-1\n%%EOF\n"
    yield "not signed", genuine.unsigned
    for name, lock in (
        ("a password", pikepdf.Encryption(owner="o", user="u")),
        ("restrictions", pikepdf.Encryption(owner="o")),
    ):
        yield name, _saved(pdf, encryption=lock)
    yield "printed anew", _saved(pdf)


def _saved(pdf: bytes, encryption: pikepdf.Encryption | None = None) -> bytes:
    content = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(content, encryption=encryption or False)
    return content.getvalue()
