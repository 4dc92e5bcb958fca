"""The audit line about keys, which themselves are never in the database."""

from datetime import datetime

from registration.database import transaction
from registration.operations.audit import note


def record_rotation(key: str, *, former: str | None, present: str, by: str, now: datetime) -> None:
    """`key` is `signing`, `qr` or `credential`; `former` and `present` name the old key and the one that signs now.

    For the signing key these are fingerprints: of the archived root, and of the certificate. For the others
    they are the names (kid) of the keys.
    """
    with transaction() as session:
        note(session, f"{key}_key:rotate", subject=by, now=now, former=former, present=present)
