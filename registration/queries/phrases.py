"""The opinions and reasons of registrars: for the rules, and for the pages where they are changed."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.database.known_for_a_while import KnownForAWhile
from registration.models import OwnPhrase
from registration.models.columns import table_of
from registration.rules import own_phrases as rules

KEPT_SECONDS = 10.0
_LETTERS = {rules.OPINION: "O", rules.CORRECTION: "S", rules.REFUSAL: "R"}
# What was refused or withdrawn is named by no case.
_NAMED = ("used", "ended")


def code_of(row: OwnPhrase) -> str:
    """Its name in a case, such as `S-12`; no code of a matter has a hyphen."""
    return _code(row.kind, row.id)


def _code(kind: str, number: int) -> str:
    return f"{_LETTERS[kind]}-{number}"


def _read(connection: Connection) -> tuple[rules.OwnPhrase, ...]:
    table = table_of(OwnPhrase)
    query = select(table).where(table.c.status.in_(_NAMED)).order_by(table.c.position, table.c.id)
    return tuple(
        rules.OwnPhrase(
            code=_code(row.kind, row.id),
            registrar=row.registrar_code,
            matter=row.matter,
            kind=row.kind,
            used=row.status == "used",
            words=rules.filled(row.words),
            action=row.action,
            remedy=rules.filled(row.remedy) if row.remedy else None,
            law=tuple(row.law),
        )
        for row in connection.execute(query)
    )


_known: KnownForAWhile[tuple[rules.OwnPhrase, ...]] = KnownForAWhile(_read, without=(), seconds=KEPT_SECONDS)
rules.read_from(_known.current)


def forget() -> None:
    """Reads them anew, after a change."""
    _known.forget()


def phrases_of(session: Session, *, actor: Actor) -> Sequence[OwnPhrase]:
    """All of the actor's registrar, in their order."""
    access.admit("phrase.read", actor)
    query = select(OwnPhrase).where(col(OwnPhrase.registrar_code) == actor.registrar_code)
    return session.scalars(query.order_by(col(OwnPhrase.position), col(OwnPhrase.id))).all()


def waiting_count(actor: Actor) -> Select[int]:
    """How many reasons for a refusal this actor can decide on."""
    return select(func.count(col(OwnPhrase.id))).where(
        col(OwnPhrase.registrar_code) == actor.registrar_code,
        col(OwnPhrase.status) == "proposed",
        col(OwnPhrase.added_by) != actor.tag,
    )
