"""Signing: a party gets a link, proves the identity, reads the content and signs or declines. An edit voids earlier
signatures."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlmodel import Session

from registration import access, database, outbox
from registration.actor import Actor
from registration.clock import local_date
from registration.database.insert_if_absent import insert_if_absent
from registration.errors import Conflict, Forbidden, NotFound, StaleVersion
from registration.keys import secret_key
from registration.keys.field_encryption import decrypt
from registration.matters import definition_of
from registration.models import Application, Party, SignedContent
from registration.models.columns import table_of
from registration.operations import history
from registration.operations.act import Outcome, local_effect, perform, writes
from registration.operations.apply import keep_revision
from registration.operations.case_store import locked
from registration.queries.application_document import DOCUMENTS, FOUNDING_DOCUMENT
from registration.queries.case_rows import CASE_BEHIND, PARTIES, PARTY_BEHIND
from registration.queries.changes import digest_now, materials_now
from registration.queries.founding_documents import fixed_texts, signed_content, texts_now
from registration.queries.object_facts import object_facts
from registration.queries.opened_form import opened_form
from registration.rules.declarations import declarations_for
from registration.rules.form.parties import party_in
from registration.rules.prose import prose
from registration.rules.registered_entity import chosen_items
from registration.rules.signers import Signer, signer_with, signers_for
from registration.rules.tidy import is_same_name, is_same_number
from registration.settings import settings

LONGEST_TEXT = 500
# Long enough to read the file, short enough for a browser left open in an office.
PROOF_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Identity:
    """The answer of an external identity check. The web or API calls the service; the operation records the answer.

    `stated` goes into the history beside it: what else is known of the check.
    """

    passed: bool
    method: str
    name: str
    id_no: str
    stated: Mapping[str, str | None] = field(default_factory=dict)


def link_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def party_behind(secret: str, *, now: datetime) -> Actor:
    """The actor for a signing link. NotFound for a link that is unknown, replaced or expired."""
    with database.reading() as session:
        party = behind(session, secret, now=now)
        return actor_of(party)


def renew_link(ref: str, party_ref: str, *, actor: Actor, now: datetime) -> str:
    """Replaces a party's link; the old one stops working. Returns the link's secret."""
    with database.transaction() as session:
        case = _case_to_sign(session, ref, actor)
        party = _party(session, case, party_ref)
        party.link_no, party.identity_tries = party.link_no + 1, 0
        return open_link(party, now=now)


def identify(secret: str, identity: Identity, *, now: datetime) -> str:
    """Records that the person who uses the link is the party, and returns a proof of it.

    Forbidden if the check failed or the person is another.
    """
    with database.transaction() as session:
        case, party = locked_behind(session, secret, now=now)
        expected = expected_identity(case, party)
        matches = identity.passed and _is_same_person(identity, *expected)
        actor = actor_of(party)
        if matches:
            party.identified_at, party.identity_method, party.identity_tries = now, identity.method, 0
        history.append(
            session,
            case,
            "party:identify",
            actor=actor,
            role="signer",
            source=case.state,
            target=case.state,
            now=now,
            data={"passed": matches, "method": identity.method, **identity.stated},
        )
        proof = _proof_of(case, party, until=int((now + PROOF_LASTS).timestamp()))
    if not matches:
        raise Forbidden("identity_differs")
    return proof


def _is_same_person(identity: Identity, name: str, id_no: str) -> bool:
    """Compares names and numbers regardless of how dots and figures were typed (is_same_name, is_same_number)."""
    return is_same_name(identity.name, name) and is_same_number(identity.id_no, id_no)


def is_proof(case: Application, party: Party, proof: str, *, now: datetime) -> bool:
    """Whether this proof is recent and is of the person that the form now names for the party."""
    until = proof.partition(".")[0]
    if not party_in(case.form, party.person_key):
        return False
    if not (until.isascii() and until.isdigit() and len(until) < 12) or int(until) < now.timestamp():
        return False
    return hmac.compare_digest(proof.encode(), _proof_of(case, party, until=int(until)).encode())


def _proof_of(case: Application, party: Party, *, until: int) -> str:
    """The proof is derived, not stored: it ends with its time, with the link, or if the form names another person."""
    text = json.dumps(["proof", party.ref, party.link_no, until, *expected_identity(case, party)]).encode()
    return f"{until}.{urlsafe_b64encode(hmac.new(secret_key(settings()), text, sha256).digest()[:24]).decode()}"


def sign(secret: str, *, proof: str, now: datetime, digest: str | None = None) -> Outcome:
    """Signs the content that was shown to the party; the last signature submits the application.

    `proof` is the result of `identify`: Forbidden without one, since any person may have the link.

    `digest` is that of the content shown: StaleVersion if it has changed since, so that only content that was shown is
    signed. The case's version cannot be used, because each signature increases it.
    """
    return _answer(secret, "sign", proof=proof, now=now, digest=digest)


def decline(secret: str, *, reason: str, proof: str, now: datetime, digest: str | None = None) -> Outcome:
    """Declines to sign the content that was shown. The applicant reads the `reason`, amends and asks again.

    `proof` and `digest` as for `sign`. ActionRefused without a reason, InvalidInput for one that cannot be shown.
    """
    words = prose("reason", reason, most=LONGEST_TEXT)
    return _answer(secret, "decline", proof=proof, now=now, digest=digest, reason=words)


def _answer(secret: str, action: str, *, proof: str, now: datetime, digest: str | None, **inputs: str) -> Outcome:
    with database.transaction() as session:
        case, party = locked_behind(session, secret, now=now)
        if not is_proof(case, party, proof, now=now):
            raise Forbidden("identity_not_proved")
        if digest is not None and digest != digest_now(session, case):
            raise StaleVersion(ref=case.ref, version=case.version)
        return perform(session, case, action, actor=actor_of(party), now=now, inputs=inputs)


def actor_of(party: Party) -> Actor:
    return Actor(account_id=None, name=party.name, roles=frozenset({"signer"}), kind="signer", party_id=party.id)


@writes("request_signatures")
def _invite(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Updates the parties to the form. A party who signed exactly this content need not sign again."""
    answers = opened_form(session, case).answers
    wanted = {signer.person_key: signer for signer in signers_for(answers, entity_type=case.entity_type)}
    present = {party.person_key: party for party in _parties(session, case)}
    for key in present.keys() - wanted.keys():
        session.delete(present[key])
    for key, signer in wanted.items():
        _bring_up(session, case, present.get(key), signer, now=now)
    session.flush()
    _plan_reminders(session, case, now=now)
    return {"digest": digest_now(session, case), "parties": sorted(wanted)}


@writes("sign")
def _record_signature(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    party = session.get_one(Party, actor.party_id)
    party.signed_at, party.signed_digest = now, _keep_content(session, case)
    party.refused_at = party.refused_digest = party.refused_reason = party.remind_at = None
    opened = opened_form(session, case)
    declared = declarations_for(
        party.capacities, matter=case.matter, items=chosen_items(opened.form), regime=case.regime, on=local_date(now)
    )
    signer = signer_with(opened.answers, party.person_key, entity_type=case.entity_type)
    return {
        "person": party.person_key,
        "keys": list(signer.keys) if signer else [party.person_key],
        "capacities": party.capacities,
        "digest": party.signed_digest,
        "declarations": list(declared),
    }


def _keep_content(session: Session, case: Application) -> str:
    """Stores the content that is signed now, once for all who sign it; returns its digest."""
    digest = digest_now(session, case)
    if signed_content(session, case, digest) is not None:
        return digest
    content = {"form": case.form, "materials": materials_now(session, case)}
    row = {"application_id": case.id, "digest": digest, **content, "documents": fixed_texts(session, case)}
    session.execute(insert_if_absent(session, table_of(SignedContent)).values(row))
    return digest


@writes("decline")
def _record_refusal(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    party = session.get_one(Party, actor.party_id)
    party.refused_at, party.refused_digest = now, digest_now(session, case)
    party.refused_reason, party.remind_at = str(inputs["reason"]), None
    return {"person": party.person_key, "reason": party.refused_reason, "digest": party.refused_digest}


@local_effect("revision.keep")
def _submit(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Stores the signed revision and orders its application document (Company Law art. 30, Regulation art. 16) and
    the documents that were made from the answers."""
    keep_revision(session, case, now=now)
    message = {"action": "submit", "revision": case.revision, "due_at": None}
    for kind in DOCUMENTS:
        outbox.put(session, f"paper.{kind}", now=now, application_id=case.id, **message)
    for text in texts_now(session, case):
        order = {**message, "document": text.kind}
        outbox.put(session, f"paper.{FOUNDING_DOCUMENT}", now=now, application_id=case.id, **order)


def links_for(ref: str, *, actor: Actor, now: datetime) -> dict[str, str]:
    """Party reference -> the link's secret, for each missing signature. The applicant passes the links on."""
    with database.transaction() as session:
        case = _case_to_sign(session, ref, actor)
        return {party.ref: open_link(party, now=now) for party in waiting_parties(session, case)}


def may_open_links(case: Application) -> bool:
    """Whether the case may still be signed: a submitted or closed case has no links."""
    return definition_of(case.definition).states[case.state].is_with_applicant


def _case_to_sign(session: Session, ref: str, actor: Actor) -> Application:
    case = locked(session, ref)
    access.require("application.edit", actor, object_facts(session, case, actor))
    if not may_open_links(case):
        raise Conflict("signing_is_over", ref=case.ref, state=case.state)
    return case


def party_to_sign(session: Session, ref: str, party_ref: str, actor: Actor) -> tuple[Application, Party]:
    """The locked case of this applicant that can be signed, and one of its parties."""
    case = _case_to_sign(session, ref, actor)
    return case, _party(session, case, party_ref)


def link_for(ref: str, party_ref: str, *, actor: Actor, now: datetime) -> str:
    """The link of one party whose signature is missing, for signing on the applicant's device."""
    with database.transaction() as session:
        case, party = party_to_sign(session, ref, party_ref, actor)
        if party not in waiting_parties(session, case):
            raise Conflict("signature_not_missing", ref=ref)
        return open_link(party, now=now)


def waiting_parties(session: Session, case: Application) -> list[Party]:
    digest = digest_now(session, case)
    return [party for party in _parties(session, case) if party.signed_digest != digest]


def expected_identity(case: Application, party: Party) -> tuple[str, str]:
    """Name and number of the natural person who must sign: for an organization, its representative."""
    person = party_in(case.form, party.person_key)
    name, number = ("representative", "representative_id_no") if person["kind"] == "legal" else ("name", "id_no")
    sealed = person.get(number) or ""
    return person[name], decrypt(sealed, case=case.ref).upper() if sealed else ""


def _plan_reminders(session: Session, case: Application, *, now: datetime) -> None:
    """Sets when each party whose signature is missing is reminded, and counts their reminders anew."""
    waiting = {party.id for party in waiting_parties(session, case)}
    for party in _parties(session, case):
        party.remind_at = reminder_after(now) if party.id in waiting else None
        party.reminders, party.reminded_at = 0, None
    session.flush()


def reminder_after(moment: datetime) -> datetime | None:
    """When the next reminder is due; None where the deployment sends none."""
    days = settings().signing_reminder_days
    return moment + timedelta(days=days) if days else None


def _bring_up(session: Session, case: Application, party: Party | None, signer: Signer, *, now: datetime) -> None:
    if party is None:
        party = Party(ref=token_urlsafe(12), application_id=case.id, person_key=signer.person_key, name=signer.name)
        session.add(party)
    if party.name != signer.name:
        party.name, party.identified_at = signer.name, None
    party.capacities = list(signer.capacities)


def open_link(party: Party, *, now: datetime) -> str:
    """The party's link, valid for some days from now. It is derived, not stored: the same until it is renewed."""
    text = f"sign:{party.ref}:{party.link_no}".encode()
    secret = urlsafe_b64encode(hmac.new(secret_key(settings()), text, sha256).digest()[:24]).decode()
    party.link_hash, party.link_expires_at = link_hash(secret), now + timedelta(days=settings().signing_link_days)
    return secret


def behind(session: Session, secret: str, *, now: datetime) -> Party:
    """The party of a signing link. NotFound for a link that is unknown, replaced or expired."""
    party = PARTY_BEHIND.first(session, link_hash=link_hash(secret))
    if party is None or party.link_expires_at is None or party.link_expires_at < now:
        raise NotFound("signing_link_unknown")
    return party


def locked_behind(session: Session, secret: str, *, now: datetime) -> tuple[Application, Party]:
    """The case of a signing link, locked until the transaction ends, and the party as it is then. NotFound as above."""
    cases = CASE_BEHIND.locked(session, link_hash=link_hash(secret))
    party = behind(session, secret, now=now)
    return cases[0], party


def _parties(session: Session, case: Application) -> list[Party]:
    return PARTIES.all(session, case_id=case.id)


def _party(session: Session, case: Application, party_ref: str) -> Party:
    for party in _parties(session, case):
        if party.ref == party_ref:
            return party
    raise NotFound(party=party_ref)
