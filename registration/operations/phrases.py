"""A registrar's own opinions and reasons: added, put in order, ended, and never deleted, because cases name them.

A reason for a refusal needs law that is in force and a second person, since a refusal rests on it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.clock import local_date
from registration.database import transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.matters import matters
from registration.models import OwnPhrase
from registration.operations.audit import note
from registration.operations.review import paper_faults
from registration.operations.second_person import CONFIRM, DECISIONS, REFUSE, WITHDRAW, check_decider
from registration.queries import phrases as known
from registration.rules.matter_folders import matter_data
from registration.rules.norms import in_force, is_citation
from registration.rules.own_phrases import CORRECTION, KINDS, OPINION, REFUSAL
from registration.rules.problems import Problem
from workflows.definition.values import CHINESE, DEFAULTS

MOST_WORDS = 500


@dataclass(frozen=True)
class PhraseData:
    """What is typed. `words` and `remedy` by language, of which only the Chinese is needed; `law` has citations such as
    `MR 20`."""

    kind: str
    matter: str
    words: Mapping[str, str]
    remedy: Mapping[str, str] = field(default_factory=dict)
    action: str = ""
    law: tuple[str, ...] = ()


def add(data: PhraseData, *, actor: Actor, now: datetime) -> OwnPhrase:
    """Adds it to those of the actor's registrar; a refusal's waits for another person. InvalidInput, Forbidden."""
    admit("phrase.change", actor)
    if problems := _problems(data, now):
        raise InvalidInput(problems)
    with transaction() as session:
        row = OwnPhrase(
            ref=secrets.token_hex(8),
            registrar_code=str(actor.registrar_code),
            matter=data.matter,
            kind=data.kind,
            action=data.action if data.kind == OPINION else "",
            words=_stripped(data.words),
            remedy=_stripped(data.remedy) if data.kind == CORRECTION else {},
            law=list(data.law) if data.kind == REFUSAL else [],
            position=_last(session, actor, data.kind) + 1,
            status="proposed" if data.kind == REFUSAL else "used",
            added_by=actor.tag,
            added_at=now,
        )
        session.add(row)
        session.flush()
        _note(session, row, "add", {}, actor=actor, now=now)
    known.forget()
    return row


def decide(ref: str, decision: str, *, words: str, actor: Actor, now: datetime) -> OwnPhrase:
    """`confirm` or `refuse` a reason by another person, `withdraw` it by who added it. Raises as for staff accounts."""
    admit("phrase.change", actor)
    with transaction() as session:
        row = _locked(session, ref, actor)
        if decision not in DECISIONS:
            raise InvalidInput([Problem("decision", "choice.unknown")])
        if decision == REFUSE and not words.strip():
            raise InvalidInput([Problem("words", "staff_change.reason_missing")])
        if row.status != "proposed":
            raise Conflict("proposal_decided")
        check_decider(decision, proposed_by=row.added_by, actor=actor)
        before = _as_kept(row)
        row.status = {CONFIRM: "used", REFUSE: "refused", WITHDRAW: "withdrawn"}[decision]
        row.decided_by, row.decided_at, row.decision = actor.tag, now, words.strip()[:MOST_WORDS]
        _note(session, row, decision, before, actor=actor, now=now)
    known.forget()
    return row


def end(ref: str, *, actor: Actor, now: datetime) -> OwnPhrase:
    """Offers it no more; cases that name it keep its words. NotFound, Conflict if it is not in use."""
    admit("phrase.change", actor)
    with transaction() as session:
        row = _locked(session, ref, actor)
        if row.status != "used":
            raise Conflict("phrase_not_used")
        before = _as_kept(row)
        row.status, row.ended_by, row.ended_at = "ended", actor.tag, now
        _note(session, row, "end", before, actor=actor, now=now)
    known.forget()
    return row


def move(ref: str, *, up: bool, actor: Actor, now: datetime) -> None:
    """Puts it before the one above or behind the one below; nothing at the end of the list."""
    admit("phrase.change", actor)
    with transaction() as session:
        row = _locked(session, ref, actor)
        place = col(OwnPhrase.position)
        beyond = place < row.position if up else place > row.position
        query = _alike(actor, row.kind).where(col(OwnPhrase.status) == "used", col(OwnPhrase.action) == row.action)
        query = query.where(beyond).order_by(place.desc() if up else place).limit(1).with_for_update()
        other = session.scalars(query).first()
        if other is None:
            return
        before = _as_kept(row)
        row.position, other.position = other.position, row.position
        _note(session, row, "move", before, actor=actor, now=now)
    known.forget()


def _problems(data: PhraseData, now: datetime) -> list[Problem]:
    if data.kind not in KINDS or data.matter not in matters():
        return [Problem("kind", "choice.unknown")]
    texts = {"words": data.words, **({"remedy": data.remedy} if data.kind == CORRECTION else {})}
    missing = [name for name, text in texts.items() if not text.get(CHINESE, "").strip()]
    found = [Problem(f"{name}.{CHINESE}", "field.missing") for name in missing]
    for name, text in texts.items():
        found += [fault for lang in DEFAULTS for fault in paper_faults(f"{name}.{lang}", text.get(lang, ""))]
    if data.kind == OPINION and data.action not in matter_data(data.matter).opinions.opinions:
        found.append(Problem("action", "choice.unknown"))
    return [*found, *(_law_problems(data.law, now) if data.kind == REFUSAL else [])]


def _stripped(words: Mapping[str, str]) -> dict[str, str]:
    return {lang: text for lang in DEFAULTS if (text := words.get(lang, "").strip())}


def _law_problems(law: tuple[str, ...], now: datetime) -> list[Problem]:
    if not law:
        return [Problem("law", "phrase.law_missing")]
    unknown = [one for one in law if not is_citation(one)]
    if unknown:
        return [Problem("law", "phrase.law_unknown", {"citations": ", ".join(unknown)})]
    over = [one for one in law if not in_force(one, local_date(now))]
    return [Problem("law", "phrase.law_over", {"citations": ", ".join(over)})] if over else []


def _alike(actor: Actor, kind: str) -> Select[OwnPhrase]:
    return select(OwnPhrase).where(col(OwnPhrase.registrar_code) == actor.registrar_code, col(OwnPhrase.kind) == kind)


def _last(session: Session, actor: Actor, kind: str) -> int:
    query = select(func.max(col(OwnPhrase.position))).where(
        col(OwnPhrase.registrar_code) == actor.registrar_code, col(OwnPhrase.kind) == kind
    )
    return session.scalars(query).one() or 0


def _locked(session: Session, ref: str, actor: Actor) -> OwnPhrase:
    query = select(OwnPhrase).where(col(OwnPhrase.ref) == ref, col(OwnPhrase.registrar_code) == actor.registrar_code)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound(phrase=ref)
    return found


def _as_kept(row: OwnPhrase) -> dict[str, object]:
    return {
        "text": dict(row.words),
        "remedy": dict(row.remedy),
        "law": list(row.law),
        "position": row.position,
        "status": row.status,
    }


def _note(
    session: Session, row: OwnPhrase, step: str, before: dict[str, object], *, actor: Actor, now: datetime
) -> None:
    told = {"phrase": known.code_of(row), "kind": row.kind, "registrar": row.registrar_code, "words": row.decision}
    note(session, f"phrase:{step}", subject=actor.tag, now=now, **told, before=before, after=_as_kept(row))
