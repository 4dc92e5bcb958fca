"""The exact data that the history hashes: an entry of a case's chain, and a registrar's daily root."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from json.encoder import encode_basestring as _quoted
from typing import Any

from certificates.canonical import canonical_text
from certificates.canonical import digest as canonical_digest


def digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the entry's text. Every action waits for it, so it is made in one call."""
    return sha256(text_of(entry).encode()).hexdigest()


def text_of(entry: Mapping[str, Any]) -> str:
    """The entry as canonical JSON (RFC 8785): these ten keys in their order, the time as `moment` writes it.

    Raises TypeError for data that has no canonical form.
    """
    data = canonical_text(entry["data"]) if entry["data"] != {} else "{}"
    return (
        f'{{"actor":{_quoted(entry["actor"])},"application_id":{entry["application_id"]:d},'
        f'"at":"{moment(entry["at"])}","data":{data},"previous_hash":{_quoted(entry["previous_hash"])},'
        f'"role":{_quoted(entry["role"])},"seq":{entry["seq"]:d},"source":{_quoted(entry["source"])},'
        f'"tag":{_quoted(entry["tag"])},"target":{_quoted(entry["target"])}}}'
    )


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
