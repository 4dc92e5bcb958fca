"""OCEL 2.0 as JSON (ocel-standard.org, specification of 2023-10-16): events and the several objects of each.

Every attribute is written as a string, as the standard's own JSON schema wants it.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from registration.exports.pseudonyms import SYSTEM, Pseudonyms
from registration.queries.events import EventLog, LogCase, LogEvent
from registration.rules.chain import moment

OBJECT_TYPES: dict[str, tuple[str, ...]] = {
    "application": ("registrar", "matter", "entity_type", "regime", "definition", "state"),
    "part": ("key",),
    "notice": (),
    "licence": ("paper",),
    "officer": (),
    "applicant": (),
    "signer": (),
}
EVENT_ATTRIBUTES = ("role", "source", "target")
# For what an object has been from the first: the standard's own way to say so.
ALWAYS = "1970-01-01T00:00:00Z"


def write(log: EventLog, names: Pseudonyms, out: TextIO) -> int:
    """Writes the log and returns how many events there are. It goes through the events twice and holds one case."""
    writer = _Writer(names)
    out.write('{"objectTypes":' + _json([_type(name, keys) for name, keys in OBJECT_TYPES.items()]))
    out.write(',\n"eventTypes":' + _json([_type(tag, EVENT_ATTRIBUTES) for tag in log.tags()]))
    events = _write_list(out, "events", (event for case in log.cases() for event in writer.events(case)))
    _write_list(out, "objects", writer.objects(log))
    out.write("}\n")
    return events


class _Writer:
    def __init__(self, names: Pseudonyms) -> None:
        self._names = names

    def events(self, case: LogCase) -> Iterator[dict[str, Any]]:
        name = self._names.case(case.ref)
        for event in case.events:
            yield {
                "id": f"{name}:{event.seq}",
                "type": event.tag,
                "time": moment(event.at),
                "attributes": [{"name": key, "value": getattr(event, key)} for key in EVENT_ATTRIBUTES],
                "relationships": list(self._about(case, name, event)),
            }

    def _about(self, case: LogCase, name: str, event: LogEvent) -> Iterator[dict[str, str]]:
        yield _link(name, "case")
        yield from (_link(f"{name}/{part}", "part") for part in event.parts)
        if event.actor != SYSTEM:
            yield _link(self._names.actor(event.actor), "by")
        for thing in case.things:
            how = event.concerns(thing)
            if how is not None:
                yield _link(self._names.thing(thing.kind, thing.ref), how)

    def objects(self, log: EventLog) -> Iterator[dict[str, Any]]:
        for case in log.cases():
            yield from self._of_case(case)
        for actor in log.actors():
            if actor != SYSTEM:
                yield _object(self._names.actor(actor), self._names.kind(actor), [])

    def _of_case(self, case: LogCase) -> Iterator[dict[str, Any]]:
        name = self._names.case(case.ref)
        attributes = [_value(key, getattr(case, key)) for key in OBJECT_TYPES["application"] if key != "state"]
        parts: dict[str, None] = {}
        state = None
        for event in case.events:
            parts |= dict.fromkeys(event.parts)
            # A part's own step says where the part is, not the case.
            if event.target != state and not event.tag.startswith("part:"):
                state = event.target
                attributes.append(_value("state", state, moment(event.at)))
        things = [(self._names.thing(thing.kind, thing.ref), thing) for thing in case.things]
        links = [_link(f"{name}/{part}", "part") for part in parts] + [_link(key, one.kind) for key, one in things]
        yield _object(name, "application", attributes, links)
        yield from (_object(f"{name}/{part}", "part", [_value("key", part)]) for part in parts)
        for key, thing in things:
            yield _object(key, thing.kind, [_value("paper", thing.paper)] if thing.paper else [])


def _type(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": key, "type": "string"} for key in attributes]}


def _object(
    name: str, kind: str, attributes: list[dict[str, str]], links: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    return {"id": name, "type": kind, "attributes": attributes, "relationships": links or []}


def _value(name: str, value: str, time: str = ALWAYS) -> dict[str, str]:
    return {"name": name, "time": time, "value": value}


def _link(name: str, qualifier: str) -> dict[str, str]:
    return {"objectId": name, "qualifier": qualifier}


def _write_list(out: TextIO, name: str, items: Iterable[dict[str, Any]]) -> int:
    out.write(f',\n"{name}":[')
    number = 0
    for number, item in enumerate(items, start=1):
        out.write(("\n" if number == 1 else ",\n") + _json(item))
    out.write("]")
    return number


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
