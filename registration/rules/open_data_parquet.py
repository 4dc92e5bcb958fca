"""A dataset of open data as one Parquet file, for programs that compute with columns; needs the extra `parquet`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib.util import find_spec
from itertools import islice
from typing import IO, Any

from registration.rules.open_data import Column, open_data

# Rows that are held at a time: a group of rows of the file.
GROUP = 20_000


def is_installed() -> bool:
    return find_spec("pyarrow") is not None


def write_parquet(dataset: str, lines: Iterable[bytes], sink: IO[bytes]) -> int:
    """Writes the lines of JSON Lines as columns with types, and returns how many there were.

    A value with a structure is a text with its JSON, as readers differ in what they do with lists in lists.
    """
    import pyarrow
    from pyarrow import parquet

    columns, rows = open_data().datasets[dataset].columns, map(json.loads, lines)
    schema = pyarrow.schema([(name, _type(pyarrow, column)) for name, column in columns.items()])
    count = 0
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(rows):
            values = {name: [_value(row[name], column) for row in group] for name, column in columns.items()}
            writer.write_table(pyarrow.table(values, schema=schema))
            count += len(group)
    return count


def _groups(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while group := list(islice(rows, GROUP)):
        yield group


def _type(pyarrow: Any, column: Column) -> Any:
    if column.type == "integer":
        return pyarrow.int64()
    if column.type == "date":
        return pyarrow.date32()
    return pyarrow.timestamp("us", tz="UTC") if column.type == "datetime" else pyarrow.string()


def _value(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.type == "date":
        return date.fromisoformat(value)
    if column.type == "datetime":
        return datetime.fromisoformat(value)
    if column.type in ("object", "array", "any"):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
