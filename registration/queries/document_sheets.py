"""A document that was made from the answers, ready to print: signed as it was submitted, or as a draft."""

from datetime import date
from urllib.parse import urlsplit

from sqlmodel import Session

from certificates.paper.founding_document import DocumentSignature, DocumentText, FoundingDocument
from registration.clock import local, local_date
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, HistoryEntry, Registrar
from registration.queries.application_document import signatures_under, signer_name
from registration.queries.changes import revision_of
from registration.queries.founding_documents import texts_of
from registration.queries.papers import is_sample
from registration.queries.registrar_profiles import profile_on
from registration.rules.form.parties import parties_in
from registration.rules.languages import OF_PAPERS
from registration.rules.signers import CAPACITIES
from registration.settings import settings


def signed_sheet(
    session: Session, case: Application, kind: str, *, revision: int, ref: str, on: date
) -> FoundingDocument:
    """The document of this kind as it was submitted as `revision`, with the signatures that it bears."""
    submitted = revision_of(session, case, revision)
    text = next((one for one in texts_of(session, case, submitted) if one.kind == kind), None) if submitted else None
    if submitted is None or text is None:
        raise NotFound(document=kind)
    people = {person.get("key"): person for person in parties_in(decrypt_form(submitted.form, case=case.ref))}
    given = signatures_under(session, case, digest=submitted.digest)
    return FoundingDocument(
        text=text,
        number=f"{case.ref}-{revision}",
        registrar=_registrar(session, case, on),
        signatures=tuple(
            DocumentSignature(
                name=signer_name(people, entry.data),
                capacities="、".join(CAPACITIES[one][OF_PAPERS] for one in _own(text, entry)),
                signed_at=f"{local(entry.at):%Y-%m-%d %H:%M:%S}",
                digest=submitted.digest,
            )
            for entry in given
            if _own(text, entry)
        ),
        issued_on=on,
        check_url=f"{settings().public_url}/v/{ref}",
        check_host=_host(),
        sample=is_sample(),
    )


def draft_sheet(session: Session, case: Application, text: DocumentText) -> FoundingDocument:
    """The document before it is signed: the same content until the draft is changed."""
    on = local_date(case.updated_at)
    return FoundingDocument(
        text=text,
        number=case.ref,
        registrar=_registrar(session, case, on),
        issued_on=on,
        check_host=_host(),
        sample=is_sample(),
    )


def _own(text: DocumentText, entry: HistoryEntry) -> list[str]:
    """The capacities of a signature in which this document is signed."""
    return [one for one in entry.data["capacities"] if one in text.signers]


def _registrar(session: Session, case: Application, on: date) -> str:
    return profile_on(session, session.get_one(Registrar, case.registrar_code), on=on).name_zh


def _host() -> str:
    return f"{urlsplit(settings().public_url).netloc}/v"
