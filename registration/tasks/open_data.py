"""Makes a part of an extract of open data in the storage, and at its end the signed manifest over all files."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

from registration import clock, database
from registration.documents.downloads import stored
from registration.gateways.storage import Storage, storage
from registration.keys import log as log_keys
from registration.models import OpenDataExtract
from registration.operations import open_data
from registration.outbox import Work
from registration.queries.open_data import EFFECT, batch_of, parts_of
from registration.rules import open_data as rules
from registration.rules import open_data_parquet
from registration.rules.open_data import File, Manifest
from registration.settings import settings

__all__ = ["EFFECT", "make_part"]

# Of a Parquet file, in bytes.
PIECE = 8 * 1024 * 1024


def make_part(work: Work) -> None:
    now, number = clock.now(), int(work.payload["extract"])
    store = storage(settings())
    with database.reading() as session:
        extract = session.get_one(OpenDataExtract, number)
        dataset, position = extract.dataset, extract.position
        if dataset != open_data.MANIFEST:
            batch = batch_of(session, dataset, position, now=now)
    if dataset == open_data.MANIFEST:
        files, pieces = _files(store, extract)
        manifest = Manifest(extract.day, now, files)
        signed = rules.sign_manifest(manifest, log_keys.signing_key(settings()))
        open_data.publish(number, signed, parquet=pieces, message=work.id, now=clock.now())
        return
    csv = rules.csv_part(dataset, batch.rows, first=position == 0)
    jsonl = rules.jsonl_part(dataset, batch.rows)
    made = open_data.MadePart(
        rows=len(batch.rows),
        csv_key=_kept(store, csv, "csv"),
        csv_size=len(csv),
        jsonl_key=_kept(store, jsonl, "jsonl"),
        jsonl_size=len(jsonl),
        position=batch.position,
    )
    open_data.record(number, dataset, position, made, message=work.id, now=clock.now())


def _kept(store: Storage, content: bytes, form: str) -> str:
    """The key of the content, which ends with its SHA-256: what is stored there already is the same."""
    digest = sha256(content).hexdigest()
    key = f"open-data/{digest[:2]}/{form}/{digest}"
    store.put(key, content)
    return key


def _files(store: Storage, extract: OpenDataExtract) -> tuple[tuple[File, ...], dict[str, list[str]] | None]:
    """The files for the manifest, and the pieces of the Parquet files; None where they cannot be made here."""
    found, pieces = list[File](), dict[str, list[str]]()
    made = open_data_parquet.is_installed()
    for dataset in rules.open_data().datasets:
        found += [_joined(store, extract, dataset, form) for form in ("csv", "jsonl")]
        if made:
            file, pieces[dataset] = _parquet(store, extract, dataset)
            found.append(file)
    return tuple(found), pieces if made else None


def _joined(store: Storage, extract: OpenDataExtract, dataset: str, form: str) -> File:
    size, rows, digest = 0, 0, sha256()
    for count, content in _contents(store, extract, dataset, form):
        digest.update(content)
        size, rows = size + len(content), rows + count
    return File(f"{dataset}.{form}", rows, size, digest.hexdigest())


def _parquet(store: Storage, extract: OpenDataExtract, dataset: str) -> tuple[File, list[str]]:
    """Parquet cannot be joined from parts, so it is made of all lines, and stored in pieces as it is written."""
    parts = _contents(store, extract, dataset, "jsonl")
    sink = _Pieces(store)
    rows = open_data_parquet.write_parquet(dataset, (line for _, part in parts for line in part.splitlines()), sink)
    sink.close()
    return File(f"{dataset}.parquet", rows, sink.size, sink.digest.hexdigest()), sink.keys


def _contents(store: Storage, extract: OpenDataExtract, dataset: str, form: str) -> Iterator[tuple[int, bytes]]:
    """The rows and the content of each part."""
    with database.reading() as session:
        parts = parts_of(session, extract, dataset)
    for one in parts:
        key = one.csv_key if form == "csv" else one.jsonl_key
        yield one.rows, stored(store, key, digest=key.rpartition("/")[2])


class _Pieces(BytesIO):
    """A file that is being written: what is whole goes to the storage, so that memory holds one piece."""

    def __init__(self, store: Storage) -> None:
        super().__init__()
        self._store, self.keys, self.size, self.digest = store, list[str](), 0, sha256()

    def write(self, content: Any, /) -> int:
        taken = bytes(content)
        self.digest.update(taken)
        self.size += len(taken)
        super().write(taken)
        if len(self.getbuffer()) >= PIECE:
            self._keep()
        return len(taken)

    def close(self) -> None:
        if not self.closed:
            self._keep()
        super().close()

    def _keep(self) -> None:
        if self.getbuffer():
            self.keys.append(_kept(self._store, self.getvalue(), "parquet"))
        self.seek(0)
        self.truncate()
