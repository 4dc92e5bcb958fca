"""Files that become large, refer to themselves, are nested deep, or were broken on their way."""

import io
import random
import re
import zlib

import pikepdf

from tests.forgeries.genuine import MIB, Genuine, Made, stream, update


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
