"""What is sent to a signer: the link by mail or text message, in the language of this person."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlmodel import Session

from registration import database
from registration.keys.field_encryption import decrypt_form
from registration.models import Account, Application, Party
from registration.queries.accounts import find_logins
from registration.queries.letters import Letter
from registration.rules.form import read
from registration.rules.languages import known, said_part
from registration.rules.notice_preferences import is_wanted
from registration.rules.push import REMINDER
from registration.rules.reference import texts
from registration.rules.signers import Signer, signer_with
from registration.settings import settings
from workflows.definition.values import DEFAULTS

_FILE = "reference/signing_messages.yaml"
Occasion = Literal["invite", "remind"]
Channel = Literal["mail", "sms"]


def language_of(party: Party, signer: Signer) -> str:
    """The language in which a signer is written to: the applicant's choice, or the one that goes with the document."""
    return known(party.locale or DEFAULTS[signer.foreign])


def channels_of(signer: Signer) -> tuple[Channel, ...]:
    """How this signer can be reached; mail first, because a text message costs money."""
    mail: tuple[Channel, ...] = ("mail",) if signer.email else ()
    return (*mail, "sms") if signer.mobile and settings().sends_sms else mail


def messages_for(
    application_id: int, links: Mapping[int, str], *, occasion: Occasion, channel: Channel | None = None
) -> list[Letter]:
    """A message for each party of `links` (number of the party -> secret) that `channel`, or any, can reach."""
    found = []
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        form, _ = read(decrypt_form(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
        applicant = session.get_one(Account, case.account_id).name
        for party_id, secret in links.items():
            party = session.get_one(Party, party_id)
            signer = signer_with(form, party.person_key, entity_type=case.entity_type)
            ways = [one for one in channels_of(signer) if channel in (None, one)] if signer else []
            unasked = occasion == "remind" and channel is None
            if signer and ways and not (unasked and _has_switched_off(session, signer)):
                found.append(_message(case, party, signer, secret, applicant, occasion=occasion, channel=ways[0]))
    return found


def accounts_asked(application_id: int, parties: Iterable[int]) -> list[int]:
    """The accounts of these signers: those that sign in with the address or telephone which the form has of them."""
    with database.reading() as session:
        case = session.get_one(Application, application_id)
        form, _ = read(decrypt_form(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
        people = (session.get_one(Party, one).person_key for one in parties)
        signers = [signer_with(form, one, entity_type=case.entity_type) for one in people]
        found = _accounts(session, *filter(None, signers))
        return sorted(account.id for account in found if account.kind == "applicant")


def _accounts(session: Session, *signers: Signer) -> Sequence[Account]:
    return find_logins(session, [login for one in signers for login in (one.email, one.mobile) if login])


def _has_switched_off(session: Session, signer: Signer) -> bool:
    """Whether a signer with an account wants no reminders that nobody asked for."""
    return any(not is_wanted(REMINDER, off=account.notices_off) for account in _accounts(session, signer))


def _message(
    case: Application,
    party: Party,
    signer: Signer,
    secret: str,
    applicant: str,
    *,
    occasion: Occasion,
    channel: Channel,
) -> Letter:
    lang = language_of(party, signer)
    values = {
        "who": party.name,
        "applicant": applicant,
        "name": case.name or case.ref,
        "url": f"{settings().public_url}/sign/{secret}?lang={lang}",
        "days": settings().signing_link_days,
    }
    row = texts(_FILE)[occasion]
    to = (signer.email if channel == "mail" else signer.mobile) or ""
    subject = said_part(row, "subject", lang).format_map(values) if channel == "mail" else ""
    text = said_part(row, "text" if channel == "mail" else "sms", lang).format_map(values)
    return Letter(to, subject, text, lang)
