"""The access table: who may do what to which object. Routes name a rule, operations and queries call `require`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from registration.actor import Actor
from registration.errors import Forbidden, NotFound, NotSignedIn
from registration.rules.city import officer_roles

View = TypeVar("View", bound=Callable[..., Any])
FieldScope = Literal["all", "masked", "agency", "none"]

OFFICE = frozenset({"window", "examiner", "approver", "director", "licensing"})
JUDGES = frozenset({"window", "examiner", "approver", "director"})
HEADS = frozenset({"approver", "director"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """`staff` are roles at the object's own registrar, `officers` lets in those of an agency that has a
    part in it.

    `opens` is what the route requires: nothing (`anyone`), the secret of a link (`link`), a client of the
    information mediator (`client`, whose accounts the operations ask about), or a sign-in (`account`).
    A rule with `desk` is about a place of work, not one object: only the role counts. A rule with `on_desk` is for the
    one person of the office or an agency on whose desk the object is now. `fields` is what staff and officers see of a
    form; owners and parties see what they typed. What was never handed in is open to no staff and no officers.
    """

    opens: Literal["anyone", "link", "client", "account"] = "account"
    any_account: bool = False
    applicants: bool = False
    owner: bool = False
    party: bool = False
    staff: frozenset[str] = NOBODY
    officers: bool = False
    desk: bool = False
    on_desk: bool = False
    fields: FieldScope = "masked"


@dataclass(frozen=True)
class ObjectFacts:
    """What of an object decides about access; `agencies` are the agency keys that have a part in it.

    `handed_in` is false for a draft that was never submitted, `on_desk` true if it is on the actor's own desk.
    """

    owner_id: int | None = None
    registrar_code: str | None = None
    agencies: frozenset[str] = frozenset()
    party_ids: frozenset[int] = frozenset()
    handed_in: bool = True
    on_desk: bool = False


_NO_OBJECT = ObjectFacts()
ACCESS: dict[str, Rule] = {
    "public": Rule(opens="anyone", fields="none"),
    "link": Rule(opens="link", party=True, fields="all"),
    "signed_in": Rule(any_account=True, fields="none"),
    "application.start": Rule(applicants=True, fields="all"),
    "application.read": Rule(owner=True, party=True, staff=OFFICE, officers=True),
    "application.edit": Rule(owner=True, fields="all"),
    "application.act": Rule(owner=True, party=True, staff=OFFICE),
    # An entity of the account: who may apply for it is looked up (queries/businesses.py).
    "business.use": Rule(owner=True, fields="all"),
    "application.history": Rule(owner=True, staff=OFFICE, officers=True),
    "material.read": Rule(owner=True, party=True, staff=OFFICE),
    "material.look": Rule(officers=True, on_desk=True),
    "material.upload": Rule(owner=True, fields="all"),
    "message.read": Rule(owner=True, staff=OFFICE),
    "message.write": Rule(owner=True, staff=OFFICE),
    "mark.read": Rule(staff=OFFICE),
    "mark.write": Rule(staff=JUDGES),
    "barred.load": Rule(staff=frozenset({"director"}), desk=True, fields="none"),
    "barred.decide": Rule(staff=HEADS, desk=True, fields="none"),
    "check.override": Rule(staff=JUDGES),
    "note.read": Rule(staff=OFFICE),
    "note.write": Rule(staff=OFFICE),
    "feedback.give": Rule(owner=True),
    "feedback.read": Rule(staff=HEADS, desk=True),
    "feedback.answer": Rule(staff=HEADS),
    "voice.read": Rule(staff=OFFICE, desk=True, fields="none"),
    "voice.answer": Rule(staff=OFFICE, fields="none"),
    "hotline.use": Rule(staff=frozenset({"hotline"}), desk=True, fields="none"),
    "govstack.use": Rule(opens="client", fields="none"),
    "restraint.read": Rule(staff=OFFICE, desk=True, fields="none"),
    "restraint.change": Rule(staff=frozenset({"director"}), fields="none"),
    "notice.read": Rule(staff=OFFICE, desk=True, fields="none"),
    "voice.publish": Rule(staff=HEADS, fields="none"),
    "paper.read": Rule(owner=True, staff=OFFICE),
    "licence.download": Rule(owner=True, staff=OFFICE),
    "ledger.read": Rule(staff=OFFICE),
    "ledger.inbox": Rule(staff=OFFICE, desk=True),
    "licence.propose": Rule(staff=frozenset({"examiner", "approver", "director", "licensing"})),
    "licence.decide": Rule(staff=frozenset({"approver", "director"})),
    "licence.reprint": Rule(staff=frozenset({"window", "licensing", "director"})),
    "part.read": Rule(staff=OFFICE, officers=True, fields="agency"),
    "part.act": Rule(officers=True, fields="agency"),
    "part.mark": Rule(officers=True, on_desk=True, fields="agency"),
    "receipt.read": Rule(officers=True, desk=True, fields="agency"),
    "receipt.act": Rule(officers=True, fields="agency"),
    "receipt.answer": Rule(staff=JUDGES),
    "inbox.read": Rule(staff=OFFICE, desk=True),
    "search.read": Rule(staff=OFFICE, officers=True, desk=True, fields="agency"),
    "agency_inbox.read": Rule(officers=True, desk=True, fields="agency"),
    "misuse.read": Rule(staff=frozenset({"director"}), desk=True),
    "misuse.decide": Rule(staff=frozenset({"director"})),
    "name.decide": Rule(staff=frozenset({"window", "examiner"})),
    "dashboard.read": Rule(staff=frozenset({"director"}), desk=True, fields="none"),
    "supervision.read": Rule(staff=OFFICE),
    "supervision.order": Rule(staff=frozenset({"director"})),
    "supervision.answer": Rule(staff=OFFICE),
    "case.assign": Rule(staff=frozenset({"director"})),
    "capital_terms.manage": Rule(staff=frozenset({"director"}), desk=True, fields="none"),
    "absence.own": Rule(staff=OFFICE, desk=True, fields="none"),
    "absence.manage": Rule(staff=frozenset({"director"}), desk=True, fields="none"),
    "straight_through.read": Rule(staff=HEADS, desk=True, fields="none"),
    "straight_through.propose": Rule(staff=frozenset({"director"}), fields="none"),
    "straight_through.decide": Rule(staff=HEADS, fields="none"),
    "sample.audit": Rule(staff=HEADS),
    "sensitive.view": Rule(staff=JUDGES, officers=True, on_desk=True, fields="all"),
    "paper.ask": Rule(owner=True, staff=OFFICE, fields="none"),
    "letterheads.read": Rule(staff=HEADS, desk=True, fields="none"),
    "letterhead.read": Rule(staff=HEADS, fields="none"),
    "letterhead.prepare": Rule(staff=frozenset({"director"}), fields="none"),
    "letterhead.decide": Rule(staff=HEADS, fields="none"),
    "outbox.manage": Rule(staff=frozenset({"director", "licensing", "sysadmin"}), desk=True, fields="none"),
    "account.manage": Rule(staff=frozenset({"secadmin"}), desk=True, fields="none"),
    "system.manage": Rule(staff=frozenset({"sysadmin"}), desk=True, fields="none"),
    "setting.decide": Rule(staff=frozenset({"sysadmin", "secadmin"}), desk=True, fields="none"),
    "archive.read": Rule(staff=frozenset({"archivist"}), desk=True, fields="none"),
    # The security administrator decides on proposals of the system administrator. These rules show no case.
    "workflow.read": Rule(staff=frozenset({"sysadmin", "secadmin", "auditor"}), desk=True, fields="none"),
    "workflow.propose": Rule(staff=frozenset({"sysadmin"}), desk=True, fields="none"),
    "workflow.decide": Rule(staff=frozenset({"sysadmin", "secadmin"}), desk=True, fields="none"),
    "records.verify": Rule(staff=frozenset({"sysadmin", "auditor"}), desk=True, fields="none"),
    "phrase.read": Rule(staff=OFFICE, desk=True, fields="none"),
    "phrase.change": Rule(staff=HEADS, desk=True, fields="none"),
    "arrangements.read": Rule(staff=frozenset({"sysadmin"}), desk=True, fields="none"),
    "audit.read": Rule(staff=frozenset({"auditor"}), desk=True, fields="none"),
}


def access(rule: str) -> Callable[[View], View]:
    """Declares on a view which rule of the table guards it. A view without a declaration is never served."""
    if rule not in ACCESS:
        raise ValueError(f"no access rule is called {rule!r}")

    def declare(view: View) -> View:
        view.access = rule  # type: ignore[attr-defined]  # a function's type does not know what is kept on it
        return view

    return declare


def rule_of(view: Callable[..., object]) -> str:
    """The rule that a view declares. AttributeError where it declares none."""
    return str(view.access)  # type: ignore[attr-defined]  # a function's type does not know what is kept on it


def allows(rule: str, actor: Actor | None, facts: ObjectFacts) -> bool:
    """Whether the table lets `actor` make this use of an object with these facts."""
    row = ACCESS[rule]
    if row.opens == "anyone":
        return True
    if actor is None:
        return False
    if row.any_account or (row.applicants and actor.kind == "applicant"):
        return actor.account_id is not None
    return _owns(row, actor, facts) or _signs(row, actor, facts) or _serves(row, actor, facts)


def require(rule: str, actor: Actor | None, facts: ObjectFacts) -> None:
    """Raises `NotFound` for an unrelated actor, to reveal nothing, and `Forbidden` for one who may see the object."""
    if allows(rule, actor, facts):
        return
    if actor is not None and any(allows(other, actor, facts) for other in ("application.read", "part.read")):
        raise Forbidden(rule=rule)
    raise NotFound


def admit(rule: str, actor: Actor | None) -> None:
    """The checks of a route before any object is read: a sign-in if needed, and the role of a desk."""
    if is_admitted(rule, actor):
        return
    if actor is None or actor.account_id is None:
        raise NotSignedIn
    raise Forbidden(rule=rule)


def is_admitted(rule: str, actor: Actor | None) -> bool:
    """Whether `admit` lets the actor in: a menu asks for dozens of routes."""
    row = ACCESS[rule]
    if row.opens != "account":
        return True
    if actor is None or actor.account_id is None:
        return False
    return not (row.desk or row.applicants) or allows(rule, actor, _NO_OBJECT)


def _owns(row: Rule, actor: Actor, facts: ObjectFacts) -> bool:
    return row.owner and actor.account_id is not None and actor.account_id == facts.owner_id


def _signs(row: Rule, actor: Actor, facts: ObjectFacts) -> bool:
    return row.party and actor.party_id is not None and actor.party_id in facts.party_ids


def _serves(row: Rule, actor: Actor, facts: ObjectFacts) -> bool:
    if not actor.is_staff:
        return False
    here = row.desk or (actor.registrar_code is not None and actor.registrar_code == facts.registrar_code)
    if not here or (row.on_desk and not facts.on_desk) or not (row.desk or facts.handed_in):
        return False
    if actor.roles & row.staff:
        return True
    return row.officers and bool(actor.roles & officer_roles()) and (row.desk or actor.agency in facts.agencies)
