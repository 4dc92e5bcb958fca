"""Whether a person is who they say: asked of an identity service, or, in a demonstration, of the number's own form."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from registration.rules.identity import IdKind, MalformedId, check_id


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """`sample` marks an answer that proves nothing; `reference` is what the service's own record is found by."""

    passed: bool
    method: str
    reference: str
    sample: bool = False


class IdentityCheck(Protocol):
    def check(self, *, name: str, id_type: IdKind, id_no: str, mobile: str) -> IdentityResult:
        """Asks the service; raises `Unavailable` when it doesn't answer."""


def identity_check() -> IdentityCheck:
    """The check of this deployment. No identity service publishes its interface, so the only one is the twin."""
    return NullIdentityCheck()


class NullIdentityCheck:
    """Accepts whoever has a name and a number that can be one, and says that this is a sample."""

    def check(self, *, name: str, id_type: IdKind, id_no: str, mobile: str) -> IdentityResult:
        reference = "sample-" + sha256(f"{id_type}:{id_no}:{name}:{mobile}".encode()).hexdigest()[:16]
        return IdentityResult(passed=_can_be(name, id_type, id_no), method="sample", reference=reference, sample=True)


def _can_be(name: str, id_type: IdKind, id_no: str) -> bool:
    try:
        check_id(id_no, kind=id_type)
    except MalformedId:
        return False
    return bool(name.strip())
