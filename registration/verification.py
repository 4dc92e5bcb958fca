"""The public check of a licence as a file, shared by page, API and command line.

There are three answers, and each edge says them in its own form: the file was checked (`FileCheck`, whatever the
verdict); it is refused, since it cannot be looked at (InvalidInput at `file`); there was no room or no time to look at
it (Unavailable). A file that was not looked at is never called a forgery: it may well be one of ours.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from registration import clock, database
from registration.errors import InvalidInput, Unavailable
from registration.gateways.examination import TOO_COSTLY, Examined, examine
from registration.keys.trust import TrustAnchors
from registration.operations.verify import note_check
from registration.queries.licences import Checked, check_code, check_file, check_issued_file, check_token
from registration.rules.problems import Problem
from registration.settings import Settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileCheck:
    """What the register says of a file, and what was found in it; nothing was when there was no room to look into a
    file that is ours byte for byte."""

    checked: Checked
    examined: Examined | None


def check_number(typed: str) -> Checked:
    """By number, noted. `typed` may be too long or none at all."""
    with database.reading() as session:
        checked = check_code(session, typed)
    note_check(checked, now=clock.now())
    return checked


def check_address(token: str) -> Checked:
    """By the token of the QR code, noted."""
    with database.reading() as session:
        checked = check_token(session, token)
    note_check(checked, now=clock.now())
    return checked


def check_upload(file: IO[bytes] | None, *, settings: Settings) -> FileCheck:
    """By the file, noted: the register first, then the file itself.

    Raises InvalidInput and Unavailable.
    """
    pdf = read(file, most_bytes=settings.upload_bytes)
    digest = sha256(pdf).hexdigest()
    with database.reading() as session:
        checked = check_issued_file(session, digest)
    if checked is not None:
        found = _examined_if_there_is_room(pdf, digest, settings)
        # Identical to the issued file. Doubts about its signature are reported all the same.
        answer = FileCheck(checked.with_doubts(found.problems if found else ()), found)
    else:
        found = look_into(pdf, settings=settings)
        with database.reading() as session:
            answer = FileCheck(check_file(session, digest, doubts=found.problems, claimed=found.claimed), found)
    note_check(answer.checked, now=clock.now())
    return answer


def read(file: IO[bytes] | None, *, most_bytes: int) -> bytes:
    """The file, or InvalidInput at `file`: `upload.empty`, `upload.too_large`. No more is read than shows that."""
    content = file.read(most_bytes + 1) if file is not None else b""
    if not content:
        raise InvalidInput([Problem("file", "upload.empty")])
    if len(content) > most_bytes:
        raise InvalidInput([Problem("file", "upload.too_large", {"most": most_bytes // MEGABYTE})])
    return content


def look_into(pdf: bytes, *, settings: Settings) -> Examined:
    """What the file itself shows, without the register. Raises Unavailable `file_too_costly`, `sandbox_busy`."""
    found = examine(pdf, sha256=sha256(pdf).hexdigest(), believed=TrustAnchors.of_deployment(settings))
    if TOO_COSTLY in found.problems:
        raise Unavailable("file_too_costly")
    return found


def _examined_if_there_is_room(pdf: bytes, digest: str, settings: Settings) -> Examined | None:
    """The verdict on an issued file does not depend on this: it only adds details of the signature."""
    try:
        found = examine(pdf, sha256=digest, believed=TrustAnchors.of_deployment(settings))
    except Unavailable:
        return None
    return None if TOO_COSTLY in found.problems else found
