"""Persons whom the law bars from offices: the grounds, and the lists that a bureau loads (Company Law art. 178)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import get_args

from registration.rules import csv_text
from registration.rules.entity_types import EntityType
from registration.rules.folder_files import Closed
from registration.rules.identity import IdKind
from registration.rules.problems import InvalidForm, Problem
from registration.rules.reference import Said, texts
from registration.rules.tidy import typed_number
from registration.rules.working_days import written_day

COLUMNS = ["name", "id_type", "id_no", "ground", "from", "until", "source"]
_HEADERS = {
    "姓名": "name",
    "证件类型": "id_type",
    "证件号码": "id_no",
    "事由": "ground",
    "起": "from",
    "止": "until",
    "来源": "source",
}
LONGEST = 200
EVERYONE = "all"


class Ground(Closed):
    """A row of reference/barred.yaml, which says what the keys mean."""

    words: Said
    law: tuple[str, ...] = ()
    bars: Mapping[str, tuple[str, ...]]
    may_be_overridden: bool = False

    def barred(self, kind: EntityType, capacities: Sequence[str]) -> tuple[str, ...]:
        """Those of a person's capacities in an entity of this type that the law bars."""
        named = {*self.bars.get(kind.family, ()), *self.bars.get(EVERYONE, ())}
        return tuple(one for one in capacities if one in named or EVERYONE in named)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One line of a list; `line` counts from 1, as editors do. `until_on` is the last day."""

    line: int
    name: str
    id_type: str
    id_no: str
    ground: str
    from_on: date
    until_on: date | None
    source: str


@cache
def grounds() -> Mapping[str, Ground]:
    return {key: Ground.model_validate(row) for key, row in texts("reference/barred.yaml").items()}


def read_list(content: bytes) -> tuple[ListedPerson, ...]:
    """Every person of the file, or InvalidForm with every wrong line; no problem repeats a name or a number."""
    rows: list[ListedPerson] = []
    problems: list[Problem] = []
    for line, cells in csv_text.below_header(content, header="barred.header", is_header=_is_header):
        faults = [*_faults(line, cells)]
        problems += faults
        rows += [] if faults else [_person(line, cells)]
    problems += _doubles(rows)
    if problems:
        raise InvalidForm(sorted(problems, key=lambda problem: problem.data.get("line", 0)))
    return tuple(rows)


def _is_header(cells: Sequence[str]) -> bool:
    return [_HEADERS.get(cell, cell.lower()) for cell in cells] == COLUMNS


def _faults(line: int, cells: Sequence[str]) -> Iterator[Problem]:
    if len(cells) != len(COLUMNS):
        yield Problem("file", "barred.columns", {"line": line, "found": len(cells)})
        return
    cell = dict(zip(COLUMNS, cells, strict=True))
    if not (cell["name"] and cell["id_no"] and cell["source"]) or max(map(len, cells)) > LONGEST:
        yield Problem("file", "barred.person", {"line": line, "most": LONGEST})
    if cell["id_type"] not in get_args(IdKind):
        yield Problem("file", "barred.id_type", {"line": line, "known": "、".join(get_args(IdKind))})
    if cell["ground"] not in grounds():
        yield Problem("file", "barred.ground", {"line": line, "known": "、".join(grounds())})
    since, until = written_day(cell["from"]), written_day(cell["until"])
    if since is None or (cell["until"] and until is None) or (until is not None and until < since):
        yield Problem("file", "barred.days", {"line": line})


def _person(line: int, cells: Sequence[str]) -> ListedPerson:
    cell = dict(zip(COLUMNS, cells, strict=True))
    since = written_day(cell["from"])
    assert since is not None
    number = typed_number(cell["id_no"])
    until = written_day(cell["until"])
    return ListedPerson(line, cell["name"], cell["id_type"], number, cell["ground"], since, until, cell["source"])


def _doubles(rows: Sequence[ListedPerson]) -> Iterator[Problem]:
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = row.id_type, row.id_no, row.ground
        if key in first:
            yield Problem("file", "barred.twice", {"line": row.line, "first": first[key]})
        first.setdefault(key, row.line)
