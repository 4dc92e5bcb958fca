"""Receives a document, for pages and API alike: from the uploaded bytes to the row of the case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import IO

import structlog

from registration import database
from registration.actor import Actor
from registration.errors import InvalidInput
from registration.gateways.antivirus import antivirus
from registration.gateways.sandbox import Limits, TooCostly, run
from registration.gateways.storage import Storage, storage
from registration.http.request_queue import out_of_turn
from registration.models import Material
from registration.operations import apply
from registration.operations.apply import Stored
from registration.queries.quota import Quota, require_room
from registration.rules.problems import Problem
from registration.rules.registrar_profiles import SEAL_BYTES
from registration.settings import Settings

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
NAME_LENGTH = 120
# Of the sandbox: neither a PDF nor a picture.
KIND_UNKNOWN = "upload.kind_unknown"
MOST_IN_A_MESSAGE = 5
MEGABYTE = 1024 * 1024
# A picture of 100 million pixels needs 300 MB for itself; a document of 300 pages is read in a second.
LIMITS = Limits(cpu_seconds=6, seconds=8.0, memory=1024 * MEGABYTE, answer=32 * MEGABYTE)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came; `faults` are known already of a document that was made of several pictures."""

    data: bytes
    filename: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be stored; `filename` has the extension of the actual content.

    `made` is what is stored instead of a picture that browsers do not show. `faults` are codes of messages that say
    why a person may fail to read it.
    """

    content_type: str
    pages: int
    filename: str
    faults: tuple[str, ...] = ()
    made: bytes | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A document of a case now."""

    material: Material
    faults: tuple[str, ...]


def take(
    ref: str,
    kind: str,
    sent: Sent,
    *,
    settings: Settings,
    actor: Actor,
    now: datetime,
    replaces: str | None = None,
) -> Taken:
    """Judges and keeps a document of `kind` for this case.

    A file that is refused changes nothing: InvalidInput at `file`. Unavailable when there is no room to read it now.
    The caller checks before that the actor may edit the case; it is checked again when the row is written.
    """
    stored = checked(ref, sent, settings=settings, actor=actor, now=now)
    made = apply.attach(ref, kind, stored, actor=actor, now=now, replaces=replaces, quota=Quota.of(settings))
    return Taken(made, stored.faults)


def checked(ref: str, sent: Sent, *, settings: Settings, actor: Actor, now: datetime) -> Stored:
    """Judges and stores a file that no row names yet. The same refusals as `take`."""
    data, judged = examined(ref, sent, settings=settings, actor=actor, now=now)
    kept = keep(data, judged, storage=storage(settings))
    return replace(kept, faults=tuple(dict.fromkeys((*sent.faults, *judged.faults))))


def examined(ref: str, sent: Sent, *, settings: Settings, actor: Actor, now: datetime) -> tuple[bytes, Judged]:
    """What would be stored of this file, and what was found. The same refusals as `take`; nothing is stored."""
    with database.reading() as session:
        require_room(session, actor, len(sent.data), quota=Quota.of(settings), now=now)
    judged = judge(sent.data, sent.filename, most_bytes=settings.upload_bytes)
    data = judged.made or sent.data
    refuse_infected(ref, data, settings=settings)
    return data, judged


def refuse_infected(ref: str, data: bytes, *, settings: Settings) -> None:
    """InvalidInput at `file` with what the virus scanner found."""
    with out_of_turn():
        found = antivirus(settings).finding_in(data)
    if found is not None:
        log.warning("upload.infected", ref=ref, finding=found[:100], sha256=sha256(data).hexdigest())
        raise InvalidInput([Problem("file", "upload.infected", {"finding": found[:100]})])


def checked_for_message(
    ref: str, sent: Sequence[Sent], *, settings: Settings, actor: Actor, now: datetime
) -> list[Stored]:
    """The files of one message, with the checks of every document. The caller has asked whether it may be written."""
    if len(sent) > MOST_IN_A_MESSAGE:
        raise InvalidInput([Problem("file", "upload.too_many", {"most": MOST_IN_A_MESSAGE})])
    return [checked(ref, one, settings=settings, actor=actor, now=now) for one in sent]


def received(file: IO[bytes], filename: str | None, *, settings: Settings) -> Sent:
    """What a request brought, and no more of it than shows that it is too large."""
    return Sent(file.read(settings.upload_bytes + 1), filename or "")


def together(files: Sequence[Sent], *, settings: Settings) -> list[Sent]:
    """Several pictures as one PDF with a page for each; the files as they are if one of them is no picture.

    Raises as `take` does.
    """
    if len(files) < 2:
        return list(files)
    judged = [judge(one.data, one.filename, most_bytes=settings.upload_bytes) for one in files]
    if any(one.content_type == PDF for one in judged):
        return list(files)
    made = _worked_on("combine", *(one.made or file.data for one, file in zip(judged, files, strict=True)))
    faults = tuple(fault for one in judged for fault in one.faults)
    return [Sent(made, f"{PurePath(judged[0].filename).stem}.pdf", faults)]


def turned(data: bytes, filename: str, *, content_type: str, faults: Sequence[str] = ()) -> Sent:
    """A stored document, a quarter turn to the right; what was hard to read on it still is."""
    return Sent(_worked_on("turn", data, content_type=content_type), filename, tuple(faults))


def _worked_on(task: str, *parts: bytes, **parameters: str) -> bytes:
    try:
        return run(task, *parts, limits=LIMITS, parameters=parameters).content
    except TooCostly:
        raise InvalidInput([Problem("file", "upload.too_costly")]) from None


def judge(data: bytes, filename: str, *, most_bytes: int = 10 * MEGABYTE, path: str = "file") -> Judged:
    """The type of a file, by its content and never by its name; InvalidInput at `path` with what to do instead.

    It is read in the sandbox, and Unavailable means that there is no room for it now.
    """
    if not data:
        raise InvalidInput([Problem(path, "upload.empty")])
    if len(data) > most_bytes:
        raise InvalidInput([Problem(path, "upload.too_large", {"most": most_bytes // MEGABYTE})])
    try:
        answer = run("document", data, limits=LIMITS)
    except TooCostly:
        raise InvalidInput([Problem(path, "upload.too_costly")]) from None
    found = answer.data
    if "refused" in found:
        raise InvalidInput([Problem(path, found["refused"], found["data"])])
    kind = found["content_type"]
    name = tidy_name(filename, content_type=kind)
    return Judged(kind, found["pages"], name, tuple(found["faults"]), answer.content or None)


def judge_seal(data: bytes) -> bytes:
    """A picture of a seal, whole and PNG; InvalidInput at `seal`. It is read before it is kept: it will be printed on
    every licence."""
    if judge(data, "seal.png", most_bytes=SEAL_BYTES, path="seal").content_type != PNG:
        raise InvalidInput([Problem("seal", "letterhead.seal_malformed", {"most": SEAL_BYTES // 1024})])
    return data


def tidy_name(filename: str, *, content_type: str) -> str:
    """The last part of the name without control characters, and with the ending that its content has."""
    name = PurePath(filename.replace("\\", "/")).name
    seen = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip(" .")
    stem = seen if PurePath(seen).suffix.lower() not in _KNOWN_ENDINGS else PurePath(seen).stem
    ending = PurePath(seen).suffix.lower()
    kept = ending if ending in ENDINGS[content_type] else ENDINGS[content_type][0]
    return (stem.strip(" .")[:NAME_LENGTH] or "file") + kept


_KNOWN_ENDINGS = frozenset(ending for endings in ENDINGS.values() for ending in endings) | {".heic", ".heif"}


def keep(data: bytes, judged: Judged, *, storage: Storage) -> Stored:
    """Stores a checked file under its digest, so that a file that is uploaded twice is stored once."""
    digest = sha256(data).hexdigest()
    key = f"materials/{digest[:2]}/{digest}"
    storage.put(key, data)
    return Stored(judged.filename, judged.content_type, len(data), judged.pages, digest, key)
