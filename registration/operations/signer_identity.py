"""Proving who is behind a signing link, the same way for pages and API: few tries a link, a proof that ends soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from registration import database
from registration.errors import Forbidden, TooManyAttempts
from registration.models import Application, Party
from registration.operations import sign
from registration.rules.identity import IdKind, kind_of
from registration.rules.tidy import is_same_name, tidy_code

# Wrong answers that one link takes, from whatever addresses they come; then the applicant makes another link.
MOST_TRIES = 6


class IdentityAnswer(Protocol):
    """What an identity service says (registration/gateways/identity.py)."""

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
    """Asks the service about the person who must sign, and compares with what the application says of that person.

    Raises NotFound for a link that leads nowhere, TooManyAttempts when the link has taken too many wrong answers,
    Forbidden when it is another person, Unavailable when the service does not answer.
    """
    number = _tidied(id_no)
    expected, kind = _begin(secret, number, now=now)
    if name is not None and not is_same_name(name, expected):
        raise Forbidden("identity_differs")
    answer = service.check(name=expected, id_type=kind, id_no=number, mobile=mobile)
    identity = sign.Identity(passed=answer.passed, method=answer.method, name=expected, id_no=number)
    return Proved(sign.identify(secret, identity, now=now), answer.sample)


def _begin(secret: str, number: str, *, now: datetime) -> tuple[str, IdKind]:
    """Counts the try before anything is asked, so that none is free; the name of the party and the kind of document."""
    with database.transaction() as session:
        party = sign.behind(session, secret, now=now)
        case = session.get_one(Application, party.application_id, with_for_update=True)
        session.refresh(party)
        if party.identity_tries >= MOST_TRIES:
            raise TooManyAttempts("signing_link_exhausted")
        party.identity_tries += 1
        return party.name, _kind_of(case, party, number)


def _kind_of(case: Application, party: Party, number: str) -> IdKind:
    """The kind of the party's document; that of a representative follows from the number's form."""
    person: Mapping[str, Any] = next((one for one in case.form.get("people", []) if one["key"] == party.person_key), {})
    if person.get("kind") != "legal":
        kind: IdKind = person.get("id_type") or "resident_id"
        return kind
    return kind_of(number)


def _tidied(number: str) -> str:
    try:
        return tidy_code(number)
    except ValueError:
        return number
