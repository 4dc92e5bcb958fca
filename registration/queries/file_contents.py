"""What a case's file lists: the pages of the form, documents, signatures, the open correction, the agencies' parts."""

from dataclasses import dataclass, field
from typing import Literal

from sqlmodel import Session

from registration.actor import Actor
from registration.matters import definition_of, parts_of
from registration.models import Application, Material, Notice, NoticeItem, Part, Party
from registration.queries.case_rows import NOTICE_ITEMS, PARTIES, PARTS
from registration.queries.changes import changed_documents, changed_targets
from registration.queries.facts import CaseFacts
from registration.queries.readable import readable_kinds, readable_materials
from registration.queries.sections_asked import sections_asked
from registration.rules.form import Section
from registration.rules.founding_documents.texts import rows_for
from registration.rules.materials import MaterialNeed, listed_materials, without_made
from registration.rules.matter_shapes import DocumentRow
from registration.rules.problems import Problem
from workflows import joins
from workflows.engine import Offer

TaskProgress = Literal["empty", "started", "done"]


@dataclass(frozen=True)
class TaskState:
    """A page of the form: `open` if it may be edited now. It is judged when its state or its problems are asked for."""

    section: Section
    open: bool
    facts: CaseFacts = field(repr=False)

    @property
    def state(self) -> TaskProgress:
        """`empty`, `started` (with problems) or `done`."""
        if self.section.key not in self.facts.form:
            return "empty"
        reserved = self.section.key != "name" or self.facts.name_is_reserved
        return "done" if reserved and not self.problems else "started"

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.facts.problems if problem.section == self.section.key)


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


def tasks_of(case: Application, facts: CaseFacts, opened: frozenset[str]) -> tuple[TaskState, ...]:
    return tuple(
        TaskState(section, is_open(case, opened, f"section.{section.key}"), facts)
        for section in sections_asked(case, facts)
    )


def is_open(case: Application, opened: frozenset[str], target: str) -> bool:
    """Whether the applicant may change this now: everything in a draft, in a correction only what is `opened`."""
    kind = definition_of(case.definition).states[case.state].kind
    return kind == "start" or (kind == "applicant" and target in opened)


def needs_of(
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


def signatures_on(session: Session, case: Application, facts: CaseFacts) -> tuple[PartySignature, ...]:
    digest = facts.digest
    rows = PARTIES.all(session, case_id=case.id)
    return tuple(PartySignature(one, one.signed_digest == digest, one.refused_digest == digest) for one in rows)


def open_correction(session: Session, case: Application, notice: Notice | None) -> Correction | None:
    if notice is None:
        return None
    items = NOTICE_ITEMS.all(session, notice_id=notice.id)
    answered = changed_targets(session, case, since_revision=notice.revision)
    made = changed_documents(session, case, since_revision=notice.revision)
    return Correction(notice, tuple(items), answered | made)


def parts_with_offers(session: Session, case: Application, facts: CaseFacts, *, actor: Actor) -> tuple[PartView, ...]:
    graph = definition_of(case.definition).parts
    rows = PARTS.all(session, case_id=case.id) if graph is not None else []
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
