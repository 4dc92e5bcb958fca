"""Makes the licence: render, sign, store, and only then record. No lock is held while it works."""

from collections.abc import Sequence
from hashlib import sha256
from math import inf
from time import monotonic

from certificates.credentials.qr_statement import qr_text
from certificates.paper.design import find
from certificates.paper.fingerprints import fonts_hash
from certificates.paper.pdf import renderer, unwritten
from certificates.particulars import Particulars
from registration import clock
from registration.documents.signing import sign, signer
from registration.gateways.storage import put_all, storage
from registration.keys.offline import signing_key
from registration.operations import issue, registration_record
from registration.operations.issue import MadeEdition, MadeSheet, Sheet
from registration.outbox import Work
from registration.settings import settings
from registration.tasks.renderer import limits


def licence(work: Work) -> None:
    """Original and duplicates of one case. Repeated, it makes the same sheets and records them once."""
    licences([work], end=inf)


def licences(works: Sequence[Work], *, end: float) -> int:
    """Makes those of several cases and records all of them or none. Returns of how many, the first of them: after
    `end` (monotonic seconds) no further case is begun."""
    prepared = issue.prepare_all([case_of(work) for work in works], now=clock.now())
    files: dict[str, bytes] = {}
    made = []
    for work in works:
        made.append(MadeEdition(work.id, case_of(work), [_made(sheet, files) for sheet in prepared[case_of(work)]]))
        if monotonic() > end:
            break
    put_all(storage(settings()), files)
    issue.record_all(made, now=clock.now())
    return len(made)


def edition(work: Work) -> None:
    """The sheets of a new edition, which supersedes the one before once they are recorded."""
    sheets = issue.prepare(case_of(work), edition=int(work.payload["edition"]), now=clock.now())
    issue.record(work.id, case_of(work), _stored(sheets), now=clock.now())


def registration(work: Work) -> None:
    """What an approved case about an entity leads to: its entry in the register, and sheets if it needs some."""
    sheets = registration_record.prepare(case_of(work), now=clock.now())
    registration_record.record(work.id, case_of(work), _stored(sheets), now=clock.now())


def case_of(work: Work) -> int:
    """The id of the case that the message is about."""
    assert work.application_id is not None
    return work.application_id


def _stored(sheets: Sequence[Sheet]) -> list[MadeSheet]:
    """The sheets of one case, made and stored."""
    files: dict[str, bytes] = {}
    made = [_made(sheet, files) for sheet in sheets]
    put_all(storage(settings()), files)
    return made


def _made(sheet: Sheet, files: dict[str, bytes]) -> MadeSheet:
    """The sheet, made and signed. Its file is added to `files`, to be stored before it is recorded."""
    particulars = Particulars.model_validate(sheet.particulars)
    text = qr_text(particulars, registrar=sheet.registrar_code, key=signing_key("qr"))
    ready = renderer(sheet.design, own=settings().designs)
    made = unwritten(ready, particulars, qr_text=text, seal=sheet.seal, limits=limits())
    signed = sign(made, now=clock.now(), reason="核发营业执照", location=particulars.registrar)
    digest = sha256(signed).hexdigest()
    key = f"licences/{digest[:2]}/{digest}.pdf"
    files[key] = signed
    made_of = (find(sheet.design, own=settings().designs).digest(), fonts_hash())
    return MadeSheet(sheet.licence_id, digest, key, len(signed), signer().common_name, *made_of)
