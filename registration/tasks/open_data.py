"""Makes a part of an extract of open data in the storage, and at its end the signed manifest over all files."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from registration import clock, database
from registration.documents.downloads import stored
from registration.gateways.storage import Storage, storage
from registration.keys import log as log_keys
from registration.models import OpenDataExtract
from registration.operations import open_data
from registration.outbox import Work
from registration.queries.open_data import EFFECT, batch_of, parts_of
from registration.rules import open_data as rules
from registration.rules.open_data import FORMS, File, Manifest
from registration.settings import settings

__all__ = ["EFFECT", "make_part"]


def make_part(work: Work) -> None:
    now, number = clock.now(), int(work.payload["extract"])
    store = storage(settings())
    with database.reading() as session:
        extract = session.get_one(OpenDataExtract, number)
        dataset, position = extract.dataset, extract.position
        if dataset != open_data.MANIFEST:
            batch = batch_of(session, dataset, position, now=now)
    if dataset == open_data.MANIFEST:
        signed = rules.sign_manifest(_manifest(store, extract, now=now), log_keys.signing_key(settings()))
        open_data.publish(number, signed, message=work.id, now=clock.now())
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


def _manifest(store: Storage, extract: OpenDataExtract, *, now: datetime) -> Manifest:
    files = tuple(_file(store, extract, dataset, form) for dataset in rules.open_data().datasets for form in FORMS)
    return Manifest(extract.day, now, files)


def _file(store: Storage, extract: OpenDataExtract, dataset: str, form: str) -> File:
    with database.reading() as session:
        parts = parts_of(session, extract, dataset)
    keys: Iterator[str] = (one.csv_key if form == "csv" else one.jsonl_key for one in parts)
    size, digest = 0, sha256()
    for key in keys:
        content = stored(store, key, digest=key.rpartition("/")[2])
        digest.update(content)
        size += len(content)
    return File(f"{dataset}.{form}", sum(one.rows for one in parts), size, digest.hexdigest())
