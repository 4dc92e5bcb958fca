"""The exact form of what history hashes: an entry of a case's chain, and the root of a registrar's day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from certificates.canonical import canonical
from certificates.canonical import digest as canonical_digest


def digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the entry as canonical JSON (RFC 8785), its time as `moment` writes it.

    The keys are application_id, seq, at, tag, actor, role, source, target, data, previous_hash.
    """
    return canonical_digest(_plain(entry))


def text_of(entry: Mapping[str, Any]) -> str:
    """What `digest` hashes, for whoever wants to hash it again."""
    return canonical(_plain(entry)).decode()


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "at": moment(entry["at"])}


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, always to the microsecond: 2026-10-12T01:30:00.000000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def root_of(*, registrar: str, day: date, entries: int, tree: str, previous_root: str) -> str:
    """SHA-256 (hex) over the canonical JSON of these five: the root that is published for the day."""
    return canonical_digest(
        {
            "registrar": registrar,
            "day": day.isoformat(),
            "entries": entries,
            "tree": tree,
            "previous_root": previous_root,
        }
    )
