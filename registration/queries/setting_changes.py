"""Changes of settings that wait for a second person or were decided, for those who may decide them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from registration.access import ObjectFacts, allows
from registration.actor import Actor
from registration.models import SettingChange

CALENDAR, NUMBERS, BARRED, NAMES, WORDS, WEBHOOK = ("calendar", "numbers", "barred", "names", "name_words", "webhook")
# The access rule of those who decide each kind. Lists of barred persons belong to one registrar.
DECIDED_UNDER = {
    CALENDAR: "setting.decide",
    NUMBERS: "setting.decide",
    BARRED: "barred.decide",
    NAMES: "system.manage",
    WORDS: "setting.decide",
    WEBHOOK: "setting.decide",
}
# What a second administrator decides.
OF_THE_SYSTEM = (CALENDAR, NUMBERS, WORDS, WEBHOOK)
MOST = 50
_FILE = defer(vars(SettingChange)["content"], raiseload=True)


def open_changes(session: Session, *, actor: Actor, kinds: Sequence[str] = ()) -> Sequence[SettingChange]:
    """Those that wait, the oldest first; of all kinds that the actor may decide, or of `kinds` among them."""
    query = select(SettingChange).where(*_own(actor, kinds), col(SettingChange.status) == "open")
    return session.scalars(query.order_by(col(SettingChange.id)).options(_FILE)).all()


def decided_changes(session: Session, *, actor: Actor, kinds: Sequence[str] = ()) -> Sequence[SettingChange]:
    """The newest decided ones first."""
    query = select(SettingChange).where(*_own(actor, kinds), col(SettingChange.status) != "open")
    return session.scalars(query.order_by(col(SettingChange.id).desc()).options(_FILE).limit(MOST)).all()


def waiting_count(actor: Actor, *, kinds: Sequence[str] = OF_THE_SYSTEM) -> Select[int]:
    """How many this actor can decide."""
    return select(func.count(col(SettingChange.id))).where(
        *_own(actor, kinds), col(SettingChange.status) == "open", col(SettingChange.proposed_by) != actor.tag
    )


def may_decide(change: SettingChange, actor: Actor) -> bool:
    """Whether the actor is one of those who decide this kind, here."""
    here = change.registrar_code is None or change.registrar_code == actor.registrar_code
    return here and allows(DECIDED_UNDER[change.kind], actor, ObjectFacts())


def _own(actor: Actor, kinds: Sequence[str]) -> list[ColumnElement[bool]]:
    allowed = [kind for kind, rule in DECIDED_UNDER.items() if allows(rule, actor, ObjectFacts())]
    chosen = [kind for kind in allowed if not kinds or kind in kinds]
    registrar = col(SettingChange.registrar_code)
    return [col(SettingChange.kind).in_(chosen), or_(registrar.is_(None), registrar == actor.registrar_code)]
