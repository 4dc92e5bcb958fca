"""Has a PDF from a stranger looked into as a licence, in the sandbox."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certificates.particulars import Particulars
from certificates.signatures.facts import Signature
from registration.gateways.sandbox import Limits, TooCostly, run

if TYPE_CHECKING:
    from registration.keys.trust import TrustAnchors

# A genuine licence needs a fifth of a second; one with every timestamp and list of its issuers a whole one.
LIMITS = Limits(cpu_seconds=4, seconds=6.0, memory=512 * 1024 * 1024)
TOO_COSTLY = "pdf.too_costly"


@dataclass(frozen=True)
class Examined:
    """The result for a file: its digest, its problems (codes of certificates.signatures.verify), and its signature.

    `particulars` are proved by the signature; `claimed` is the attached data, also without proof.
    `pdf.too_costly` means that the process had to be stopped.
    """

    sha256: str
    problems: tuple[str, ...]
    signature: Signature | None = None
    claimed: dict[str, Any] | None = None
    particulars: Particulars | None = None


def examine(pdf: bytes, *, sha256: str, believed: "TrustAnchors") -> Examined:
    """Judges the file; never raises on a bad one. Unavailable when there is no room for it now."""
    given = (believed.trust_roots, believed.timestamp_roots, believed.words.crls, believed.words.answers)
    parameters = {"counts": [len(one) for one in given]}
    try:
        found = run("licence", pdf, *(one for each in given for one in each), limits=LIMITS, parameters=parameters).data
    except TooCostly:
        return Examined(sha256, (TOO_COSTLY,))
    facts = found["particulars"]
    # What was perhaps not read to its end, since it is too large, has no digest.
    return Examined(
        found["sha256"],
        tuple(found["problems"]),
        Signature.model_validate(found["signature"]) if found["signature"] else None,
        found["claimed"],
        Particulars.model_validate(facts) if facts else None,
    )
