"""The event log as a table (CSV, RFC 4180): a line for each event, in the columns that process mining tools expect."""

import csv
from typing import TextIO

from registration.exports.pseudonyms import Pseudonyms
from registration.queries.events import EventLog, LogCase, LogEvent
from registration.rules.chain import moment
from registration.rules.csv_text import safe

COLUMNS = (
    "case",
    "seq",
    "activity",
    "timestamp",
    "resource",
    "role",
    "source",
    "target",
    "part",
    "registrar",
    "matter",
    "entity_type",
    "regime",
    "definition",
)


def write(log: EventLog, names: Pseudonyms, out: TextIO) -> int:
    """Writes the log and returns how many events there are; it holds one event at a time."""
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    events = 0
    for case in log.cases():
        for event in case.events:
            events += 1
            table.writerow(map(safe, _line(case, event, names)))
    return events


def _line(case: LogCase, event: LogEvent, names: Pseudonyms) -> tuple[str, ...]:
    happened = (event.tag, moment(event.at), names.actor(event.actor), event.role, event.source, event.target)
    about = (case.registrar, case.matter, case.entity_type, case.regime, case.definition)
    return (names.case(case.ref), str(event.seq), *happened, " ".join(event.parts), *about)
