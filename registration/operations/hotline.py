"""What the city's citizen desk does for a caller: looks a case up, files a voice and follows one, each with a line.

A case is shown with its check word alone, as the caller reads it out; a voice that the hotline filed itself needs none.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from registration import access, database
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import NotFound
from registration.operations import audit, voices
from registration.operations.voices import VoiceData
from registration.queries.public_progress import PublicProgress, public_progress, reference_of
from registration.queries.voices import VoiceRow, read_voice, voice_of_hotline

Found = TypeVar("Found")


def look_up(ref: str, word: str, *, actor: Actor, now: datetime) -> PublicProgress:
    """The progress of a case. NotFound("progress_unknown") alike for a wrong reference and a wrong word."""
    return _noted(
        "application:look_up",
        lambda session: public_progress(session, ref, word, now=now),
        actor=actor,
        now=now,
        ref=ref,
    )


def follow(ref: str, word: str, *, actor: Actor, now: datetime) -> VoiceRow:
    """What became of a voice. Without the word only one that the hotline filed; NotFound("voice_unknown") else."""
    return _noted(
        "voice:look_up",
        lambda session: voice_of_hotline(session, ref) or read_voice(session, ref, word),
        actor=actor,
        now=now,
        voice=ref,
    )


def file_for_caller(data: VoiceData, *, actor: Actor, now: datetime) -> str:
    """Files a voice of a caller and returns its number. Raises as `voices.file`."""
    access.require("hotline.use", actor, ObjectFacts())
    return voices.file(data, now=now, hotline=actor)


def _noted(tag: str, look: Callable[[Session], Found], *, actor: Actor, now: datetime, **typed: str) -> Found:
    """What is found; the line is committed before anything is shown, and for what is refused too."""
    access.require("hotline.use", actor, ObjectFacts())
    # A check word that was typed into the wrong field stays out of the audit.
    told = {name: known if _is_reference(known := reference_of(text)) else "" for name, text in typed.items()}
    with database.transaction() as session:
        try:
            found, refusal = look(session), None
        except NotFound as unknown:
            found, refusal = None, unknown
        audit.note(session, tag, subject=actor.tag, now=now, result="refused" if refusal else "done", **told)
    if found is None:
        raise refusal or NotFound
    return found


def _is_reference(text: str) -> bool:
    return text.startswith(("HY-", "SQ-"))
