"""Proves the identity of a signer, for pages and API alike: few tries for each link, a proof of short duration."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Protocol

from sqlmodel import Session

from registration import database
from registration.actor import Actor
from registration.errors import Forbidden, TooManyAttempts
from registration.keys.field_encryption import blind_index
from registration.models import Application, Party
from registration.operations import sign
from registration.queries.identities import SessionIdentity, identity_of_session
from registration.rules.form.parties import party_in
from registration.rules.identity import IdKind, kind_of
from registration.rules.sign_in_providers import reaches
from registration.rules.tidy import is_same_name, tidy_code, typed_number

# Wrong answers allowed for one link, from all addresses together; then the applicant must make another link.
MOST_TRIES = 6


class IdentityAnswer(Protocol):
    """The answer of an identity service (registration/gateways/identity.py)."""

    @property
    def passed(self) -> bool: ...
    @property
    def method(self) -> str: ...
    @property
    def sample(self) -> bool: ...


class IdentityService(Protocol):
    def check(self, *, name: str, id_type: IdKind, id_no: str, mobile: str) -> IdentityAnswer: ...


@dataclass(frozen=True)
class Proved:
    """`proof` opens the file and allows the signature, for a short time; `sample` marks a check that proves nothing."""

    proof: str
    sample: bool


def prove(
    secret: str, *, id_no: str, service: IdentityService, now: datetime, name: str | None = None, mobile: str = ""
) -> Proved:
    """Checks the signer with the identity service, and compares the answer with the application.

    Raises NotFound for an unknown link, TooManyAttempts after too many wrong answers for the link,
    Forbidden if it is another person, Unavailable if the service does not answer.
    """
    number = _tidied(id_no)
    expected, kind = _begin(secret, number, now=now)
    if name is not None and not is_same_name(name, expected):
        raise Forbidden("identity_differs")
    answer = service.check(name=expected, id_type=kind, id_no=number, mobile=mobile)
    identity = sign.Identity(passed=answer.passed, method=answer.method, name=expected, id_no=number)
    return Proved(sign.identify(secret, identity, now=now), answer.sample)


def prove_by_sign_in(secret: str, *, actor: Actor | None, least: str | None, now: datetime) -> str:
    """A proof for the person who is signed in by a provider that stated name and number of this signer, from the level
    `least` on: the history has provider, level and time. Forbidden("identity_differs") for everybody else."""
    with database.reading() as session:
        party = sign.behind(session, secret, now=now)
        case = session.get_one(Application, party.application_id)
        known = _stated(session, case, party, actor=actor, least=least)
        name, number = sign.expected_identity(case, party)
    if known is None:
        raise Forbidden("identity_differs")
    stated = {"provider": known.provider, "level": known.level, "at": known.at.isoformat()}
    identity = sign.Identity(passed=True, method=f"provider:{known.provider}", name=name, id_no=number, stated=stated)
    return sign.identify(secret, identity, now=now)


def provider_that_proves(secret: str, *, actor: Actor | None, least: str | None, now: datetime) -> str | None:
    """The key of the provider whose statement proves that the person who is signed in is this signer."""
    with database.reading() as session:
        party = sign.behind(session, secret, now=now)
        case = session.get_one(Application, party.application_id)
        known = _stated(session, case, party, actor=actor, least=least)
    return known.provider if known else None


def _stated(
    session: Session, case: Application, party: Party, *, actor: Actor | None, least: str | None
) -> SessionIdentity | None:
    known = identity_of_session(session, actor)
    if known is None or known.document_hash is None or not reaches(known.level, least):
        return None
    name, number = sign.expected_identity(case, party)
    same_number = compare_digest(known.document_hash, blind_index(typed_number(number)))
    return known if same_number and is_same_name(known.name, name) else None


def _begin(secret: str, number: str, *, now: datetime) -> tuple[str, IdKind]:
    """Counts the try before the service is called; returns the name of the party and the kind of document."""
    with database.transaction() as session:
        case, party = sign.locked_behind(session, secret, now=now)
        if party.identity_tries >= MOST_TRIES:
            raise TooManyAttempts("signing_link_exhausted")
        party.identity_tries += 1
        return party.name, _kind_of(case, party, number)


def _kind_of(case: Application, party: Party, number: str) -> IdKind:
    """The kind of the party's document; for a representative it follows from the format of the number."""
    person = party_in(case.form, party.person_key)
    if person.get("kind") != "legal":
        kind: IdKind = person.get("id_type") or "resident_id"
        return kind
    return kind_of(number)


def _tidied(number: str) -> str:
    try:
        return tidy_code(number)
    except ValueError:
        return number
