"""Makes the daily extract of open data as a chain of messages: each makes one part and orders the next.

So an extract of a large register holds no process for long, goes on after a restart, and is parked for staff where it
cannot. What was published stays until the next is whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from registration import outbox
from registration.clock import local, local_date
from registration.database import reading, transaction
from registration.models import OpenDataExtract, OpenDataPart
from registration.queries.open_data import EFFECT, latest_day
from registration.rules.open_data import open_data

# After office hours, so that the figures of the day are those of a whole day.
HOUR = 19
# Every part is made: what is left is the manifest.
MANIFEST = "manifest"


@dataclass(frozen=True)
class MadePart:
    """A part that is in the storage; `position` is where the next begins, None at the end of the dataset."""

    rows: int
    csv_key: str
    csv_size: int
    jsonl_key: str
    jsonl_size: int
    position: int | None


def begin_daily(*, now: datetime) -> bool:
    """The sweep: orders the extract of the day when it is due, or of today after days without one. Whether it did."""
    today = local_date(now)
    with reading() as session:
        latest = latest_day(session)
    early = latest == today - timedelta(days=1) and local(now).hour < HOUR
    if latest is not None and (latest >= today or early):
        return False
    with transaction() as session:
        if latest_day(session) != latest:
            return False
        extract = OpenDataExtract(day=today, begun_at=now, dataset=next(iter(open_data().datasets)))
        session.add(extract)
        session.flush()
        outbox.put(session, EFFECT, now=now, extract=extract.id)
    return True


def record(extract_id: int, dataset: str, position: int, made: MadePart, *, message: int, now: datetime) -> None:
    """Records a part and orders the next. Nothing for a message that is done."""
    with transaction() as session:
        extract = _begun(session, extract_id, dataset, position, message=message)
        if extract is None:
            return
        session.add(
            OpenDataPart(
                extract_id=extract_id,
                dataset=dataset,
                position=position,
                rows=made.rows,
                csv_key=made.csv_key,
                csv_size=made.csv_size,
                jsonl_key=made.jsonl_key,
                jsonl_size=made.jsonl_size,
            )
        )
        extract.dataset = dataset if made.position is not None else _after(dataset)
        extract.position = made.position or 0
        outbox.put(session, EFFECT, now=now, extract=extract_id)


def publish(
    extract_id: int, signed: str, *, parquet: Mapping[str, list[str]] | None, message: int, now: datetime
) -> None:
    """Publishes an extract with its signed manifest. Nothing for a message that is done."""
    with transaction() as session:
        extract = _begun(session, extract_id, MANIFEST, 0, message=message)
        if extract is not None:
            extract.signed, extract.published_at = signed, now
            extract.parquet = dict(parquet) if parquet is not None else None


def _begun(session: Session, number: int, dataset: str, position: int, *, message: int) -> OpenDataExtract | None:
    """The extract, if it still stands where this message found it."""
    if not outbox.finish(session, message):
        return None
    query = select(OpenDataExtract).where(col(OpenDataExtract.id) == number).with_for_update()
    extract = session.scalars(query).one()
    return extract if (extract.dataset, extract.position, extract.signed) == (dataset, position, None) else None


def _after(dataset: str) -> str:
    keys = [*open_data().datasets, MANIFEST]
    return keys[keys.index(dataset) + 1]
