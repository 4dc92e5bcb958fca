"""The datasets of open data (reference/open_data.yaml), their lines in CSV and JSON Lines, and the signed manifest."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from pydantic import Field

from certificates.credentials import jose
from registration.rules.csv_text import streamed
from registration.rules.folder_files import Closed
from registration.rules.languages import OF_PAPERS, is_text, said
from registration.rules.reference import Said, texts
from registration.rules.register_items import register_items
from registration.rules.register_words import value_lines
from registration.rules.tree_heads import moment, sign_payload

# The `typ` of the manifest's JWS.
TYPE = "heyi-open-data"
# Files are joined from parts in the first two; the third is one file, where it can be made.
FORMS = ("csv", "jsonl", "parquet")
CHANGES = "register-changes"
_BETWEEN = "；"

Row = Mapping[str, Any]
Kind = Literal["string", "integer", "date", "datetime", "object", "array", "any"]


class Column(Closed):
    """A column; `type` is that of its values in JSON Lines."""

    type: Kind
    title: Said


class Dataset(Closed):
    """A dataset. `items`: a column for each public item of the register follows those that are listed."""

    title: Said
    about: Said
    key: tuple[str, ...]
    listed: Mapping[str, Column] = Field(alias="columns")
    items: bool = False

    @property
    def columns(self) -> Mapping[str, Column]:
        return {**self.listed, **(item_columns() if self.items else {})}


class Licence(Closed):
    """The terms: `name` of the Open Definition's list, address and title."""

    name: str
    path: str
    title: Said


class Catalogue(Closed):
    title: Said
    about: Said


class OpenData(Closed):
    licence: Licence
    catalogue: Catalogue
    datasets: Mapping[str, Dataset]


@dataclass(frozen=True)
class File:
    """A file of an extract as the manifest names it: `bytes` is its size, `sha256` has 64 hex digits."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What was published on a day."""

    day: date
    made_at: datetime
    files: tuple[File, ...]

    def file(self, dataset: str, form: str) -> File | None:
        return next((one for one in self.files if one.name == f"{dataset}.{form}"), None)

    def files_of(self, dataset: str) -> list[tuple[str, File]]:
        """(form, file) of a dataset."""
        return [(form, file) for form in FORMS if (file := self.file(dataset, form)) is not None]


@cache
def open_data() -> OpenData:
    return OpenData.model_validate(dict(texts("reference/open_data.yaml")))


@cache
def item_columns() -> Mapping[str, Column]:
    """A column for each item that a law publishes. Texts are strings, whatever else is has a structure."""
    plain = {"name", "type", "representative", "delegate", "composition", "domicile"}
    lists = {"investors", "contributions", "officers"}
    return {
        key: Column(type="string" if key in plain else "array" if key in lists else "object", title=row.label)
        for key, row in register_items().items()
        if row.is_public
    }


def csv_part(key: str, rows: Iterable[Row], *, first: bool) -> bytes:
    """Lines of a dataset's CSV in the language of papers; the first part begins with the mark and the header."""
    columns = tuple(open_data().datasets[key].columns)
    head = [columns] if first else []
    lines = streamed([*head, *([_cell(key, row, column) for column in columns] for row in rows)])
    mark = next(lines)
    return ((mark if first else "") + "".join(lines)).encode()


def jsonl_part(key: str, rows: Iterable[Row]) -> bytes:
    """The same rows as JSON Lines: the values themselves, texts in every language that they have."""
    columns = open_data().datasets[key].columns
    return "".join(json_line({column: row.get(column) for column in columns}) for row in rows).encode()


def json_line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def sign_manifest(manifest: Manifest, key: jose.PrivateKey) -> str:
    """The manifest as a compact JWS, whose payload is canonical JSON (RFC 8785)."""
    payload = {
        "day": manifest.day.isoformat(),
        "made_at": moment(manifest.made_at),
        "files": [asdict(one) for one in manifest.files],
    }
    return sign_payload(payload, key, kind=TYPE)


def payload_of(signed: str) -> bytes:
    """The bytes of the manifest within its JWS."""
    return jose.from_b64url(signed.split(".")[1])


def manifest_in(signed: str) -> Manifest:
    """The manifest within a JWS that this system made itself; the signature is not looked at."""
    found = json.loads(payload_of(signed))
    files = tuple(File(**one) for one in found["files"])
    return Manifest(date.fromisoformat(found["day"]), datetime.fromisoformat(found["made_at"]), files)


def _cell(key: str, row: Row, column: str) -> str:
    value = row.get(column)
    if value is None:
        return ""
    item = column if open_data().datasets[key].items and column in item_columns() else None
    if key == CHANGES and column == "value":
        item = row["item"]
    return _BETWEEN.join(value_lines(item, value, OF_PAPERS)) if item else _plain(value)


def _plain(value: Any) -> str:
    if is_text(value):
        return said(value, OF_PAPERS)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _BETWEEN.join(map(_plain, value))
    return str(value)
