"""Events for receivers outside: their types, and an event as CloudEvents 1.0 in its structured JSON form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from registration.rules.folder_files import Closed
from registration.rules.reference import Said, texts
from registration.rules.tree_heads import moment

CONTENT_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "cn.heyi."
TEST = "test"
SCHEMA = "/webhooks/event.schema.json"


class EventKind(Closed):
    name: Said


# A receiver may ask to be left alone for so long, and by these answers.
LONGEST_REST = timedelta(hours=24)
_RESTS = (429, 503)


@dataclass(frozen=True)
class Event:
    """Something that happened. `id` is the same whenever it is made again; `kind` a key of `event_kinds`.

    `subject` is the reference of a case or the code of an entity, `data` public and without any person.
    """

    id: str
    kind: str
    subject: str
    at: datetime
    data: Mapping[str, Any]


@cache
def event_kinds() -> Mapping[str, EventKind]:
    """reference/webhook_events.yaml, in its order."""
    return {key: EventKind.model_validate(row) for key, row in texts("reference/webhook_events.yaml").items()}


def cloud_event(event: Event, *, source: str) -> str:
    """The text that is signed and sent; `source` is the public address of this office.

    CloudEvents 1.0.2, JSON Event Format, section 3.1.
    """
    attributes = {
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": TYPE_PREFIX + event.kind,
        "subject": event.subject,
        "time": moment(event.at),
        "datacontenttype": "application/json",
        "dataschema": source.rstrip("/") + SCHEMA,
        "data": dict(event.data),
    }
    return json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))


def event_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the `data` of every event."""
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Data of an event of Heyi",
        "type": "object",
        "properties": {
            "reference": {**text, "description": "the case"},
            "matter": text,
            "entity_type": text,
            "registrar": text,
            "state": {
                "type": "object",
                "properties": {"key": text, "label": {"type": "object", "additionalProperties": text}},
                "required": ["key", "label"],
            },
            "code": {**text, "description": "the entity"},
            "serial": {**text, "description": "the licence"},
            "links": {"type": "object", "additionalProperties": {**text, "format": "uri"}},
        },
    }


def rest_asked(code: int | None, headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long a receiver that answered so asks to be left alone: 429 or 503 with `Retry-After`, in seconds or as a
    date (RFC 9110, 10.2.3), at most `LONGEST_REST`. Zero where it asks for nothing, or what it says is neither."""
    said = {key.lower(): value.strip() for key, value in headers.items()}.get("retry-after", "")
    if code not in _RESTS or not said.isascii():
        return timedelta()
    if said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_REST)
    try:
        until = parsedate_to_datetime(said)
        return min(max(until - now, timedelta()), LONGEST_REST)
    except (ValueError, TypeError, OverflowError):
        # No date, or one without a zone, which cannot be compared.
        return timedelta()
