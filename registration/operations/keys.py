"""The auditor's line about keys, which themselves are never in the database."""

from datetime import datetime

from registration.database import transaction
from registration.operations.audit import note


def record_rotation(key: str, *, former: str | None, present: str, by: str, now: datetime) -> None:
    """`key` is `signing`, `qr` or `credential`; `former` and `present` name what was replaced and what signs now.

    Of the signing key these are fingerprints: of the root that was put aside, and of the certificate. Of the others
    they are the names (kid) of the keys.
    """
    with transaction() as session:
        note(session, f"{key}_key:rotate", subject=by, now=now, former=former, present=present)
