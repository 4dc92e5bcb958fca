"""Proves the identity of a signer, for pages and API alike: few tries for each link, a proof of short duration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from registration import database
from registration.errors import Forbidden, TooManyAttempts
from registration.models import Application, Party
from registration.operations import sign
from registration.rules.form.parties import party_in
from registration.rules.identity import IdKind, kind_of
from registration.rules.tidy import is_same_name, tidy_code

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


def _begin(secret: str, number: str, *, now: datetime) -> tuple[str, IdKind]:
    """Counts the try before the service is called; returns the name of the party and the kind of document."""
    with database.transaction() as session:
        party = sign.behind(session, secret, now=now)
        case = session.get_one(Application, party.application_id, with_for_update=True)
        session.refresh(party)
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
