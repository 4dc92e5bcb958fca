"""Whom this deployment believes when it looks at a signed paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from certificates.signatures.revocation import RevocationData
from registration.keys import files
from registration.keys.revocation_cache import cached_revocations
from registration.settings import Settings


@dataclass(frozen=True)
class TrustAnchors:
    """Roots of signers and of timestamp authorities, PEM, and the issuers' revocation data."""

    trust_roots: Sequence[bytes] = ()
    timestamp_roots: Sequence[bytes] = ()
    words: RevocationData = field(default_factory=RevocationData)

    @classmethod
    def of_deployment(cls, settings: Settings) -> Self:
        """As the files of this deployment are now."""
        return cls(files.trust_roots(settings), files.timestamp_roots(settings), cached_revocations(settings))
