"""Work for a person that is not a case on the desk: a count for each page where it is decided."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration.access import ACCESS
from registration.actor import Actor
from registration.database import stays_open
from registration.models import Application, LicenceProposal, RegistrarProfile
from registration.queries import (
    delayed_decisions,
    feedback,
    misuse,
    outbox,
    phrases,
    published_voices,
    sample_audits,
    setting_changes,
    staff_changes,
    straight_through,
    supervision,
    verification,
    voices,
    workflow_versions,
)
from registration.queries.case_rows import Ahead, PageQuery

Counts = Callable[[Actor], tuple[Select[int], ...]]


def attention(session: Session, *, actor: Actor) -> dict[str, int]:
    """How much of each of COUNTS waits for this actor; 0 of what another role decides. It is one statement, which a
    page sends once."""
    known: dict[Actor, dict[str, int]] = session.info.setdefault("attention", {}) if stays_open(session) else {}
    if actor not in known:
        names, query = _asked(actor.person)
        ((*numbers,),) = query.rows(session) if query is not None else [()]
        found = Counter[str]()
        for name, number in zip(names, numbers, strict=True):
            found[name] += number or 0
        known[actor] = {name: found[name] for name in COUNTS}
    return known[actor]


def attention_ahead(actor: Actor) -> list[Ahead]:
    """What `attention` asks."""
    _names, query = _asked(actor.person)
    return [(query, {})] if query is not None else []


@lru_cache(maxsize=256)
def _asked(actor: Actor) -> tuple[tuple[str, ...], PageQuery | None]:
    """The statement for this actor, and what each of its numbers belongs to. Preparing it takes longer than asking."""
    asked = [
        (name, one.scalar_subquery())
        for name, (rule, counts) in COUNTS.items()
        if actor.roles & ACCESS[rule].staff
        for one in counts(actor)
    ]
    return tuple(name for name, _one in asked), PageQuery(select(*(one for _name, one in asked))) if asked else None


def _proposals(actor: Actor) -> Select[int]:
    return (
        select(func.count(col(LicenceProposal.id)))
        .join(Application, col(Application.id) == col(LicenceProposal.application_id))
        .where(col(LicenceProposal.status) == "open", col(LicenceProposal.proposed_by) != actor.tag)
        .where(col(Application.registrar_code) == actor.registrar_code)
    )


def _letterheads(actor: Actor) -> Select[int]:
    return select(func.count(col(RegistrarProfile.id))).where(
        col(RegistrarProfile.status) == "proposed",
        col(RegistrarProfile.registrar_code) == actor.registrar_code,
        col(RegistrarProfile.prepared_by) != actor.tag,
    )


# The rule of access under which each is decided or answered, and the queries of which its number is the sum.
COUNTS: Mapping[str, tuple[str, Counts]] = {
    "proposals": ("licence.decide", lambda actor: (_proposals(actor),)),
    # With reasons for a refusal, to which the page of the letterheads leads: they wait for a second person too.
    "letterheads": ("letterhead.decide", lambda actor: (_letterheads(actor), phrases.waiting_count(actor))),
    "parked": ("outbox.manage", lambda actor: (outbox.parked_count(actor),)),
    "misuse": ("misuse.decide", lambda actor: (misuse.open_count(actor),)),
    "feedback": ("feedback.answer", lambda actor: (feedback.open_count(actor),)),
    "orders": ("supervision.answer", lambda actor: (supervision.open_count(actor),)),
    # With answers whose publication waits for a second person, on the same page.
    "voices": ("voice.answer", lambda actor: (voices.open_count(actor), published_voices.waiting_count(actor))),
    "accounts": ("account.manage", lambda actor: (staff_changes.waiting_count(actor),)),
    "settings": ("setting.decide", lambda actor: (setting_changes.waiting_count(actor),)),
    "barred": (
        "barred.decide",
        lambda actor: (setting_changes.waiting_count(actor, kinds=(setting_changes.BARRED,)),),
    ),
    "workflows": ("workflow.decide", lambda actor: (workflow_versions.waiting_count(actor),)),
    "switches": ("straight_through.decide", lambda actor: (straight_through.waiting_count(actor),)),
    "samples": ("sample.audit", lambda actor: (sample_audits.open_count(actor),)),
    "undo": ("inbox.read", lambda actor: (delayed_decisions.own_count(actor),)),
    "faults": ("records.verify", lambda _actor: (verification.faults_found(),)),
}
