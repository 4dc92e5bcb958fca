"""The steps of the example office, each taken as its person would take it: by the operation, at the moment of the plan.

Each may be called twice: a step that is done is not repeated, so that an interrupted filling can continue.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import col, select

from registration import clock, database
from registration.actor import Actor
from registration.demo.example import FOLDER
from registration.demo.office.forms import form_of, street_of
from registration.demo.office.plan import Case, Event, Step
from registration.documents import uploads
from registration.gateways.identity import identity_check
from registration.gateways.storage import storage
from registration.keys.account_names import login_key
from registration.models import Account, Application, Entity, EntityCase, HistoryEntry, Licence, Material
from registration.operations import accounts, apply, entity_cases, revocation, samples, sign, signer_identity
from registration.operations.act import act
from registration.operations.apply import Stored
from registration.queries.casefile import CaseFile, casefile
from registration.queries.ledger import open_proposal
from registration.rules.form.parties import parties_in
from registration.settings import settings

# The example file that is handed in as a document of a kind; any other kind gets the first.
FILES = {
    "articles": "articles.pdf",
    "appointment": "appointment.pdf",
    "premises_title": "title.jpg",
    "premises_lease": "lease.pdf",
    "joint_form": "joint-form.png",
}
PREMISES = ("premises_title", "premises_lease")

Own = Callable[[str, Case, Actor, datetime, Mapping[str, Any]], None]
OnLedger = Callable[[str, Actor, datetime, Mapping[str, Any]], object]


def take(event: Event) -> None:
    """Takes a step of a case that was begun, or begins it."""
    step, case, now = event.step, event.case, event.at
    actor = actor_for(case, step.by or "applicant")
    ref = _begin(case, actor, now=now) if event.is_first else ref_of(event.begun_at)
    if step.do in OWN:
        OWN[step.do](ref, case, actor, now, step.given)
    elif not _has_entry(ref, at=now):
        if step.do in LEDGER:
            LEDGER[step.do](ref, actor, now, step.given)
        else:
            act(ref, step.do, actor=actor, now=now, **_inputs(ref, step, actor, now=now))


def actor_for(case: Case, role: str) -> Actor:
    """The sample account that acts on a case in a role, for an agency, or as its applicant."""
    if role == "applicant":
        return _account(samples.APPLICANTS[case.applicant].login)
    here = (one for one in samples.ACCOUNTS if one.registrar_code == case.registrar)
    return _account(next(one.login for one in here if role in one.roles or role == one.agency))


def ref_of(begun_at: datetime) -> str:
    """The reference of the case that was begun at this moment; no two cases of the plan share one."""
    with database.reading() as session:
        return session.exec(select(Application.ref).where(Application.created_at == begun_at)).one()


def _account(login: str) -> Actor:
    with database.reading() as session:
        return accounts.actor_of(session.exec(select(Account).where(Account.login == login_key(login))).one())


def _begin(case: Case, actor: Actor, *, now: datetime) -> str:
    with database.reading() as session:
        found = session.exec(select(Application.ref).where(Application.created_at == now)).first()
    return found or apply.start(entity_type=case.entity_type, registrar_code=case.registrar, actor=actor, now=now)


def _has_entry(ref: str, *, at: datetime) -> bool:
    with database.reading() as session:
        query = select(HistoryEntry.id).join(Application).where(Application.ref == ref, HistoryEntry.at == at)
        return session.exec(query).first() is not None


def _file(ref: str, actor: Actor, *, now: datetime) -> CaseFile:
    with database.reading() as session:
        return casefile(session, ref, actor=actor, now=now)


def _inputs(ref: str, step: Step, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """The inputs of an action: an officer's is about the own agency's part, and a notice names the file's documents."""
    given = dict(step.given)
    if actor.agency is not None:
        given["part"] = actor.agency
    if "items" in given:
        kind = _premises(_file(ref, actor, now=now))
        given["items"] = [
            one | {"target": one["target"].replace("material.premises", f"material.{kind}")} for one in given["items"]
        ]
    return given


def _premises(file: CaseFile) -> str:
    return next(need.need.kind for need in file.needs if need.need.kind in PREMISES and need.need.required)


# What the applicant and the signers do.


def _draft(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """The form, or some `sections` of it; a whole one with every document that it needs."""
    regime = _file(ref, actor, now=now).case.regime
    for section, value in form_of(case, regime=regime, on=clock.local_date(now)).items():
        if section in given.get("sections", (section,)):
            apply.save_section(ref, section, value, actor=actor, now=now)
    for need in () if "sections" in given else _file(ref, actor, now=now).needs:
        if need.need.required and not need.files:
            apply.attach(ref, need.need.kind, _stored(need.need.kind), actor=actor, now=now)


def _sign(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """Gives all missing signatures, each by the link of its signer, or those of the first `signers` only."""
    signatures = _file(ref, actor, now=now).signatures
    wanted = signatures[: given.get("signers", len(signatures))]
    waiting = [one.party for one in wanted if not one.valid]
    links = sign.links_for(ref, actor=actor, now=now) if waiting else {}
    form = _file(ref, actor, now=now).form
    numbers = {str(one["key"]): one.get("representative_id_no") or one["id_no"] for one in parties_in(form)}
    for party in waiting:
        secret = links[party.ref]
        proved = signer_identity.prove(secret, id_no=numbers[party.person_key], service=identity_check(), now=now)
        sign.sign(secret, proof=proved.proof, now=now)


def _correct(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """What the notice asked for: more exact words in a section, and a better copy of a document."""
    file = _file(ref, actor, now=now)
    if "street_adds" in given:
        street = street_of(case) + given["street_adds"]
        apply.save_section(ref, "domicile", {**file.form["domicile"], "street": street}, actor=actor, now=now)
    if "scope_adds" in given:
        items = [*case.scope, given["scope_adds"]]
        apply.save_section(ref, "scope", {"items": items}, actor=actor, now=now)
    if "material" in given and not _is_replaced(ref, at=now):
        kind = _premises(file)
        old = next(need.files[0].ref for need in file.needs if need.need.kind == kind)
        apply.attach(ref, kind, _stored(kind), actor=actor, now=now, replaces=old)


def _is_replaced(ref: str, *, at: datetime) -> bool:
    with database.reading() as session:
        query = select(Material.id).join(Application).where(Application.ref == ref, Material.removed_at == at)
        return session.exec(query).first() is not None


@cache
def _stored(kind: str) -> Stored:
    """An example file as an upload would keep it; read once for all cases."""
    path = FOLDER / "materials" / FILES.get(kind, "articles.pdf")
    data = path.read_bytes()
    return uploads.keep(data, uploads.judge(data, path.name), storage=storage(settings()))


# A later application about the entity that the case has founded.


def _begin_later(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    if not _later(ref):
        with database.reading() as session:
            of_case = col(Application.id) == col(Entity.application_id)
            code = session.exec(select(Entity.code).join(Application, of_case).where(Application.ref == ref)).one()
        entity_cases.start(code, **given, actor=actor, now=now)


def _fill_later(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """Sections of the form as the line holds them."""
    for section, value in given.items():
        apply.save_section(_later(ref), section, value, actor=actor, now=now)


def _sign_later(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    _sign(_later(ref), case, actor, now, given)


def _act_later(ref: str, case: Case, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    inputs = dict(given)
    if not _has_entry(_later(ref), at=now):
        act(_later(ref), inputs.pop("action"), actor=actor, now=now, **inputs)


def _later(ref: str) -> str:
    """The reference of the application; empty before it is begun."""
    with database.reading() as session:
        founder = select(Application.id).where(Application.ref == ref)
        query = (
            select(Application.ref)
            .join(EntityCase, col(EntityCase.application_id) == col(Application.id))
            .join(Entity, col(Entity.id) == col(EntityCase.entity_id))
        )
        return session.exec(query.where(col(Entity.application_id).in_(founder))).first() or ""


# What happens to a licence that was issued.


def _propose_correction(ref: str, actor: Actor, now: datetime, given: Mapping[str, Any]) -> object:
    with database.reading() as session:
        of_case = col(Application.id) == col(Licence.application_id)
        sheets = select(Licence).join(Application, of_case).where(Application.ref == ref)
        sheet = sheets.order_by(col(Licence.id).desc())
        domicile = session.scalars(sheet.limit(1)).one().particulars["domicile"]
    details = {name: given[name] for name in ("reason_code", "opinion", "evidence")}
    changes = {"domicile": domicile + given["domicile_adds"]}
    return revocation.propose_correction(ref, **details, changes=changes, actor=actor, now=now)


def _confirm(ref: str, actor: Actor, now: datetime, given: Mapping[str, Any]) -> object:
    with database.reading() as session:
        case = session.exec(select(Application.id).where(Application.ref == ref)).one()
        proposal = open_proposal(session, case)
    assert proposal is not None
    return revocation.confirm_revocation(proposal.ref, actor=actor, now=now, **given)


def _by(operation: Callable[..., object]) -> OnLedger:
    """The step that passes its inputs to the operation as they are."""
    return lambda ref, actor, now, given: operation(ref, actor=actor, now=now, **given)


OWN: dict[str, Own] = {
    "draft": _draft,
    "sign": _sign,
    "correct": _correct,
    "later.begin": _begin_later,
    "later.fill": _fill_later,
    "later.sign": _sign_later,
    "later.act": _act_later,
}
LEDGER: dict[str, OnLedger] = {
    "ledger.propose_revocation": _by(revocation.propose_revocation),
    "ledger.propose_reinstatement": _by(revocation.propose_reinstatement),
    "ledger.propose_correction": _propose_correction,
    "ledger.confirm": _confirm,
}
