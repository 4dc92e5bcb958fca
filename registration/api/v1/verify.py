"""The public check of a licence: by number, by the token of its QR code, by the file itself. Nobody signs in for it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from flask import Response, request
from flask_openapi3 import FileStorage, Tag
from pydantic import BaseModel, ConfigDict, Field

from certificates.signatures.facts import Signature
from certificates.signatures.wording import rows
from registration import clock, database, verification
from registration.access import access
from registration.api.v1.blueprint import blueprint, repeatable, reply
from registration.api.v1.log_shapes import LogProof
from registration.api.v1.values import Parameters
from registration.gateways.examination import Examined
from registration.http.context import PUBLIC_LIMIT, limiter, say, settings_here
from registration.models import Licence as Sheet
from registration.queries.licences import Checked, Verdict
from registration.queries.log import as_proof, proved
from registration.rules.reasons import licence_reason
from registration.rules.reference import texts

TAGS = [Tag(name="核验 Checks")]
# Printed facts are public; the rest of the data describes how the sheet was made.
NOT_SHOWN = frozenset({"check_url", "check_host", "sample", "copy_kind", "copy_number"})


class DifferenceRow(BaseModel):
    field: str
    issued: Any
    claimed: Any


class RevocationReason(BaseModel):
    code: str
    text: str
    article: str


class InForce(BaseModel):
    edition: int
    serial: str
    issued_on: date


class CheckedRow(BaseModel):
    code: str
    label: str
    text: str


class CheckedSignature(Signature):
    """`level`: B-B, B-T, B-LT, or null for a signature that does not hold or is not ours; `words` say all of it."""

    words: list[CheckedRow]


class Check(BaseModel):
    """The public answer about a licence, with printed facts only."""

    verdict: Verdict
    message: str
    checked_by: Literal["code", "token", "file"]
    checked_at: datetime
    particulars: dict[str, Any] | None
    paper: str | None
    sample: bool = Field(description="A sample of a demonstration, without legal effect")
    fault: dict[str, Any] | None = Field(description="Why the number cannot be one")
    doubts: list[str] = Field(description="What is wrong with a file, by code: pdf.not_pdf, signature.altered ...")
    differences: list[DifferenceRow] = Field(description="What an altered file claims")
    signer: str | None = Field(description="Who signed: the file that was handed in, else the sheet as it was issued")
    signed_at: datetime | None
    signature: CheckedSignature | None = Field(description="Of a file: what its signature proves. None without a file")
    since: datetime | None = Field(description="Since when the sheet is what the verdict says")
    reason: RevocationReason | None = Field(
        description="Of one that was revoked or declared void: why, in words for everybody"
    )
    in_force: InForce | None = Field(description="Of a superseded one: the edition that holds now")
    log: LogProof | None = Field(description="The latest entry about the sheet in the public log, and its proof")


class CodeQuery(Parameters):
    code: str = Field(min_length=1, max_length=80, description="A USCC, another number, or the licence's serial")


class TokenPath(BaseModel):
    token: str = Field(min_length=1, description="The last part of the address in the QR code")


class LicenceFile(Parameters):
    """A licence as a PDF, up to 10 MB. It is not kept."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    file: FileStorage


@blueprint.get("/checks", tags=TAGS, responses={200: Check}, summary="按号码核验 · Check by number")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def by_code(query: CodeQuery) -> Response:
    return _answer(verification.check_number(query.code))


@blueprint.get("/checks/<token>", tags=TAGS, responses={200: Check}, summary="按二维码核验 · Check by QR code")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def by_token(path: TokenPath) -> Response:
    return _answer(verification.check_address(path.token))


@blueprint.post("/checks/file", tags=TAGS, responses={200: Check}, summary="按文件核验 · Check a file")
@access("public")
@repeatable
@limiter.limit(PUBLIC_LIMIT)
def by_file(form: LicenceFile) -> Response:
    # Of two files it would not be clear which one the answer is about.
    only = form.file.stream if len(request.files) == 1 else None
    answer = verification.check_upload(only, settings=settings_here())
    return _answer(answer.checked, examined=answer.examined)


def _answer(checked: Checked, *, examined: Examined | None = None) -> Response:
    sheet = checked.licence
    particulars: Mapping[str, Any] = sheet.particulars if sheet is not None else {}
    return reply(
        Check(
            verdict=checked.verdict,
            message=say(texts("reference/refusals.yaml")[f"verdict.{checked.verdict}"]),
            checked_by=checked.by,
            checked_at=clock.now(),
            particulars={name: value for name, value in particulars.items() if name not in NOT_SHOWN} or None,
            paper=sheet.paper if sheet is not None else None,
            sample=bool(particulars.get("sample")),
            fault=dict(checked.fault) if checked.fault else None,
            doubts=list(checked.doubts),
            differences=[DifferenceRow.model_validate(one, from_attributes=True) for one in checked.differences],
            since=checked.event.at if checked.event else None,
            reason=_reason(checked),
            in_force=_in_force(checked),
            log=_logged(checked),
            **_signed(sheet, examined),
        )
    )


def _logged(checked: Checked) -> LogProof | None:
    if checked.logged is None:
        return None
    with database.reading() as session:
        return LogProof.model_validate(as_proof(proved(session, checked.logged)))


def _signed(sheet: Sheet | None, examined: Examined | None) -> dict[str, Any]:
    found = examined.signature if examined is not None else None
    if examined is not None:
        signer, signed_at = (found.holder.name, found.signed_at) if found else (None, None)
        return {"signer": signer, "signed_at": signed_at, "signature": _describe(found) if found else None}
    signer, signed_at = (sheet.signed_by, sheet.issued_at) if sheet else (None, None)
    return {"signer": signer, "signed_at": signed_at, "signature": None}


def _describe(found: Signature) -> CheckedSignature:
    said = rows(found, say=say, moment=clock.written)
    return CheckedSignature(**found.model_dump(), words=[CheckedRow.model_validate(asdict(row)) for row in said])


def _reason(checked: Checked) -> RevocationReason | None:
    words = licence_reason(checked.event.reason_code) if checked.event else None
    if words is None or checked.event is None:
        return None
    return RevocationReason(code=str(checked.event.reason_code), text=say(words), article=words["article"])


def _in_force(checked: Checked) -> InForce | None:
    sheet = checked.current if checked.verdict == "superseded" else None
    if sheet is None:
        return None
    issued_on = date.fromisoformat(sheet.particulars["issued_on"])
    return InForce(edition=sheet.edition, serial=sheet.serial, issued_on=issued_on)
