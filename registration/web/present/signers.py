"""The signers of a case as its applicant sees them: state, refusal, and the ways to reach each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from certificates.paper.qr import svg
from registration.http.context import say
from registration.models import Party
from registration.queries.casefile import CaseFile
from registration.queries.signing_messages import Channel, channels_of, language_of
from registration.rules.identity import mask_email, mask_mobile
from registration.rules.signers import CAPACITIES, Signer, signer_with
from registration.rules.tidy import is_same_name

Status = Literal["signed", "declined", "waiting"]


@dataclass(frozen=True)
class SignerRow:
    """`is_applicant`: the name is the applicant's, who most likely signs here. `address`, `qr`: where asked for."""

    party: Party
    capacities: tuple[str, ...]
    organizations: tuple[str, ...]
    status: Status
    is_applicant: bool
    ways: tuple[tuple[Channel, str], ...]
    lang: str
    address: str
    qr: Markup


def signer_rows(file: CaseFile, *, addresses: Mapping[str, str], applicant: str) -> list[SignerRow]:
    """Those who can sign here and now first, then in the order of the form."""
    form, _ = file.facts.read_form
    rows = []
    for one in file.signatures:
        signer = signer_with(form, one.party.person_key, entity_type=file.case.entity_type)
        status: Status = "signed" if one.valid else "declined" if one.declined else "waiting"
        address = addresses.get(one.party.ref, "")
        rows.append(
            SignerRow(
                party=one.party,
                capacities=tuple(say(CAPACITIES[key]) for key in one.party.capacities if key in CAPACITIES),
                organizations=signer.organizations if signer else (),
                status=status,
                is_applicant=is_same_name(one.party.name, applicant),
                ways=tuple(_ways(signer)) if signer else (),
                lang=language_of(one.party, signer) if signer else "",
                address=address,
                qr=_qr(address, one.party.name),
            )
        )
    return sorted(rows, key=lambda row: not (row.is_applicant and row.status == "waiting"))


def _ways(signer: Signer) -> list[tuple[Channel, str]]:
    reach = {"mail": mask_email(signer.email or ""), "sms": mask_mobile(signer.mobile or "")}
    return [(channel, reach[channel]) for channel in channels_of(signer)]


def _qr(address: str, name: str) -> Markup:
    # The library escapes the title; the address is this program's own.
    return Markup(svg(address, title=name)) if address else Markup("")  # noqa: S704
