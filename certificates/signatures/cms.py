"""The envelope of a signature (CMS, RFC 5652) as a template: only digest and signature differ between documents."""

from dataclasses import dataclass
from typing import Self

from asn1crypto import cms, parser

UNIVERSAL, CONTEXT = 0, 2
OCTETS, SEQUENCE, SET = 4, 16, 17


@dataclass(frozen=True)
class SignatureEnvelope:
    """The constant parts of one signer's envelopes, DER.

    Writing each envelope with a general ASN.1 library takes fifty times as long as the signature itself.
    """

    kind: bytes
    head: bytes
    signer: bytes
    attributes_before: bytes
    attributes_after: bytes
    algorithm: bytes

    @classmethod
    def like(cls, sample: cms.ContentInfo, *, digest: bytes) -> Self:
        """Built from an envelope that was made for `digest`, which must occur in it exactly once."""
        data = sample["content"]
        (signer,) = data["signer_infos"]
        before, after = signer["signed_attrs"].contents.split(digest)
        return cls(
            kind=sample["content_type"].dump(),
            head=_all(data, "version", "digest_algorithms", "encap_content_info", "certificates"),
            signer=_all(signer, "version", "sid", "digest_algorithm"),
            attributes_before=before,
            attributes_after=after,
            algorithm=signer["signature_algorithm"].dump(),
        )

    def to_sign(self, digest: bytes) -> bytes:
        """The signed attributes of a document with this digest: what the key signs. RFC 5652, 5.4: as a SET."""
        return _wrap(SET, self._attributes(digest))

    def around(self, signature: bytes, *, digest: bytes) -> bytes:
        """The whole envelope, DER."""
        attributes = _tagged(self._attributes(digest))
        signer = _wrap(SEQUENCE, self.signer, attributes, self.algorithm, _wrap(OCTETS, signature))
        return _wrap(SEQUENCE, self.kind, _tagged(_wrap(SEQUENCE, self.head, _wrap(SET, signer))))

    def _attributes(self, digest: bytes) -> bytes:
        return self.attributes_before + digest + self.attributes_after


def _all(parent: cms.SignedData | cms.SignerInfo, *names: str) -> bytes:
    return b"".join(parent[name].dump() for name in names)


def _wrap(tag: int, *parts: bytes) -> bytes:
    wrapped: bytes = parser.emit(UNIVERSAL, tag in (SEQUENCE, SET), tag, b"".join(parts))
    return wrapped


def _tagged(content: bytes) -> bytes:
    """With the context tag [0]: explicit around a whole value, implicit around a value's content."""
    tagged: bytes = parser.emit(CONTEXT, 1, 0, content)
    return tagged
