"""Questions and answers without names for everybody: proposed by who may act on it, decided by another person."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.models import PublishedVoice, Voice
from registration.operations.second_person import CONFIRM, DECISIONS, REFUSE, WITHDRAW, check_decider
from registration.operations.voices import note_step
from registration.queries.published_voices import living
from registration.queries.voices import may_act, require_seen
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose, prose_among
from registration.rules.voices import LONGEST, names_a_way_to_a_person

_STATUS = {CONFIRM: "published", REFUSE: "refused", WITHDRAW: "withdrawn"}
_QUESTION, _ANSWER = pair("问题", "the question"), pair("答复", "the answer")
_REASON = pair("理由", "the reason")


def propose(ref: str, *, question: str, answer: str, actor: Actor, now: datetime) -> str:
    """Proposes a text of an answered voice for everybody; returns the reference of the proposal.

    NotFound, Forbidden("voice_of_another"); Conflict("voice_not_answered"), Conflict("voice_is_proposed") while one
    waits or is published; InvalidInput at `question` or `answer`, also for numbers and addresses that lead to a person.
    """
    with database.transaction() as session:
        voice = require_seen(session, ref, actor=actor, lock=True)
        if not may_act(voice, actor):
            raise Forbidden("voice_of_another")
        if voice.status != "answered":
            raise Conflict("voice_not_answered")
        if living(session, voice) is not None:
            raise Conflict("voice_is_proposed")
        texts = _fit({"question": (question, _QUESTION), "answer": (answer, _ANSWER)})
        row = PublishedVoice(
            ref=secrets.token_urlsafe(9),
            voice_id=voice.id,
            kind=voice.kind,
            matter=voice.matter,
            question=texts["question"],
            answer=texts["answer"],
            proposed_by=actor.tag,
            proposed_at=now,
        )
        session.add(row)
        note_step(session, voice, "propose", by=actor.tag, now=now, data={"to": "proposed"})
        return row.ref


def decide(ref: str, decision: str, *, words: str, actor: Actor, now: datetime) -> None:
    """`confirm` or `refuse` by another person who is responsible for the office, `withdraw` by who proposed it.

    NotFound, Forbidden("own_proposal"), Forbidden("not_proposer"), Conflict("proposal_decided"), InvalidInput at
    `words` for a refusal without a reason.
    """
    with database.transaction() as session:
        voice, row = _locked(session, ref, actor)
        if decision not in DECISIONS:
            raise InvalidInput([Problem("decision", "choice.unknown")])
        if row.status != "proposed":
            raise Conflict("proposal_decided")
        check_decider(decision, proposed_by=row.proposed_by, actor=actor)
        if decision != WITHDRAW:
            access.require("voice.publish", actor, ObjectFacts(registrar_code=voice.registrar_code))
        row.decision = prose("words", words, most=LONGEST, required=decision == REFUSE, label=_REASON)
        row.status, row.decided_by, row.decided_at = _STATUS[decision], actor.tag, now
        note_step(session, voice, decision, by=actor.tag, now=now, data={"from": "proposed", "to": row.status})


def end(ref: str, *, actor: Actor, now: datetime) -> None:
    """Takes a published text from the public page, by one person, since it must be quick. Conflict("not_published")."""
    with database.transaction() as session:
        voice, row = _locked(session, ref, actor)
        access.require("voice.publish", actor, ObjectFacts(registrar_code=voice.registrar_code))
        if row.status != "published":
            raise Conflict("not_published")
        row.status, row.ended_by, row.ended_at = "ended", actor.tag, now
        note_step(session, voice, "unpublish", by=actor.tag, now=now, data={"from": "published", "to": "ended"})


def _locked(session: Session, ref: str, actor: Actor) -> tuple[Voice, PublishedVoice]:
    found = session.scalars(
        select(PublishedVoice).where(col(PublishedVoice.ref) == ref).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound(published=ref)
    voice = session.get_one(Voice, found.voice_id)
    return require_seen(session, voice.ref, actor=actor), found


def _fit(texts: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """The texts as they are published. InvalidInput with the faults of both."""
    problems: list[Problem] = []
    fit = {}
    for path, (text, label) in texts.items():
        fit[path] = prose_among(problems, path, text, most=LONGEST, required=True, label=label)
        if fit[path] and names_a_way_to_a_person(text):
            problems.append(Problem(path, "voice.names_a_person"))
    if problems:
        raise InvalidInput(problems)
    return fit
