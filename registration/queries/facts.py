"""What `act` checks before a step: the facts of a case, the actor's roles in it, and who took earlier actions."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.clock import local_date
from registration.database.statements import Query
from registration.keys.field_encryption import decrypt_form
from registration.matters import definition_of
from registration.models import (
    Account,
    Application,
    Licence,
    Notice,
    NoticeItem,
    Part,
    Party,
    RegisteredName,
    Registrar,
)
from registration.queries import phrases as _phrases  # noqa: F401  # The rules of a step read the registrars' reasons.
from registration.queries.automatic_checks import checks_of
from registration.queries.case_rows import NOTICE_ITEMS, NOTICES, PARTIES, PARTS, REGISTRAR, Ahead, PageQuery, has_any
from registration.queries.changes import materials_now
from registration.queries.checks import held_names, name_is_reserved
from registration.queries.deciding_checks import deciding_checks
from registration.queries.entity_facts import EntityFacts
from registration.queries.four_eyes import last_takers
from registration.queries.late_facts import late_facts, read_if_asked, read_late
from registration.queries.opened_form import opened_form
from registration.queries.outbox import parked_licence
from registration.queries.parents import registered_organizations
from registration.queries.registrar_profiles import profile_on
from registration.queries.straight_through_switch import switch_on
from registration.rules.automatic_checks import Check
from registration.rules.case import Case
from registration.rules.entity_types import type_row
from registration.rules.foreign_investment import is_foreign_invested
from registration.rules.form import ReadForm
from registration.rules.form.parties import parties_in
from registration.rules.jurisdiction import regions_served, serves_the_city_for_foreigners
from registration.rules.kinds import Regime
from registration.rules.numbers import ON_THE_LICENCE, fault_of
from registration.rules.printing import problems_at_issue
from registration.rules.problems import Problem
from registration.rules.registered_parent import RegisteredParent
from registration.settings import settings
from workflows import joins


def _of(model: Any) -> Any:
    return model.application_id == bindparam("case_id")


# A page has the whole rows; a step needs two columns of them.
_PARTS = Query(select(col(Part.key), col(Part.state)).where(_of(Part)))
_SIGNED = Query(select(col(Party.person_key), col(Party.signed_digest)).where(_of(Party)).order_by(col(Party.id)))
_SHEETS = Query(select(col(Licence.sha256)).where(_of(Licence)))
_LOGIN = PageQuery(select(col(Account.login)).where(col(Account.id) == bindparam("account_id")))


class CaseFacts(EntityFacts):
    """The facts of a case for `actor`. Facts that need a statement are read when a guard first uses them.

    The case is locked or compared when it is written, so that late and early reads are consistent.
    """

    part_holder: str | None = None
    number_fault: Mapping[str, Any] | None = None
    number_is_needed: bool = False

    def __init__(
        self, session: Session, case: Application, *, actor: Actor, now: datetime, inputs: Mapping[str, Any]
    ) -> None:
        self._session, self._case, self._actor, self._now = session, case, actor, now
        self._case_id = case.id
        self.inputs = inputs
        self.matter = case.matter
        self.entity_type = case.entity_type
        self.regime = case.regime
        self.registrar = case.registrar_code
        self.owner = f"account:{case.account_id}"
        self.actor = actor.tag
        self.actor_name = actor.name if actor.is_staff else ""
        self.misuse_reported = case.misuse_reported_at is not None
        self.due_passed = bool(case.due_at and case.due_at < now)

    @read_late
    def today(self) -> date:
        return local_date(self._now)

    @read_late
    def registrar_regions(self) -> frozenset[str]:
        regions = self.registrar_now.regions
        wide = serves_the_city_for_foreigners(self.registrar) and is_foreign_invested(self.partly_read)
        return frozenset(regions_served(regions, entity_type=self.entity_type, whole_city=wide))

    @read_late
    def may_declare_domicile(self) -> bool:
        return self.registrar_now.declared_domicile

    @read_late
    def registered(self) -> Mapping[str, RegisteredParent]:
        return registered_organizations(self._session, self._case.form)

    @read_late
    def two_person(self) -> bool:
        return self.registrar_now.approval == "two_person"

    @read_late
    def holder(self) -> str | None:
        return self._tag_of(self._case.holder_id)

    @read_late
    def form(self) -> Mapping[str, Any]:
        return opened_form(self._session, self._case).form

    @read_late
    def _read(self) -> ReadForm:
        return opened_form(self._session, self._case).read

    @read_late
    def digest(self) -> str:
        """What a party signs now."""
        return opened_form(self._session, self._case).digest(self.materials)

    @read_late
    def person_names(self) -> frozenset[str]:
        # Reads two fields without decrypting the whole section.
        names = (one.get(field) for one in parties_in(self._case.form) for field in ("name", "representative"))
        return frozenset(str(decrypt_form(name, case=self._case.ref)) for name in names if name)

    @read_late
    def materials(self) -> list[dict[str, Any]]:
        return materials_now(self._session, self._case)

    @read_late
    def material_kinds(self) -> frozenset[str]:
        return frozenset(material["kind"] for material in self.materials)

    @read_late
    def name_is_reserved(self) -> bool:
        return name_is_reserved(self._case, self._held_names)

    @property
    def reservation(self) -> RegisteredName | None:
        return next((one for one in self._held_names if one.status == "reserved"), None)

    @read_late
    def name_awaits_decision(self) -> bool:
        return self.reservation is not None and self.reservation.awaits_decision

    @read_late
    def unsigned(self) -> tuple[str, ...]:
        return unsigned(self._session, self._case, digest=self.digest)

    @read_late
    def signing(self) -> str | None:
        party = self._party
        return party.person_key if party and party.application_id == self._case.id else None

    @read_late
    def identity_is_fresh(self) -> bool:
        return _is_fresh(self._party, now=self._now)

    @read_late
    def extended(self) -> bool:
        taken = last_takers(1).rows(self._session, case_id=self._case.id, tag_0="application:extend")
        return bool(taken)

    @read_late
    def parts(self) -> Mapping[str, str]:
        return part_states(self._session, self._case)

    @read_late
    def open_parts(self) -> tuple[str, ...]:
        graph = definition_of(self._case.definition).parts
        return joins.open_parts(graph, self.parts) if graph is not None and self.parts else ()

    @read_late
    def sheets_issued(self) -> bool:
        sheets = _SHEETS.rows(self._session, case_id=self._case.id)
        return bool(sheets) and all(sha256 for (sha256,) in sheets)

    @read_late
    def open_notice(self) -> Notice | None:
        return latest_notice(self._session, self._case)

    @read_late
    def notice_expired(self) -> bool:
        notice = self.open_notice
        return bool(notice and notice.expires_at and notice.expires_at < self._now)

    @read_late
    def noticed_targets(self) -> frozenset[str]:
        return noticed_targets(self._session, self._case)

    @read_late
    def registrar_now(self) -> Registrar:
        return REGISTRAR.all(self._session, code=self._case.registrar_code)[0]

    @read_late
    def unprintable(self) -> tuple[Problem, ...]:
        form, _ = self.read_form
        case = Case(form, type_row(self.entity_type), Regime(self.regime), self.today)
        head = profile_on(self._session, self.registrar_now, on=self.today)
        return tuple(problems_at_issue(case, registrar=head.name_zh))

    @read_late
    def deciding_checks(self) -> tuple[Check, ...]:
        """Of a case that the office has: before, nobody learns from here who is on a list."""
        handed_in = self._case.submitted_at is not None
        return tuple(deciding_checks(self._session, self._case, today=self.today)) if handed_in else ()

    @read_late
    def stopping_checks(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.deciding_checks if one.stops)

    @read_if_asked
    def straight_through(self) -> bool:
        return switch_on(self._session, self.registrar, self.entity_type, on=self.today) is not None

    @read_if_asked
    def not_green(self) -> tuple[str, ...]:
        """For the system and the office: nobody else learns from here who is on a list."""
        if self._actor.kind != "system" and not (self._actor.is_staff and self._actor.agency is None):
            return ()
        checks = checks_of(self._session, self._case, self)
        return tuple(dict.fromkeys(one.rule.key for one in checks if not one.is_green))

    @read_late
    def licence_fault(self) -> str | None:
        """Why the licence could not be made; None if there was no failure."""
        parked = parked_licence(self._session, self._case.id) if self._case.revision else None
        return (parked.last_error or "") if parked else None

    @property
    def may_go_back(self) -> bool:
        """Whether this case's table has the action that returns an approved case."""
        return "send_back" in definition_of(self._case.definition).actions

    @read_late
    def _held_names(self) -> Sequence[RegisteredName]:
        return held_names(self._session, self._case)

    @read_late
    def _party(self) -> Party | None:
        return self._session.get(Party, self._actor.party_id) if self._actor.party_id else None

    def settle(self) -> None:
        """Reads everything that a page uses: it does so after the transaction has ended."""
        for name in (*late_facts(EntityFacts), *late_facts(CaseFacts)):
            getattr(self, name)

    def of_part(self, part: Part) -> "CaseFacts":
        """The same facts with those of one agency's part, for the part's own small table."""
        facts = copy(self)
        facts.part_holder = self._tag_of(part.holder_id)
        facts.number_fault = _number_fault(self._case, part, self.inputs)
        facts.number_is_needed = _number_is_needed(self._case, part)
        return facts

    def _tag_of(self, account_id: int | None) -> str | None:
        is_own = self._actor.is_staff and account_id == self._actor.account_id
        return self._actor.tag if is_own else _tag_of(self._session, account_id)


def unsigned(session: Session, case: Application, *, digest: str) -> tuple[str, ...]:
    """The persons whose signature under exactly this version is missing."""
    if database.stays_open(session):
        signed = [(one.person_key, one.signed_digest) for one in PARTIES.all(session, case_id=case.id)]
    else:
        signed = _SIGNED.rows(session, case_id=case.id)
    return tuple(person for person, under in signed if under != digest)


def roles_of(session: Session, case: Application, actor: Actor) -> frozenset[str]:
    """The actor's roles in this case: staff have none in another registrar's cases."""
    if actor.kind == "system":
        return actor.roles
    if actor.party_id is not None:
        party = session.get(Party, actor.party_id)
        return frozenset({"signer"}) if party and party.application_id == case.id else frozenset()
    if not actor.is_staff:
        return frozenset({"applicant"}) if actor.account_id == case.account_id else frozenset()
    return actor.roles if actor.registrar_code == case.registrar_code else frozenset()


def latest_notice(session: Session, case: Application) -> Notice | None:
    """The notice that is open, if one is."""
    return next((one for one in NOTICES.all(session, case_id=case.id) if one.answered_at is None), None)


def notice_targets(session: Session, notice: Notice | None) -> frozenset[str]:
    if notice is None:
        return frozenset()
    return frozenset(item.target for item in NOTICE_ITEMS.all(session, notice_id=notice.id))


def noticed_targets(session: Session, case: Application) -> frozenset[str]:
    """Every target that a notice of the case, answered or not, has asked to be corrected."""
    if not has_any(session, case.id, Notice):
        return frozenset()
    query = select(col(NoticeItem.target)).join(Notice, col(Notice.id) == col(NoticeItem.notice_id)).where(_of(Notice))
    return frozenset(session.scalars(query, {"case_id": case.id}))


def part_states(session: Session, case: Application) -> dict[str, str]:
    if database.stays_open(session):
        return {part.key: part.state for part in PARTS.all(session, case_id=case.id)}
    return dict(_PARTS.rows(session, case_id=case.id))


def _number_fault(case: Application, part: Part, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    graph = definition_of(case.definition).parts
    typed = str(inputs.get("number") or "").strip()
    if graph is None or not typed:
        return None
    scheme = graph.graph[part.key].gives
    return fault_of(scheme, typed) if scheme else {"fault": "number.not_expected"}


def _number_is_needed(case: Application, part: Part) -> bool:
    graph = definition_of(case.definition).parts
    return graph is not None and part.number is None and graph.graph[part.key].gives in ON_THE_LICENCE


def _is_fresh(party: Party | None, *, now: datetime) -> bool:
    since = party.identified_at if party is not None else None
    return since is not None and now - since <= timedelta(days=settings().identity_valid_days)


def login_ahead(account_id: int | None) -> list[Ahead]:
    return [] if account_id is None else [(_LOGIN, {"account_id": account_id})]


def _tag_of(session: Session, account_id: int | None) -> str | None:
    if account_id is None:
        return None
    ((number,),) = _LOGIN.rows(session, account_id=account_id)
    return f"staff:{number}"
