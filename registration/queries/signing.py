"""The content for a signer: empty before the identity is proved, then everything except other persons' numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from certificates.paper.founding_document import DocumentText
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, Material, Party
from registration.queries.case_rows import CASE_BY_ID
from registration.queries.casefile import CaseFile, casefile_of, files_by_kind
from registration.queries.changes import Change, changes_between, materials_now
from registration.queries.founding_documents import signed_content, texts_now
from registration.rules.declarations import declarations_for
from registration.rules.fields import sensitive_paths
from registration.rules.form.parent import PARENT
from registration.rules.form.present_shape import in_present_shape
from registration.rules.masking import masked_form
from registration.rules.registered_entity import chosen_items
from registration.rules.signers import signer_with


@dataclass(frozen=True)
class SigningFile:
    """`form`, `materials` and `texts` (documents that are made from the answers) are empty until the identity is
    `proved`; then the party's own data are unmasked.

    `signed`: the party has signed content of this digest. `changes` are those since the party's last signature.
    """

    file: CaseFile
    party: Party
    form: Mapping[str, Any]
    materials: tuple[Material, ...]
    texts: tuple[DocumentText, ...]
    proved: bool
    signs_for: tuple[str, ...]
    digest: str
    signed: bool
    declarations: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def declined(self) -> bool:
        return self.party.refused_digest == self.digest

    @property
    def may_decline(self) -> bool:
        """Whether the case's table has this action now; an older table has neither of the two."""
        return self.file.offer("decline") is not None

    @property
    def may_report(self) -> bool:
        return self.file.offer("report_misuse") is not None


def signing_file(
    session: Session, *, actor: Actor, now: datetime, is_proved: Callable[[Application, Party], bool]
) -> SigningFile:
    """The file of the case that the party behind a link (`Actor.party_id`) must sign.

    `is_proved`: the person behind the request has proved to be this party.
    """
    party = session.get(Party, actor.party_id) if actor.party_id is not None else None
    if party is None:
        raise NotFound("signing_link_unknown")
    file = casefile_of(session, CASE_BY_ID.all(session, case_id=party.application_id)[0], actor=actor, now=now)
    case = file.case
    signer = signer_with(file.facts.read_form[0], party.person_key, entity_type=case.entity_type)
    keys = signer.keys if signer else (party.person_key,)
    proved = file.facts.identity_is_fresh and is_proved(case, party)
    shown = _masked(file.form, keys) if proved else {}
    return SigningFile(
        file=file,
        party=party,
        form=shown,
        materials=tuple(one for need in file.needs for one in need.files) if proved else (),
        texts=tuple(texts_now(session, case)) if proved else (),
        proved=proved,
        signs_for=signer.organizations if signer else (),
        digest=file.facts.digest,
        declarations=declarations_for(
            party.capacities,
            matter=case.matter,
            items=chosen_items(file.form),
            regime=case.regime,
            on=local_date(now),
        ),
        signed=any(one.valid for one in file.signatures if one.party.id == party.id),
        changes=tuple(_changes(session, case, party, shown, keys)) if proved else (),
    )


def _changes(
    session: Session, case: Application, party: Party, shown: Mapping[str, Any], keys: tuple[str, ...]
) -> list[Change]:
    """The content now against what this party signed last; none before the first signature."""
    signed = signed_content(session, case, party.signed_digest) if party.signed_digest else None
    if signed is None:
        return []
    before = _masked(in_present_shape(decrypt_form(signed.form, case=case.ref)), keys)
    files = [{"materials": files_by_kind(one)} for one in (signed.materials, materials_now(session, case))]
    return changes_between({**before, **files[0]}, {**shown, **files[1]})


def _masked(form: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
    return masked_form(form, [path for path in sensitive_paths(form) if not _is_of(path, form, keys)])


def _is_of(path: str, form: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    section, _, rest = path.partition(".")
    place = rest.partition(".")[0]
    if section == PARENT:
        return PARENT in keys
    return section == "people" and form["people"][int(place)].get("key") in keys
