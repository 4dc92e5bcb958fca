"""XES (IEEE 1849): a trace for each case, with the standard extensions concept, lifecycle, organizational and time."""

from collections.abc import Iterator
from typing import TextIO
from xml.sax.saxutils import quoteattr

from registration.exports.pseudonyms import Pseudonyms
from registration.queries.events import EventLog, LogCase, LogEvent
from registration.rules.chain import moment

EXTENSIONS = (
    ("Concept", "concept"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Time", "time"),
)
# Every trace and every event has these; the values are those for an unknown one.
IN_TRACES = (("string", "concept:name", "UNKNOWN"),)
IN_EVENTS = (
    ("string", "concept:name", "UNKNOWN"),
    ("string", "lifecycle:transition", "complete"),
    ("string", "org:resource", "UNKNOWN"),
    ("string", "org:role", "UNKNOWN"),
    ("date", "time:timestamp", "1970-01-01T00:00:00Z"),
)
CLASSIFIERS = (("Activity", "concept:name"), ("Role", "org:role"), ("Resource", "org:resource"))
OF_CASES = ("registrar", "matter", "entity_type", "regime", "definition")


def write(log: EventLog, names: Pseudonyms, out: TextIO) -> int:
    """Writes the log and returns how many events there are; it holds one event at a time."""
    out.writelines(_head())
    events = 0
    for case in log.cases():
        out.writelines(_about(case, names))
        for event in case.events:
            events += 1
            out.writelines(_event(event, names))
        out.write("</trace>\n")
    out.write("</log>\n")
    return events


def _head() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016" xes.features="">\n'
    for name, prefix in EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
    for scope, given in (("trace", IN_TRACES), ("event", IN_EVENTS)):
        yield f'<global scope="{scope}">\n'
        yield from (_attribute(key, value, kind) for kind, key, value in given)
        yield "</global>\n"
    for name, keys in CLASSIFIERS:
        yield f'<classifier name="{name}" scope="event" keys="{keys}"/>\n'
    yield _attribute("concept:name", "heyi")
    yield _attribute("lifecycle:model", "standard")


def _about(case: LogCase, names: Pseudonyms) -> Iterator[str]:
    yield "<trace>\n"
    yield _attribute("concept:name", names.case(case.ref))
    yield from (_attribute(key, getattr(case, key)) for key in OF_CASES)


def _event(event: LogEvent, names: Pseudonyms) -> Iterator[str]:
    yield "<event>\n"
    yield _attribute("concept:name", event.tag)
    yield _attribute("lifecycle:transition", "complete")
    yield _attribute("org:resource", names.actor(event.actor))
    yield _attribute("org:role", event.role)
    yield _attribute("time:timestamp", moment(event.at), "date")
    yield _attribute("source", event.source)
    yield _attribute("target", event.target)
    if event.parts:
        yield _attribute("part", " ".join(event.parts))
    yield "</event>\n"


def _attribute(key: str, value: str, kind: str = "string") -> str:
    return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>\n"
