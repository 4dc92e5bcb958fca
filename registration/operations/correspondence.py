"""Messages between the applicant and the office about a submitted case: written, answered, or settled."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.actor import Actor
from registration.errors import Conflict, Forbidden, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import Application, CaseMessage, CaseMessageFile
from registration.operations import history
from registration.operations.apply import Stored
from registration.operations.case_store import locked
from registration.queries.correspondence import is_closed, unanswered
from registration.queries.object_facts import object_facts
from registration.rules.languages import pair
from registration.rules.prose import prose

LONGEST_MESSAGE = 1000
# Keeps a script from filling a clerk's desk. A person seldom asks more before the first answer.
MOST_UNANSWERED = 20
TO_APPLICANT, TO_OFFICE = "notify.message", "notify.desk_message"
_LABEL = pair("留言", "your message")


def write(
    ref: str, *, words: str, actor: Actor, now: datetime, sent_key: str = "", files: Sequence[Stored] = ()
) -> str:
    """Writes a message to the other side, which gets a notice; returns its reference.

    `sent_key` names the form it was typed in: a form that is sent twice is one message. An answer of the office
    answers everything before it. NotFound or Forbidden; Conflict("case_is_closed") once the case has ended,
    Conflict("messages_wait") while too many wait for an answer; InvalidInput at `words`.
    """
    with database.transaction() as session:
        case = _admitted(session, locked(session, ref), actor)
        key = sent_key or token_urlsafe(12)
        if (sent := _sent_before(session, case, key)) is not None:
            return sent
        waiting = unanswered(session, case)
        text = _fit(case, words, actor=actor, waiting=len(waiting))
        message = _keep(session, case, text, key=key, actor=actor, now=now, files=files)
        if actor.is_staff:
            _answer(waiting, now=now)
        case.asked = not actor.is_staff
        session.flush()
        _note(session, case, "answer" if actor.is_staff else "write", actor=actor, now=now, message=message.ref)
        effect = TO_APPLICANT if actor.is_staff else TO_OFFICE
        outbox.put(session, effect, now=now, application_id=case.id)
        return message.ref


def may_write(ref: str, *, words: str, actor: Actor, sent_key: str = "") -> bool:
    """Whether `write` would write now; False for a form that was sent before. The same refusals.

    For the edges, which store files before they write: of a message that is refused no file is stored.
    """
    with database.reading() as session:
        found = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
        if found is None:
            raise NotFound(ref=ref)
        case = _admitted(session, found, actor)
        if _sent_before(session, case, sent_key) is not None:
            return False
        _fit(case, words, actor=actor, waiting=len(unanswered(session, case)))
        return True


def settle(ref: str, *, actor: Actor, now: datetime) -> int:
    """The office says that the waiting messages need no answer, such as a word of thanks; returns their number."""
    with database.transaction() as session:
        case = _admitted(session, locked(session, ref), actor)
        if not actor.is_staff:
            raise Forbidden(rule="message.write")
        waiting = unanswered(session, case)
        _answer(waiting, now=now)
        case.asked = False
        if waiting:
            session.flush()
            _note(session, case, "settle", actor=actor, now=now, message=waiting[-1].ref)
        return len(waiting)


def _admitted(session: Session, case: Application, actor: Actor) -> Application:
    access.require("message.write", actor, object_facts(session, case, actor))
    if case.submitted_at is None:
        raise Conflict("case_not_submitted", ref=case.ref)
    return case


def _fit(case: Application, words: str, *, actor: Actor, waiting: int) -> str:
    """The text as it is kept."""
    if is_closed(case):
        raise Conflict("case_is_closed", ref=case.ref)
    if not actor.is_staff and waiting >= MOST_UNANSWERED:
        raise Conflict("messages_wait", ref=case.ref, most=MOST_UNANSWERED)
    return prose("words", words, most=LONGEST_MESSAGE, required=True, label=_LABEL)


def _sent_before(session: Session, case: Application, key: str) -> str | None:
    same = (col(CaseMessage.application_id) == case.id, col(CaseMessage.sent_key) == key)
    return session.scalars(select(col(CaseMessage.ref)).where(*same)).one_or_none()


def _keep(
    session: Session,
    case: Application,
    text: str,
    *,
    key: str,
    actor: Actor,
    now: datetime,
    files: Sequence[Stored],
) -> CaseMessage:
    message = CaseMessage(
        ref=token_urlsafe(12),
        application_id=case.id,
        from_office=actor.is_staff,
        author=actor.tag,
        words=encrypt(text, case=case.ref),
        sent_key=key,
        written_at=now,
    )
    session.add(message)
    session.flush()
    for one in files:
        columns = {name: value for name, value in vars(one).items() if name != "faults"}
        session.add(CaseMessageFile(ref=token_urlsafe(12), message_id=message.id, **columns))
    return message


def _answer(waiting: Sequence[CaseMessage], *, now: datetime) -> None:
    for one in waiting:
        one.answered_at = now


def _note(session: Session, case: Application, verb: str, *, actor: Actor, now: datetime, message: str) -> None:
    """The history says that a message was written, not what it says."""
    role = min(actor.roles & access.OFFICE) if actor.is_staff else "applicant"
    data = {"message": message}
    history.note(session, case, f"message:{verb}", actor=actor, role=role, now=now, data=data)
