"""Mails to the office about voices of anybody; none repeats what was written."""

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.access import HEADS
from registration.models import Voice
from registration.queries.desk_notices import staff_of
from registration.queries.letters import Letter, mail_texts, mail_to
from registration.rules.languages import known
from registration.rules.reference import texts
from registration.settings import settings

FILE = "reference/voice_mails.yaml"
FILED, LATE = "notify.desk_voice", "notify.desk_voice_late"
VOICE_MAILS: tuple[str, ...] = tuple(texts(FILE))


def letters_about_voice(effect: str, ref: str) -> list[Letter]:
    """A letter to those responsible for the office that has it now, or of a late one to its directors."""
    with database.reading() as session:
        return _letters(session, effect, ref)


def _letters(session: Session, effect: str, ref: str) -> list[Letter]:
    voice = session.scalars(select(Voice).where(col(Voice.ref) == ref)).one()
    to = staff_of(session, voice.registrar_code, {"director"} if effect == LATE else HEADS)
    values = {"ref": ref, "url": f"{settings().public_url}/desk/voices/{ref}"}
    return [mail_to(one, *mail_texts(FILE, effect, known(one.locale), values)) for one in to]
