"""Makes the licence: render, sign, store, and only then record. No lock is held while it works."""

from hashlib import sha256

from certificates.credentials.qr_statement import qr_text
from certificates.paper.design import find
from certificates.paper.fingerprints import fonts_hash
from certificates.paper.pdf import renderer, unwritten
from certificates.particulars import Particulars
from registration import clock
from registration.documents.signing import sign, signer
from registration.gateways.storage import storage
from registration.keys.offline import signing_key
from registration.operations import issue, registration_record
from registration.operations.issue import MadeSheet, Sheet
from registration.outbox import Work
from registration.settings import settings
from registration.tasks.renderer import limits


def licence(work: Work) -> None:
    """Original and duplicates of one case. Repeated, it makes the same sheets and records them once."""
    _make_edition(work, edition=1)


def edition(work: Work) -> None:
    """The sheets of a new edition, which supersedes the one before once they are recorded."""
    _make_edition(work, edition=int(work.payload["edition"]))


def registration(work: Work) -> None:
    """What an approved case about an entity leads to: its entry in the register, and sheets if it needs some."""
    assert work.application_id is not None
    sheets = registration_record.prepare(work.application_id, now=clock.now())
    made = [_make(sheet) for sheet in sheets]
    registration_record.record(work.id, work.application_id, made, now=clock.now())


def _make_edition(work: Work, *, edition: int) -> None:
    assert work.application_id is not None
    sheets = issue.prepare(work.application_id, edition=edition, now=clock.now())
    made = [_make(sheet) for sheet in sheets]
    issue.record(work.id, work.application_id, made, now=clock.now())


def _make(sheet: Sheet) -> MadeSheet:
    particulars = Particulars.model_validate(sheet.particulars)
    text = qr_text(particulars, registrar=sheet.registrar_code, key=signing_key("qr"))
    ready = renderer(sheet.design, own=settings().designs)
    made = unwritten(ready, particulars, qr_text=text, seal=sheet.seal, limits=limits())
    signed = sign(made, now=clock.now(), reason="核发营业执照", location=particulars.registrar)
    digest = sha256(signed).hexdigest()
    key = f"licences/{digest[:2]}/{digest}.pdf"
    storage(settings()).put(key, signed)
    made_of = (find(sheet.design, own=settings().designs).digest(), fonts_hash())
    return MadeSheet(sheet.licence_id, digest, key, len(signed), signer().common_name, *made_of)
