"""Whom this deployment believes when it looks at a signed paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from certificates.signatures.revocation import Words
from registration import keys
from registration.kept_words import kept_words
from registration.settings import Settings


@dataclass(frozen=True)
class Believed:
    """Roots of signers and of timestamp authorities, PEM, and what their issuers say of who lost a certificate."""

    trust_roots: Sequence[bytes] = ()
    timestamp_roots: Sequence[bytes] = ()
    words: Words = field(default_factory=Words)

    @classmethod
    def here(cls, settings: Settings) -> Self:
        """As the files of this deployment are now."""
        return cls(keys.trust_roots(settings), keys.timestamp_roots(settings), kept_words(settings))
