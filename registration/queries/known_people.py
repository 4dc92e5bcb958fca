"""The persons whom an applicant has entered before and can add again without typing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col

from registration.database.statements import Rows
from registration.keys.account_names import address_of, mobile_of
from registration.keys.field_encryption import DecryptedForm
from registration.models import Account, Application
from registration.rules.entity_types import type_row
from registration.rules.form.parties import people_in

# The applicant's newest other applications that are read, and the most persons that are offered.
APPLICATIONS, OFFERED = 10, 8
_OTHERS = Rows(
    Application,
    col(Application.account_id) == bindparam("account_id"),
    col(Application.id) != bindparam("case_id"),
    order=[col(Application.id).desc()],
    limit=APPLICATIONS,
)
_ACCOUNT = Rows(Account, col(Account.id) == bindparam("account_id"))


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`person` is a raw row of the section `people` without its key; `source` names it among the others.

    `is_whole` where it was entered before; of the applicant only the account's own data is known.
    """

    source: str
    person: Mapping[str, Any]
    is_whole: bool


def known_people(session: Session, case: Application) -> tuple[KnownPerson, ...]:
    """The applicant, and the persons of the applicant's other applications, the newest entry of each; none of this one.

    Organizations only where the entity's type has some. The account may read all these applications anyway.
    """
    present = people_in(DecryptedForm(case.form, case=case.ref))
    met = {_identity(one) for one in present} | {""}
    names = {one.get("name") for one in present}
    found: list[KnownPerson] = []
    for source, person in _entered_before(session, case):
        if _identity(person) not in met and (type_row(case.entity_type).has_firms or person.get("kind") != "legal"):
            met.add(_identity(person))
            names.add(person.get("name"))
            row = {name: value for name, value in person.items() if name != "key"}
            found.append(KnownPerson(source, row, is_whole=True))
    (account,) = _ACCOUNT.all(session, account_id=case.account_id)
    own = [] if account.name in names else [KnownPerson("account", _own_data(account), is_whole=False)]
    return (*own, *found)[:OFFERED]


def _own_data(account: Account) -> dict[str, Any]:
    reached = {"email": address_of(account), "mobile": mobile_of(account)}
    return {"kind": "natural", "name": account.name} | {name: value for name, value in reached.items() if value}


def _entered_before(session: Session, case: Application) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for other in _OTHERS.all(session, account_id=case.account_id, case_id=case.id):
        for person in people_in(DecryptedForm(other.form, case=other.ref)):
            # Somebody who was left without a name has nothing to be known by.
            if person.get("name"):
                yield f"{other.ref}/{person.get('key')}", person


def _identity(person: Mapping[str, Any]) -> str:
    return str(person.get("uscc") or person.get("number_abroad") or person.get("id_no") or "")
