"""A signature with a trusted timestamp (PAdES B-T), and with the data for later verification (B-LT).

It uses pyHanko's own signing, which is slower than `sign`: a remote authority is called for each document anyway.
"""

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from certificates.errors import SigningError
from certificates.signatures.coroutines import complete
from certificates.signatures.incremental_update import FIELD
from certificates.signatures.ocsp import SKEW, issuer_of
from certificates.signatures.pades_levels import loaded
from certificates.signatures.signer import Signer

# pyHanko warns that nothing is fetched, which is intended here.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

# In the signed revision, so that the signature covers the whole file. A VRI, optional in PAdES, is named
# after the digest of the signature, so it could only come after it.
TOGETHER = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)


@dataclass(frozen=True)
class Evidence:
    """Evidence that no certificate was revoked: roots in PEM, lists (CRL) and answers (OCSP) of issuers in DER."""

    roots: Sequence[bytes]
    crls: Sequence[bytes] = ()
    answers: Sequence[bytes] = ()


class Timestamper:
    """A signer and a timestamp authority. `ask` sends a request of RFC 3161 and returns the answer, both DER."""

    def __init__(self, signer: Signer, *, ask: Callable[[bytes], bytes]) -> None:
        self._signer = signer
        self._authority = _Authority(ask)

    def sign(
        self, pdf: bytes, *, signed_at: datetime, reason: str, location: str, evidence: Evidence | None = None
    ) -> bytes:
        """As `Signer.sign`, with a timestamp and, if given, the evidence.

        Raises SigningError `timestamp.refused`, `certificate.revoked`, `evidence.insufficient` (no data on whether
        a certificate is revoked), and the errors of `Signer.sign` and of `ask`.
        """
        self._signer.require_valid(signed_at)
        wanted = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            location=location,
            embed_validation_info=evidence is not None,
            validation_context=_context(evidence, signed_at) if evidence else None,
            dss_settings=TOGETHER,
        )
        signer = PdfSigner(
            wanted, signer=self._signer.keyed, timestamper=self._authority, new_field_spec=SigFieldSpec(FIELD)
        )
        with _refusals():
            return complete(self._sign(signer, _PlainWriter(io.BytesIO(pdf)), signed_at))

    def issued(self, roots: Sequence[bytes]) -> list[tuple[x509.Certificate, x509.Certificate]]:
        """The certificates of the signature and of the authority's, each with its issuer, so that a caller can ask
        whether one was revoked. It requests one timestamp to get the authority's certificate.

        Raises SigningError `timestamp.refused` and the errors of `ask`.
        """
        with _refusals():
            beside = complete(self._authority.certificates())
        found = [*self._signer.keyed.chain, *beside, *(one for text in roots for one in _from_pem(text))]
        pairs = ((one, issuer_of(one, found)) for one in dict.fromkeys(found))
        return [(one, issuer) for one, issuer in pairs if issuer is not None]

    async def _sign(self, signer: PdfSigner, writer: IncrementalPdfFileWriter, signed_at: datetime) -> bytes:
        """The steps of pyHanko's `sign_pdf`, which would take the time from the clock."""
        session = signer.init_signing_session(writer)
        session.system_time = signed_at
        found = await session.perform_presign_validation(writer)
        reserved = await session.estimate_signature_container_size(found)
        prepared = session.prepare_tbs_document(validation_info=found, bytes_reserved=reserved)
        digest, output = prepared.digest_tbs_document()
        await prepared.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
        )
        signed: bytes = output.getvalue()
        return signed


class _Authority(TimeStamper):  # type: ignore[misc]  # pyHanko is read without its types
    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._ask = ask

    async def certificates(self) -> list[x509.Certificate]:
        """The authority's certificate and those that it sends with it."""
        await self._ensure_dummy()
        known = [*self._certs.values(), *self.cert_registry]
        return [x509.load_der_x509_certificate(one.dump()) for one in known]

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._ask(req.dump()))

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """An unreadable answer is reported as a refusal, too."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise TimestampRequestError(f"no answer that can be read: {type(error).__name__}") from error


class _PlainWriter(IncrementalPdfFileWriter):  # type: ignore[misc]  # pyHanko is read without its types
    """Adds only the signature. pyHanko would write the clock's time and its own name into the metadata
    and set the version to PDF 2.0, which PDF/A-3 does not allow."""

    output_version = (1, 7)

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """The document stays PDF 1.7, whichever version pyHanko requests."""

    def _update_meta(self) -> None:
        """The metadata of the unsigned document stay."""


def _context(evidence: Evidence, at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=loaded(evidence.roots),
        crls=list(evidence.crls),
        ocsps=list(evidence.answers),
        moment=at,
        # Evidence requested for this document is a little newer than the document's own time.
        time_tolerance=SKEW,
        allow_fetching=False,
        revocation_mode="require",
    )


def _from_pem(text: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(text)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except TimestampRequestError as refused:
        raise SigningError("timestamp.refused", {"said": str(refused)[:200]}) from refused
    except (PyHankoSigningError, PathError, ValidationError) as refused:
        why = refused.__cause__ or refused
        code = "certificate.revoked" if isinstance(why, RevokedError) else "evidence.insufficient"
        raise SigningError(code, {"said": str(why)[:200]}) from refused
    except (PdfError, ValueError) as error:
        raise SigningError("sign.refused", {"kind": type(error).__name__}) from error
