"""The auditor's line about keys, which themselves are never in the database."""

from datetime import datetime

from registration.db import transaction
from registration.operations.audit import note


def record_rotation(*, former: str | None, present: str, by: str, now: datetime) -> None:
    """`former` and `present` are fingerprints: of the root that was put aside, of the certificate that signs now."""
    with transaction() as session:
        note(session, "signing_key:rotate", subject=by, now=now, former_root=former, present=present)
