"""A case as one actor may see it: its form, missing items, signers, history and allowed actions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import access, database
from registration.actor import Actor
from registration.errors import Forbidden, NotFound
from registration.matters import calendar, office_hours, workflow_of
from registration.models import Application, HistoryEntry, Licence, Paper, Registrar
from registration.queries.application_document import PERSONS
from registration.queries.case_rows import CASE, HISTORY, LICENCES, PAPERS, PARTS
from registration.queries.changes import Change, changes_between, revision_of
from registration.queries.correction import open_targets, targets_of_state
from registration.queries.correspondence import unanswered_count
from registration.queries.delayed_decisions import while_delayed
from registration.queries.facts import CaseFacts, roles_of
from registration.queries.file_contents import (
    Correction,
    MadeDocument,
    Need,
    PartView,
    PartySignature,
    TaskState,
    needs_of,
    open_correction,
    parts_with_offers,
    signatures_on,
    tasks_of,
)
from registration.queries.four_eyes import TookPart
from registration.queries.late_facts import late_facts, read_late
from registration.queries.notes import notes_on
from registration.queries.object_facts import object_facts
from registration.queries.objections import PartObjection, objections_on
from registration.queries.readable import compared_revisions, readable_kinds, shown_form
from registration.queries.receipts import ReceiptRow, receipts_on
from workflows.clock import remaining
from workflows.engine import Offer
from workflows.errors import ActionNotAllowed, Blocker, UnknownYear


class CaseFile:
    """The case as the actor may see it.

    Where the session stays open, everything is read when a page first uses it; else all is read at once.
    """

    def __init__(self, session: Session, case: Application, *, actor: Actor, now: datetime) -> None:
        self._session, self.case, self._actor, self._now = session, case, actor, now
        self._known = object_facts(session, case, actor)
        self.facts = CaseFacts(session, case, actor=actor, now=now, inputs={})

    def refuse_unless(self, rule: str) -> None:
        access.require(rule, self._actor, self._known)

    def settle(self) -> None:
        """Reads everything that a page uses."""
        self.facts.settle()
        for name in late_facts(CaseFile):
            getattr(self, name)

    def offer(self, action: str) -> Offer | None:
        """The action if the table has it in the present state for this actor's role, allowed or not."""
        return next((offer for offer in self.offers if offer.action == action), None)

    @property
    def registrar(self) -> Registrar:
        return self.facts.registrar_now

    @read_late
    def form(self) -> Mapping[str, Any]:
        """Unmasked for owner and parties, masked for staff, and limited to the whitelist for agencies."""
        return shown_form(self._session, self.case, actor=self._actor)

    @read_late
    def tasks(self) -> tuple[TaskState, ...]:
        return tasks_of(self.case, self.facts, self._opened)

    @property
    def needs(self) -> tuple[Need, ...]:
        return self._documents[0]

    @property
    def documents(self) -> tuple[MadeDocument, ...]:
        return self._documents[1]

    @read_late
    def signatures(self) -> tuple[PartySignature, ...]:
        return signatures_on(self._session, self.case, self.facts)

    @property
    def correction(self) -> Correction | None:
        return self._correction if self._actor.agency is None else None

    @read_late
    def parts(self) -> tuple[PartView, ...]:
        return parts_with_offers(self._session, self.case, self.facts, actor=self._actor)

    @read_late
    def history(self) -> tuple[HistoryEntry, ...]:
        return _history(self._session, self.case, actor=self._actor)

    @read_late
    def licences(self) -> tuple[Licence, ...]:
        return tuple(LICENCES.all(self._session, case_id=self.case.id))

    @read_late
    def papers(self) -> tuple[Paper, ...]:
        return tuple(PAPERS.all(self._session, case_id=self.case.id))

    @read_late
    def offers(self) -> tuple[Offer, ...]:
        """The actions of the present state for this actor, allowed or not."""
        offers = workflow_of(self.case.definition).offers(self.case.state, **self._who)
        return tuple(one for one in while_delayed(self.case, self._actor, offers) if one.for_actor)

    def obstacles(self, action: str) -> tuple[Blocker, ...]:
        """Every reason why the actor cannot take an action of the table now, also one of other roles or states."""
        try:
            workflow_of(self.case.definition).step(self.case.state, action, **self._who)
        except ActionNotAllowed as refused:
            return refused.blockers
        return ()

    @read_late
    def _who(self) -> dict[str, Any]:
        return {
            "roles": roles_of(self._session, self.case, self._actor),
            "actor_id": self._actor.tag,
            "facts": self.facts,
            "took": TookPart(self._session, self.case),
        }

    @property
    def days_left(self) -> int | None:
        return _days_left(self.case, now=self._now)

    @property
    def may_look(self) -> bool:
        """Whether the actor may see masked values with a reason."""
        return access.allows("sensitive.view", self._actor, self._known)

    @read_late
    def messages_waiting(self) -> int:
        """How many messages have no answer; a draft has none."""
        return unanswered_count(self._session, self.case) if self.case.submitted_at else 0

    @read_late
    def notes(self) -> int:
        may_read = access.allows("note.read", self._actor, self._known)
        return notes_on(self._session, self.case) if may_read else 0

    @read_late
    def objections(self) -> tuple[PartObjection, ...]:
        return objections_on(self._session, self.case, actor=self._actor) if self.parts else ()

    @read_late
    def receipts(self) -> tuple[ReceiptRow, ...]:
        return receipts_on(self._session, self.case) if self.licences and self._actor.agency is None else ()

    @read_late
    def _correction(self) -> Correction | None:
        return open_correction(self._session, self.case, self.facts.open_notice)

    @read_late
    def _opened(self) -> frozenset[str]:
        if self.facts.open_notice is None:
            return targets_of_state(self.case)
        return open_targets(self._session, self.case, facts=self.facts)

    @read_late
    def _documents(self) -> tuple[tuple[Need, ...], tuple[MadeDocument, ...]]:
        return needs_of(self._session, self.case, self.facts, self._opened, actor=self._actor)


def casefile(session: Session, ref: str, *, actor: Actor, now: datetime, rule: str = "application.read") -> CaseFile:
    """The case as `actor` may see it; NotFound for an unrelated actor."""
    return casefile_of(session, _case_with(session, ref), actor=actor, now=now, rule=rule)


def casefile_of(
    session: Session, case: Application, *, actor: Actor, now: datetime, rule: str = "application.read"
) -> CaseFile:
    """The same for a case that was read already."""
    file = CaseFile(session, case, actor=actor, now=now)
    file.refuse_unless(rule)
    if not database.stays_open(session):
        file.settle()
    return file


def case_for(session: Session, ref: str, *, actor: Actor, rule: str = "application.read") -> Application:
    """The row alone, after the same check, for who needs nothing else of the file."""
    case = _case_with(session, ref)
    access.require(rule, actor, object_facts(session, case, actor))
    return case


def _case_with(session: Session, ref: str) -> Application:
    found = CASE.first(session, ref=ref)
    if found is None:
        raise NotFound(ref=ref)
    return found


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
    after = revision_of(session, case, case.revision) if before is not None else None
    if before is None or after is None:
        return []
    kinds = readable_kinds(session, case, actor=actor)
    forms = compared_revisions(session, case, before, after, actor=actor)
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
    entries = tuple(HISTORY.all(session, case_id=case.id))
    if actor.agency is None:
        return entries
    keys = {part.key for part in PARTS.all(session, case_id=case.id) if part.agency == actor.agency}
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
