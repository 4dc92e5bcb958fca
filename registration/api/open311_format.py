"""The two forms of an answer of Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/): JSON and XML.

JSON leaves out the names of lists and their items, which XML needs: a list of errors is `[{…}]` in one and
`<errors><error>…</error></errors>` in the other. Both are UTF-8, and times have `Z`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from flask import Response, request

Value = str | bool | int | None | Sequence["Fields"]
Fields = Mapping[str, "Value"]
# The item of each list within an answer.
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
}


def is_xml() -> bool:
    """The end of the address names the form."""
    return request.path.endswith(".xml")


def list_answer(name: str, rows: Sequence[Fields], status: int = 200) -> Response:
    """A list such as `services`."""
    return _answer(rows, _element(name, rows), status)


def record_answer(name: str, fields: Fields) -> Response:
    """One record, such as `service_definition`."""
    return _answer(fields, f"<{name}>{_inner(fields)}</{name}>", 200)


def error_answer(status: int, descriptions: Sequence[str]) -> Response:
    return list_answer("errors", [{"code": status, "description": words} for words in descriptions], status)


def time_of(at: datetime) -> str:
    """In the subset of ISO 8601 that the standard names (W3C note on date and time formats)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _answer(content: Fields | Sequence[Fields], xml: str, status: int) -> Response:
    if is_xml():
        text, kind = f'<?xml version="1.0" encoding="utf-8"?>\n{xml}', "text/xml; charset=utf-8"
    else:
        text, kind = json.dumps(content, ensure_ascii=False), "application/json; charset=utf-8"
    return Response(text, status, content_type=kind)


def _element(name: str, value: Value) -> str:
    if value is None:
        return f"<{name}/>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    if isinstance(value, str | int):
        return f"<{name}>{escape(str(value))}</{name}>"
    item = ITEMS[name]
    return f"<{name}>{''.join(f'<{item}>{_inner(one)}</{item}>' for one in value)}</{name}>"


def _inner(fields: Fields) -> str:
    return "".join(_element(name, value) for name, value in fields.items())
