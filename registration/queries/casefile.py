"""A case as one actor may see it: its form, missing items, signers, history and allowed actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.errors import Forbidden, NotFound
from registration.matters import calendar, definition_of, office_hours, parts_of, workflow_of
from registration.models import (
    Application,
    HistoryEntry,
    Licence,
    Material,
    Notice,
    NoticeItem,
    Paper,
    Part,
    Party,
    Registrar,
)
from registration.queries.application_document import PERSONS
from registration.queries.changes import (
    Change,
    changed_documents,
    changed_targets,
    changes_between,
    materials_now,
    revision_of,
)
from registration.queries.correction import open_targets, targets_of_state
from registration.queries.correspondence import unanswered_count
from registration.queries.delayed_decisions import while_delayed
from registration.queries.facts import CaseFacts, form_digest, roles_of
from registration.queries.four_eyes import TookPart
from registration.queries.notes import note_counts
from registration.queries.object_facts import object_facts
from registration.queries.objections import PartObjection, objections_on
from registration.queries.readable import (
    readable_kinds,
    readable_materials,
    shown_form,
    shown_revision,
)
from registration.queries.receipts import ReceiptRow, receipts_on
from registration.queries.sections_asked import sections_asked
from registration.rules.form import Section
from registration.rules.founding_documents.texts import rows_for
from registration.rules.materials import MaterialNeed, listed_materials, without_made
from registration.rules.matter_shapes import DocumentRow
from registration.rules.problems import Problem
from workflows import joins
from workflows.clock import remaining
from workflows.engine import Offer
from workflows.errors import UnknownYear

TaskProgress = Literal["empty", "started", "done"]


@dataclass(frozen=True)
class TaskState:
    """A page of the form: `empty`, `started` (with problems) or `done`; `open` if it may be edited now."""

    section: Section
    state: TaskProgress
    problems: tuple[Problem, ...]
    open: bool


@dataclass(frozen=True)
class Need:
    """A document that the case needs or has: `open` if it may be uploaded or replaced now."""

    need: MaterialNeed
    files: tuple[Material, ...]
    open: bool


@dataclass(frozen=True)
class MadeDocument:
    """A document that the system makes from the answers; a file for one of its `needs` can be uploaded instead."""

    key: str
    row: DocumentRow
    needs: tuple[Need, ...]

    @property
    def kind(self) -> str:
        return self.row.kind


@dataclass(frozen=True)
class PartySignature:
    """A party and whether it has signed, or declined to sign, exactly the present version."""

    party: Party
    valid: bool
    declined: bool = False


@dataclass(frozen=True)
class PartView:
    part: Part
    waits_for: tuple[str, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Correction:
    """The open notice: its items, and those that the applicant has changed since."""

    notice: Notice
    items: tuple[NoticeItem, ...]
    answered: frozenset[str]


@dataclass(frozen=True)
class CaseFile:
    """`form` is unmasked for owner and parties, masked for staff, and limited to the whitelist for agencies.

    `may_look`: the actor may see masked values with a reason. `messages_waiting` have no answer; a draft has none.
    """

    case: Application
    registrar: Registrar
    form: Mapping[str, Any]
    facts: CaseFacts
    tasks: tuple[TaskState, ...]
    needs: tuple[Need, ...]
    documents: tuple[MadeDocument, ...]
    signatures: tuple[PartySignature, ...]
    correction: Correction | None
    parts: tuple[PartView, ...]
    history: tuple[HistoryEntry, ...]
    licences: tuple[Licence, ...]
    papers: tuple[Paper, ...]
    offers: tuple[Offer, ...]
    days_left: int | None
    may_look: bool
    messages_waiting: int
    notes: int
    objections: tuple[PartObjection, ...] = ()
    receipts: tuple[ReceiptRow, ...] = ()

    def offer(self, action: str) -> Offer | None:
        """The action if the table has it in the present state for this actor's role, allowed or not."""
        return next((offer for offer in self.offers if offer.action == action and offer.for_actor), None)


def casefile(session: Session, ref: str, *, actor: Actor, now: datetime, rule: str = "application.read") -> CaseFile:
    """The case as `actor` may see it; NotFound for an unrelated actor."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    known = object_facts(session, case, actor)
    access.require(rule, actor, known)
    facts = CaseFacts(session, case, actor=actor, now=now, inputs={})
    facts.settle()
    correction = _correction(session, case, facts.open_notice)
    opened = open_targets(session, case, facts=facts) if correction is not None else targets_of_state(case)
    roles = roles_of(session, case, actor)
    needs, documents = _needs(session, case, facts, opened, actor=actor)
    offers = workflow_of(case.definition).offers(
        case.state, roles=roles, actor_id=actor.tag, facts=facts, took=TookPart(session, case)
    )
    parts = _parts(session, case, facts, actor=actor)
    licences: tuple[Licence, ...] = _rows(session, Licence, case, order=col(Licence.id))
    return CaseFile(
        case=case,
        registrar=facts.registrar_now,
        form=shown_form(session, case, actor=actor),
        facts=facts,
        tasks=_tasks(case, facts, opened),
        needs=needs,
        documents=documents,
        signatures=_signatures(session, case, facts),
        correction=correction if actor.agency is None else None,
        parts=parts,
        history=_history(session, case, actor=actor),
        licences=licences,
        papers=_rows(session, Paper, case, order=col(Paper.id)),
        offers=tuple(while_delayed(case, actor, offers)),
        days_left=_days_left(case, now=now),
        may_look=access.allows("sensitive.view", actor, known),
        messages_waiting=unanswered_count(session, case) if case.submitted_at else 0,
        notes=note_counts(session, [case.id]).get(case.id, 0) if access.allows("note.read", actor, known) else 0,
        objections=objections_on(session, case, actor=actor) if parts else (),
        receipts=receipts_on(session, case) if licences and actor.agency is None else (),
    )


def _days_left(case: Application, *, now: datetime) -> int | None:
    """Working days to the due date; None without one, or if its year has no calendar yet."""
    if case.due_at is None:
        return None
    try:
        return remaining(now, case.due_at, calendar=calendar(), hours=office_hours())
    except UnknownYear:
        return None


def last_changes(session: Session, case: Application, *, actor: Actor, since: int | None = None) -> list[Change]:
    """The changes of the latest revision against the one before it, or `since` one, masked for the actor."""
    before = revision_of(session, case, case.revision - 1 if since is None else since)
    after = revision_of(session, case, case.revision)
    if before is None or after is None:
        return []
    kinds = readable_kinds(session, case, actor=actor)
    forms = [shown_revision(session, case, one, actor=actor) for one in (before, after)]
    files = [
        {"materials": files_by_kind([row for row in one.materials if row["kind"] in kinds])} for one in (before, after)
    ]
    return changes_between({**forms[0], **files[0]}, {**forms[1], **files[1]})


def files_by_kind(materials: list[dict[str, Any]]) -> dict[str, str]:
    """Kind of document -> names of its files, for a comparison."""
    found: dict[str, str] = {}
    for one in materials:
        found[one["kind"]] = "、".join(filter(None, (found.get(one["kind"]), one["filename"])))
    return found


def _history(session: Session, case: Application, *, actor: Actor) -> tuple[HistoryEntry, ...]:
    """The history; for an officer only that of the parts of the own agency."""
    entries: tuple[HistoryEntry, ...] = _rows(session, HistoryEntry, case, order=col(HistoryEntry.seq))
    if actor.agency is None:
        return entries
    own = select(col(Part.key)).where(col(Part.application_id) == case.id, col(Part.agency) == actor.agency)
    keys = set(session.scalars(own))
    return tuple(entry for entry in entries if keys & {entry.data.get("part"), *(entry.data.get("parts") or ())})


def paper_of(file: CaseFile, ref: str, *, actor: Actor) -> Paper:
    """A paper of the case that the worker has made. NotFound for any other.

    Forbidden to officers if it has personal data: they need a reason to see it (operations/sensitive.py).
    """
    paper = next((one for one in file.papers if one.ref == ref and one.storage_key), None)
    if paper is None:
        raise NotFound(paper=ref)
    if paper.kind == PERSONS and file.case.account_id != actor.account_id:
        raise Forbidden("paper_needs_reason")
    return paper


def _tasks(case: Application, facts: CaseFacts, opened: frozenset[str]) -> tuple[TaskState, ...]:
    by_section: dict[str, list[Problem]] = {}
    for problem in facts.problems:
        by_section.setdefault(problem.section, []).append(problem)
    return tuple(
        TaskState(
            section,
            _state_of(section, facts, by_section.get(section.key, [])),
            tuple(by_section.get(section.key, [])),
            is_open(case, opened, f"section.{section.key}"),
        )
        for section in sections_asked(case, facts)
    )


def _state_of(section: Section, facts: CaseFacts, problems: list[Problem]) -> TaskProgress:
    if section.key not in facts.form:
        return "empty"
    reserved = section.key != "name" or facts.name_is_reserved
    return "done" if reserved and not problems else "started"


def is_open(case: Application, opened: frozenset[str], target: str) -> bool:
    """Whether the applicant may change this now: everything in a draft, in a correction only what is `opened`."""
    kind = definition_of(case.definition).states[case.state].kind
    return kind == "start" or (kind == "applicant" and target in opened)


def _needs(
    session: Session, case: Application, facts: CaseFacts, opened: frozenset[str], *, actor: Actor
) -> tuple[tuple[Need, ...], tuple[MadeDocument, ...]]:
    """The documents that are uploaded, and those that are made from the answers."""
    form, _ = facts.read_form
    present: dict[str, list[Material]] = {}
    for material in readable_materials(session, case, actor=actor):
        present.setdefault(material.kind, []).append(material)
    kinds = readable_kinds(session, case, actor=actor)
    of_case = {"entity_type": case.entity_type, "regime": case.regime, "matter": case.matter}
    listed = listed_materials(form, **of_case, uploaded=present, before=facts.before)
    made = rows_for(form, **of_case, uploaded=present)
    needs = {
        need.kind: Need(need, tuple(present.get(need.kind, [])), is_open(case, opened, f"material.{need.kind}"))
        for need in listed
        if need.kind in kinds
    }
    documents = tuple(
        MadeDocument(key, row, tuple(needs[kind] for kind in row.replaces if kind in needs))
        for key, row in made.items()
        if row.kind in needs
    )
    wanted = without_made(listed, made.values(), uploaded=present)
    return tuple(needs[need.kind] for need in wanted if need.kind in needs), documents


def _signatures(session: Session, case: Application, facts: CaseFacts) -> tuple[PartySignature, ...]:
    digest = form_digest(facts.form, materials_now(session, case))
    rows: tuple[Party, ...] = _rows(session, Party, case, order=col(Party.id))
    return tuple(PartySignature(one, one.signed_digest == digest, one.refused_digest == digest) for one in rows)


def _correction(session: Session, case: Application, notice: Notice | None) -> Correction | None:
    if notice is None:
        return None
    items = session.execute(
        select(NoticeItem).where(col(NoticeItem.notice_id) == notice.id).order_by(col(NoticeItem.id))
    )
    answered = changed_targets(session, case, since_revision=notice.revision)
    made = changed_documents(session, case, since_revision=notice.revision)
    return Correction(notice, tuple(items.scalars()), answered | made)


def _parts(session: Session, case: Application, facts: CaseFacts, *, actor: Actor) -> tuple[PartView, ...]:
    graph = definition_of(case.definition).parts
    rows: tuple[Part, ...] = _rows(session, Part, case, order=col(Part.id))
    if graph is None or not rows:
        return ()
    waits = joins.waits_for(graph, {part.key: part.state for part in rows})
    return tuple(
        PartView(part, waits.get(part.key, ()), _part_offers(session, case, part, facts, actor=actor)) for part in rows
    )


def _part_offers(
    session: Session, case: Application, part: Part, facts: CaseFacts, *, actor: Actor
) -> tuple[Offer, ...]:
    graph = definition_of(case.definition).parts
    if graph is None or part.agency != actor.agency:
        return ()
    roles, known = joins.roles_on(graph, part.key, actor.roles), facts.of_part(part)
    offers = parts_of(case.definition).offers(part.state, roles=roles, actor_id=actor.tag, facts=known, took={})
    return tuple(offer for offer in offers if offer.for_actor)


def _rows(session: Session, model: Any, case: Application, *, order: Any) -> Any:
    return tuple(session.scalars(select(model).where(model.application_id == case.id).order_by(order)))
