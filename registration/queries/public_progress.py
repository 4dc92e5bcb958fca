"""The progress of a case for whoever has its reference and check word, without a sign-in and without names."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from registration.actor import SYSTEM
from registration.errors import NotFound
from registration.keys import secret_key
from registration.matters import workflow_of
from registration.models import Application
from registration.queries.facts import CaseFacts
from registration.rules.tidy import typed_number
from registration.settings import settings

# Without characters that look like others; 32 of them, so that each is five bits of the digest.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


@dataclass(frozen=True)
class PublicProgress:
    """The case, for its state and dates alone; `stages` with how many are behind; None once it has ended elsewhere."""

    case: Application
    stages: tuple[tuple[Mapping[str, str], ...], int] | None


def check_word(ref: str) -> str:
    """The word that the applicant gets with the receipt, such as `7KMW-Q2XD`. Derived with a key, never stored."""
    digest = hmac.new(secret_key(settings()), f"progress:{ref}".encode(), sha256).digest()
    word = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
    return f"{word[:4]}-{word[4:]}"


def public_progress(session: Session, ref: str, word: str, *, now: datetime) -> PublicProgress:
    """NotFound("progress_unknown") alike for a wrong reference, a wrong word, and a case that was never submitted.

    The word is checked first and for any reference, so that neither the answer nor its time tells which cases exist.
    """
    known = reference_of(ref)
    if not is_check_word(word, of=known):
        raise NotFound("progress_unknown")
    case = session.scalars(select(Application).where(col(Application.ref) == known)).one_or_none()
    if case is None or case.submitted_at is None:
        raise NotFound("progress_unknown")
    facts = CaseFacts(session, case, actor=SYSTEM, now=now, inputs={})
    found = workflow_of(case.definition).stages(case.state, facts=facts)
    return PublicProgress(case, (tuple(stage.label for stage in found[0]), found[1]) if found else None)


def is_check_word(word: str, *, of: str) -> bool:
    """Whether this is the check word of the reference `of`, however it was typed; in the same time for every word."""
    return hmac.compare_digest(_plain(check_word(of)), _plain(word))


def reference_of(typed: str) -> str:
    """The reference of a case or a voice as it is stored, however it was typed; any other text as it is."""
    found = re.fullmatch(r"(HY|SQ)([0-9]{4})([0-9]{6,10})", _plain(typed).decode())
    return "-".join(found.groups()) if found else typed


def _plain(word: str) -> bytes:
    return typed_number(word).replace("-", "").upper().encode()
