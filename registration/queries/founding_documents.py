"""The texts of the documents that are made from the answers: of the present answers, or as they were signed.

A text is fixed with the first signature under a digest, so that every later signer, the office and the paper have the
same, also if the standard texts are changed meanwhile.
"""

import json

from sqlmodel import Session

from certificates.paper.founding_document import DocumentText
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import Application, Revision, SignedContent
from registration.queries.case_rows import SIGNED
from registration.queries.changes import materials_now, revision_of
from registration.queries.opened_form import opened_form
from registration.queries.readable import readable_kinds
from registration.rules.founding_documents.texts import texts_for


def texts_now(session: Session, case: Application) -> list[DocumentText]:
    """The documents of the present answers, in the order of the materials."""
    opened, materials = opened_form(session, case), materials_now(session, case)
    signed = signed_content(session, case, opened.digest(materials))
    if signed is not None:
        return _signed_texts(case, signed)
    uploaded = {one["kind"] for one in materials}
    return texts_for(
        opened.answers, entity_type=case.entity_type, regime=case.regime, matter=case.matter, uploaded=uploaded
    )


def signed_content(session: Session, case: Application, digest: str) -> SignedContent | None:
    """What was signed under this digest."""
    return SIGNED.first(session, case_id=case.id, digest=digest)


def texts_of(session: Session, case: Application, revision: Revision) -> list[DocumentText]:
    """The documents that were submitted as this revision. Read once in a session, since they never change."""
    read: dict[tuple[int, int], list[DocumentText]] = session.info.setdefault("submitted_texts", {})
    if (case.id, revision.number) not in read:
        signed = signed_content(session, case, revision.digest)
        read[case.id, revision.number] = _signed_texts(case, signed) if signed is not None else []
    return read[case.id, revision.number]


def readable_texts(session: Session, case: Application, *, actor: Actor) -> list[DocumentText]:
    """Those that the actor may read: the office reads what was submitted."""
    revision = revision_of(session, case, case.revision) if actor.is_staff else None
    found = texts_of(session, case, revision) if revision else [] if actor.is_staff else texts_now(session, case)
    kinds = readable_kinds(session, case, actor=actor)
    return [text for text in found if text.kind in kinds]


def readable_text(session: Session, case: Application, kind: str, *, actor: Actor) -> DocumentText:
    """One of them by its kind. NotFound for any other."""
    found = next((text for text in readable_texts(session, case, actor=actor) if text.kind == kind), None)
    if found is None:
        raise NotFound(document=kind)
    return found


def fixed_texts(session: Session, case: Application) -> str:
    """The present texts as they are kept with a signature: encrypted, since an agreement names home addresses."""
    texts = [text.model_dump(mode="json") for text in texts_now(session, case)]
    return encrypt(json.dumps(texts, ensure_ascii=False), case=case.ref)


def _signed_texts(case: Application, signed: SignedContent) -> list[DocumentText]:
    """The texts as they were signed; what was signed before documents were made has none."""
    if signed.documents is None:
        return []
    return [DocumentText.model_validate(one) for one in json.loads(decrypt(signed.documents, case=case.ref))]
