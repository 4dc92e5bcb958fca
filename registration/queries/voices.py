"""Voices of anybody, as the office reads them at its desk and the sender with number and check word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, col

from registration import access
from registration.access import HEADS, ObjectFacts
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Account, Registrar, Voice, VoiceEntry
from registration.queries.public_progress import is_check_word, reference_of
from registration.rules.voices import CONFIDENTIAL

# So many open and so many ended ones are on a page; the search looks at more of them.
MOST_SHOWN, MOST_SEARCHED = 100, 1000
# The first step of a voice that the city's hotline filed for a caller.
BY_HOTLINE = "file_by_hotline"


@dataclass(frozen=True)
class VoiceRow:
    """A voice in the clear. `assignee` is a staff number, `office` the name of the registrar by language."""

    voice: Voice
    office: Registrar
    assignee: str | None
    words: str
    contact: str
    answer: str

    @property
    def is_open(self) -> bool:
        return self.voice.status == "open"

    def is_late(self, *, now: datetime) -> bool:
        """Whether the term is over without an answer, or was when it ended."""
        return (self.voice.ended_at or now) > self.voice.due_at


@dataclass(frozen=True)
class VoiceStep:
    """A step of the history in the clear; `offices` has the names of those that a handover names, by code."""

    entry: VoiceEntry
    words: str


@dataclass(frozen=True)
class VoiceList:
    """`left_out` says that there are more than are shown or were searched."""

    rows: Sequence[VoiceRow]
    left_out: bool


def may_see(voice: Voice, actor: Actor) -> bool:
    """Of the own office: those responsible all, others what is assigned to them and what is not confidential."""
    if voice.registrar_code != actor.registrar_code:
        return False
    return bool(actor.roles & HEADS) or voice.assignee_id == actor.account_id or voice.kind not in CONFIDENTIAL


def may_act(voice: Voice, actor: Actor) -> bool:
    """Who has it, everybody who sees it while nobody has it, and those responsible for the office."""
    return may_see(voice, actor) and (voice.assignee_id in (None, actor.account_id) or bool(actor.roles & HEADS))


def require_seen(session: Session, ref: str, *, actor: Actor, lock: bool = False) -> Voice:
    """The voice. NotFound for another office's, and for a confidential one of somebody else."""
    query = select(Voice).where(col(Voice.ref) == ref)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(voice=ref)
    access.require("voice.answer", actor, ObjectFacts(registrar_code=found.registrar_code))
    if not may_see(found, actor):
        raise NotFound(voice=ref)
    return found


def voice_at(session: Session, ref: str, *, actor: Actor) -> tuple[VoiceRow, list[VoiceStep]]:
    """A voice and its steps, the newest first. NotFound as `require_seen`."""
    require_seen(session, ref, actor=actor)
    row = _row(*session.execute(_rows().where(col(Voice.ref) == ref)).one())
    query = select(VoiceEntry).where(col(VoiceEntry.voice_id) == row.voice.id).order_by(col(VoiceEntry.id).desc())
    return row, [VoiceStep(one, _clear(one.words, ref)) for one in session.scalars(query)]


def voices_at(session: Session, *, actor: Actor, ended: bool, kind: str = "", sought: str = "") -> VoiceList:
    """The open ones by due date or the last ended ones, as far as the actor may see them.

    `sought` is looked for in number, text, contact and answer, which are encrypted: so many rows are opened for it.
    """
    query = _rows().where(_seen_by(actor), col(Voice.status) != "open" if ended else col(Voice.status) == "open")
    if kind:
        query = query.where(col(Voice.kind) == kind)
    order = col(Voice.ended_at).desc() if ended else col(Voice.due_at)
    most = MOST_SEARCHED if sought else MOST_SHOWN
    found = session.execute(query.order_by(order, col(Voice.id)).limit(most + 1)).all()
    rows = [_row(*one) for one in found[:most]]
    wanted = [one for one in rows if _has(one, sought)]
    return VoiceList(wanted[:MOST_SHOWN], len(found) > most or len(wanted) > MOST_SHOWN)


def read_voice(session: Session, ref: str, word: str) -> VoiceRow:
    """The voice for who has its number and check word. NotFound("voice_unknown") alike for a wrong one of either.

    The word is checked first and for any number, so that neither the answer nor its time tells which voices exist.
    """
    known = reference_of(ref)
    found = (
        session.execute(_rows().where(col(Voice.ref) == known)).one_or_none() if is_check_word(word, of=known) else None
    )
    if found is None:
        raise NotFound("voice_unknown")
    return _row(*found)


def voice_of_hotline(session: Session, ref: str) -> VoiceRow | None:
    """The voice of this number, however it was typed, if the hotline filed it for a caller."""
    by_hotline = select(col(VoiceEntry.voice_id)).where(col(VoiceEntry.step) == BY_HOTLINE)
    query = _rows().where(col(Voice.ref) == reference_of(ref), col(Voice.id).in_(by_hotline))
    found = session.execute(query).one_or_none()
    return None if found is None else _row(*found)


def open_count(actor: Actor) -> Select[int]:
    """How many wait for this actor: the own ones, those that nobody has, and of the late ones that were reported every
    one for the director."""
    waits = or_(col(Voice.assignee_id).is_(None), col(Voice.assignee_id) == actor.account_id)
    if "director" in actor.roles:
        waits = or_(waits, col(Voice.escalated_at).is_not(None))
    return select(func.count(col(Voice.id))).where(col(Voice.status) == "open", _seen_by(actor), waits)


def late_voices(session: Session, *, now: datetime, most: int) -> Sequence[int]:
    """The numbers of the rows that the director must be told of and was not."""
    query = select(col(Voice.id)).where(
        col(Voice.status) == "open", col(Voice.escalate_at) < now, col(Voice.escalated_at).is_(None)
    )
    return session.scalars(query.order_by(col(Voice.escalate_at)).limit(most)).all()


def offices(session: Session) -> Sequence[Registrar]:
    """The offices that a voice can be for, by code."""
    return session.scalars(select(Registrar).order_by(col(Registrar.code))).all()


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same as `may_see`, for a query."""
    own = col(Voice.registrar_code) == actor.registrar_code
    if actor.roles & HEADS:
        return own
    return and_(own, or_(col(Voice.assignee_id) == actor.account_id, col(Voice.kind).not_in(sorted(CONFIDENTIAL))))


def _rows() -> Select[Voice, Registrar, str]:
    return (
        select(Voice, Registrar, col(Account.login))
        .join(Registrar, col(Registrar.code) == col(Voice.registrar_code))
        .outerjoin(Account, col(Account.id) == col(Voice.assignee_id))
    )


def _row(voice: Voice, office: Registrar, assignee: str | None) -> VoiceRow:
    words, contact, answer = (_clear(text, voice.ref) for text in (voice.words, voice.contact, voice.answer))
    return VoiceRow(voice, office, assignee, words, contact, answer)


def _clear(text: str, ref: str) -> str:
    return decrypt(text, case=ref) if text else ""


def _has(row: VoiceRow, sought: str) -> bool:
    wanted = sought.strip().casefold()
    return any(wanted in text.casefold() for text in (row.voice.ref, row.words, row.contact, row.answer))
