"""A hundred forged and hostile PDFs, made from one genuine licence: attacks on signatures, and on whoever reads them.

The attacks on signatures are those of Mladenov, Mainka and others: universal signature forgery, incremental saving,
signature wrapping (CCS 2019), shadow attacks (NDSS 2021), attacks on certified documents (S&P 2021).
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from certificates.signatures.signer import Signer, make_sample_key
from tests.forgeries.bombs import bombs, broken, deep, loops
from tests.forgeries.envelopes import envelopes
from tests.forgeries.genuine import MIB, Genuine, Made, stream, update

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "金华市市场监督管理局"


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
