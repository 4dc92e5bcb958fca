"""The signature that we write ourselves, beside the one that pyHanko writes, and read by others."""

import asyncio
import io
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.errors import SigningError
from certificates.paper.pdf import render
from certificates.particulars import Particulars
from certificates.signatures.incremental_update import add_placeholder
from certificates.signatures.signer import Signer
from certificates.signatures.verify import verify

AT = datetime(2026, 10, 13, 6, 30, tzinfo=UTC)
SAID: dict[str, Any] = {"reason": "核发营业执照 (a) <b> \\", "location": "浙江金华"}


@pytest.fixture(scope="module")
def unsigned(make: Callable[..., Particulars]) -> bytes:
    return render(make())


@pytest.fixture(scope="module")
def ours(unsigned: bytes, signer: Signer) -> bytes:
    return signer.sign(unsigned, signed_at=AT, **SAID)


@pytest.fixture(scope="module")
def theirs(unsigned: bytes, key_directory: Path) -> bytes:
    """The same paper signed with the same key by pyHanko alone."""
    simple = SimpleSigner.load(str(key_directory / "signer.key"), str(key_directory / "signer.pem"), ca_chain_files=[])
    wanted = PdfSignatureMetadata(
        field_name="RegistrarSignature",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        **SAID,
    )
    pdf_signer = PdfSigner(wanted, signer=simple, new_field_spec=SigFieldSpec("RegistrarSignature"))
    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned))
    with ThreadPoolExecutor(1) as threads:
        out: io.BytesIO = threads.submit(asyncio.run, pdf_signer.async_sign_pdf(writer)).result()
    return out.getvalue()


def signature_of(pdf: bytes) -> EmbeddedPdfSignature:
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return signature


def judged(pdf: bytes, root: bytes) -> PdfSignatureStatus:
    """By pyHanko with its own rules for changes, and nothing taken over from our verifier."""
    roots = [asn1_x509.Certificate.load(pem.unarmor(root)[2])]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=AT)
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, async_validate_pdf_signature(signature_of(pdf), context)).result()


def test_both_are_judged_alike(ours: bytes, theirs: bytes, signer: Signer) -> None:
    for pdf in (ours, theirs):
        status = judged(pdf, signer.root)
        assert status.bottom_line
        assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        assert status.docmdp_ok
        assert status.signer_reported_dt is not None


def test_envelopes_have_the_same_parts(ours: bytes, theirs: bytes) -> None:
    def parts(pdf: bytes) -> list[Any]:
        data = signature_of(pdf).signed_data
        (signer,) = data["signer_infos"]
        attributes = {one["type"].native: one["values"].native for one in signer["signed_attrs"]}
        assert len(attributes.pop("message_digest")[0]) == 32
        told = [data["version"], data["digest_algorithms"], data["encap_content_info"], data["certificates"]]
        told += [signer["version"], signer["sid"], signer["digest_algorithm"], signer["signature_algorithm"]]
        return [*(part.native for part in told), attributes, signer["unsigned_attrs"].native]

    assert parts(ours) == parts(theirs)
    assert set(parts(ours)[-2]) == {"content_type", "signing_certificate_v2"}


def test_catalog_field_and_signature_say_the_same(ours: bytes, theirs: bytes) -> None:
    def told(pdf: bytes) -> dict[str, object]:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            (field,) = document.Root.AcroForm.Fields
            signature = {key: value for key, value in field.V.items() if key not in ("/Contents", "/ByteRange", "/M")}
            page = document.pages[0].obj
            assert page.Annots[-1].objgen == field.objgen
            assert field.P.objgen == page.objgen
            assert document.Root.Perms.DocMDP.objgen == field.V.objgen
            # Our papers are tagged, and their field is so, too.
            tagged = ("/P", "/V", "/TU", "/StructParent")
            widget = {key: value for key, value in field.items() if key not in tagged}
            # pyHanko would call the paper PDF 2.0.
            rest = sorted([*(document.Root.keys() - {"/Version"}), *document.Root.Extensions.keys()])
            parts = {"signature": signature, "widget": widget, "rest": rest, "flags": document.Root.AcroForm.SigFlags}
            return {name: repr(part) for name, part in parts.items()}

    assert told(ours) == told(theirs)


def _as_table(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue()


def _with_a_link(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        document.pages[0].obj.Annots = document.make_indirect(pikepdf.Array([document.make_indirect(link)]))
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@pytest.mark.parametrize("shape", [_as_table, _with_a_link, lambda pdf: pdf, lambda pdf: pdf.rstrip()])
def test_every_shape_of_file_keeps_its_kind(
    shape: Callable[[bytes], bytes], unsigned: bytes, signer: Signer, tmp_path: Path
) -> None:
    pdf = shape(unsigned)
    signed = signer.sign(pdf, signed_at=AT, **SAID)
    assert signed.startswith(pdf)
    assert (b"\ntrailer\n" in signed[len(pdf) :]) == (b"\ntrailer" in pdf)
    assert verify(signed, trust_roots=[signer.root]).genuine
    assert judged(signed, signer.root).bottom_line
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert after.check_pdf_syntax() == []
        assert bytes(after.trailer.ID[0]) == bytes(before.trailer.ID[0])
        assert bytes(after.trailer.ID[1]) != bytes(before.trailer.ID[1])
        assert len(after.pages[0].obj.Annots) == len(before.pages[0].obj.get("/Annots", ())) + 1
        assert after.docinfo == before.docinfo
    if shutil.which("qpdf"):
        (tmp_path / "signed.pdf").write_bytes(signed)
        checked = subprocess.run(
            ["qpdf", "--check", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, "")


def test_what_was_said_is_read_back(ours: bytes) -> None:
    said = signature_of(ours).sig_object
    assert (said["/Reason"], said["/Location"]) == (SAID["reason"], SAID["location"])


def test_the_same_paper_differs_only_in_its_signature(unsigned: bytes, ours: bytes, signer: Signer) -> None:
    again = signer.sign(unsigned, signed_at=AT, **SAID)
    assert again != ours
    start, end = (int(signature_of(ours).byte_range[place]) for place in (1, 2))
    assert (again[:start], again[end:]) == (ours[:start], ours[end:])


def test_a_signed_paper_is_not_signed_again(ours: bytes, signer: Signer) -> None:
    with pytest.raises(SigningError) as caught:
        signer.sign(ours, signed_at=AT, **SAID)
    assert caught.value.code == "sign.refused"


def test_an_encrypted_paper_is_refused(unsigned: bytes, signer: Signer) -> None:
    for password in ("", "secret"):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(unsigned)) as document:
            document.save(out, encryption=pikepdf.Encryption(owner="owner", user=password))
        with pytest.raises(SigningError) as caught:
            signer.sign(out.getvalue(), signed_at=AT, **SAID)
        assert caught.value.code == "sign.refused"


def test_an_envelope_that_needs_more_room_is_refused(unsigned: bytes) -> None:
    room = add_placeholder(unsigned, room=10, signed_at=AT, **SAID)
    assert room.filled(bytes(10)).startswith(unsigned)
    with pytest.raises(SigningError) as caught:
        room.filled(bytes(11))
    assert caught.value.data["room"] == 10
