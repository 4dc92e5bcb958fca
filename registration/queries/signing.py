"""The content for a signer: empty before the identity is proved, then everything except other persons' numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration.actor import Actor
from registration.clock import local_date
from registration.errors import NotFound
from registration.models import Application, Material, Party
from registration.queries.casefile import CaseFile, casefile
from registration.queries.changes import materials_now
from registration.queries.facts import form_digest
from registration.rules.declarations import declarations_for
from registration.rules.fields import sensitive_paths
from registration.rules.form.parent import PARENT
from registration.rules.form.parties import party_in
from registration.rules.masking import masked_form


@dataclass(frozen=True)
class SigningFile:
    """`form` and `materials` are empty until the identity is `proved`; then the party's own data are unmasked.

    `signed`: the party has signed content of this digest.
    """

    file: CaseFile
    party: Party
    form: Mapping[str, Any]
    materials: tuple[Material, ...]
    proved: bool
    signs_for: str | None
    digest: str
    signed: bool
    declarations: tuple[str, ...]


def signing_file(
    session: Session, *, actor: Actor, now: datetime, is_proved: Callable[[Application, Party], bool]
) -> SigningFile:
    """The file of the case that the party behind a link (`Actor.party_id`) must sign.

    `is_proved`: the person behind the request has proved to be this party.
    """
    party = session.get(Party, actor.party_id) if actor.party_id is not None else None
    if party is None:
        raise NotFound("signing_link_unknown")
    case = session.get_one(Application, party.application_id)
    file = casefile(session, case.ref, actor=actor, now=now)
    own = party_in(file.form, party.person_key)
    proved = file.facts.identity_is_fresh and is_proved(case, party)
    others = [path for path in sensitive_paths(file.form) if not _is_of(path, file.form, party.person_key)]
    return SigningFile(
        file=file,
        party=party,
        form=masked_form(file.form, others) if proved else {},
        materials=tuple(one for need in file.needs for one in need.files) if proved else (),
        proved=proved,
        signs_for=own.get("name") if own.get("kind") == "legal" else None,
        digest=form_digest(file.facts.form, materials_now(session, case)),
        declarations=declarations_for(party.capacities, matter=case.matter, regime=case.regime, on=local_date(now)),
        signed=any(one.valid for one in file.signatures if one.party.id == party.id),
    )


def _is_of(path: str, form: Mapping[str, Any], key: str) -> bool:
    section, _, rest = path.partition(".")
    place = rest.partition(".")[0]
    if section == PARENT:
        return key == PARENT
    return section == "people" and bool(form["people"][int(place)].get("key") == key)
