"""The files that the storage must have, each with the digest recorded when it was stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Licence, Material, Paper


@dataclass(frozen=True)
class StoredFile:
    """`kind` is licence, paper or material; `number` is its number for people."""

    kind: str
    number: str
    key: str
    sha256: str | None


_KINDS: Mapping[str, tuple[type[Licence] | type[Paper] | type[Material], Any]] = {
    "licence": (Licence, col(Licence.serial)),
    "paper": (Paper, col(Paper.number)),
    "material": (Material, col(Material.ref)),
}


def numbered_files(session: Session, kind: str, *, after: int, most: int) -> list[tuple[int, StoredFile]]:
    """The next files of a kind, each with the number of its row."""
    model, number = _KINDS[kind]
    key, digest, own = col(model.storage_key), col(model.sha256), col(model.id)
    query = select(own, number, key, digest).where(key.is_not(None), own > after).order_by(own).limit(most)
    return [(row[0], StoredFile(kind, *row[1:])) for row in session.execute(query)]


def newest_files(session: Session, *, most: int) -> Iterator[StoredFile]:
    """The newest files of each kind, at most `most` of each."""
    for kind, (model, number) in _KINDS.items():
        key, digest = col(model.storage_key), col(model.sha256)
        query = select(number, key, digest).where(key.is_not(None)).order_by(col(model.id).desc()).limit(most)
        yield from (StoredFile(kind, *row) for row in session.execute(query))
