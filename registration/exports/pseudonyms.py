"""Pseudonyms of persons and cases in an event log: stable within it, meaningless outside it."""

import hmac

KINDS = {"staff": "officer", "account": "applicant", "party": "signer"}
SYSTEM = "system"


class Pseudonyms:
    """Sixteen hex digits of HMAC-SHA-256 under `key`. If the key is destroyed they cannot be traced back.

    The same key in another export gives the same names; `keep_refs` leaves cases the references that they have.
    """

    def __init__(self, key: bytes, *, keep_refs: bool = False) -> None:
        self._key, self._keep_refs = key, keep_refs

    def actor(self, tag: str) -> str:
        """Of `staff:0317`, `account:12` or `party:3`; the system is no person and keeps its name."""
        return tag if tag == SYSTEM else f"{self.kind(tag)}-{self._of('actor', tag)}"

    def kind(self, tag: str) -> str:
        return KINDS.get(tag.partition(":")[0], "person")

    def case(self, ref: str) -> str:
        return ref if self._keep_refs else f"case-{self._of('case', ref)}"

    def thing(self, kind: str, ref: str) -> str:
        """Of a notice or a licence; its number is printed, and so would lead to the case."""
        return f"{kind}-{self._of(kind, ref)}"

    def _of(self, kind: str, name: str) -> str:
        return hmac.digest(self._key, f"{kind}:{name}".encode(), "sha256").hex()[:16]
