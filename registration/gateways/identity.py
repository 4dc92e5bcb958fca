"""Checks the identity of a person with an identity service, or in a demonstration by the number's format only."""

from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from typing import Protocol

from registration.errors import Unavailable
from registration.rules.identity import IdKind, MalformedId, check_id
from registration.settings import settings

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """`sample` marks an answer that proves nothing; `reference` is the number of the service's own record."""

    passed: bool
    method: str
    reference: str
    sample: bool = False


class IdentityCheck(Protocol):
    def check(self, *, name: str, id_type: IdKind, id_no: str, mobile: str) -> IdentityResult:
        """Asks the service; raises `Unavailable` when it doesn't answer."""


def identity_check() -> IdentityCheck:
    """The check of this deployment: `HEYI_IDENTITY` names it as `package.module:name`, a callable without arguments.

    No identity service publishes its interface, so none is built in. `sample` is the twin, which proves nothing; a
    demonstration uses it unasked.
    """
    named = settings().identity or (SAMPLE if settings().demo else "")
    if named == SAMPLE:
        return NullIdentityCheck()
    module, _, name = named.partition(":")
    if not module or not name:
        raise Unavailable("setting_missing", setting="HEYI_IDENTITY")
    check: IdentityCheck = getattr(import_module(module), name)()
    return check


class NullIdentityCheck:
    """Accepts any name with a well-formed number, and marks the answer as a sample."""

    def check(self, *, name: str, id_type: IdKind, id_no: str, mobile: str) -> IdentityResult:
        reference = "sample-" + sha256(f"{id_type}:{id_no}:{name}:{mobile}".encode()).hexdigest()[:16]
        return IdentityResult(passed=_can_be(name, id_type, id_no), method="sample", reference=reference, sample=True)


def _can_be(name: str, id_type: IdKind, id_no: str) -> bool:
    try:
        check_id(id_no, kind=id_type)
    except MalformedId:
        return False
    return bool(name.strip())
