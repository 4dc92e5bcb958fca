"""The public check of a licence: by number, by the token of its QR code, by the file itself. Nobody signs in for it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from flask import Response, request
from flask_openapi3 import FileStorage, Tag
from pydantic import BaseModel, ConfigDict, Field

from registration import clock, db
from registration.access import access
from registration.api.v1.door import door, repeatable, reply
from registration.edge import PUBLIC_LIMIT, lang_here, limiter, settings_here
from registration.errors import InvalidInput, Unavailable
from registration.gateways.examination import Examined, examine
from registration.keys import trust_roots
from registration.operations.verify import note_check
from registration.queries.licences import Checked, check_code, check_file, check_token
from registration.rules.problems import Problem
from registration.rules.reference import texts

TAGS = [Tag(name="核验 Checks")]
# What a licence prints is public; the rest of its data tells how the sheet was made.
NOT_SHOWN = frozenset({"check_url", "check_host", "sample", "copy_kind", "copy_number"})


class DifferenceRow(BaseModel):
    field: str
    issued: Any
    claimed: Any


class Check(BaseModel):
    """The public answer about a licence. Only what a licence prints stands in it."""

    verdict: Literal["valid", "superseded", "revoked", "altered", "unknown", "malformed"]
    message: str
    checked_by: Literal["code", "token", "file"]
    checked_at: datetime
    particulars: dict[str, Any] | None
    paper: str | None
    sample: bool = Field(description="A sample of a demonstration, without legal effect")
    fault: dict[str, Any] | None = Field(description="Why the number cannot be one")
    doubts: list[str] = Field(description="What is wrong with a file, by code: pdf.not_pdf, signature.altered ...")
    differences: list[DifferenceRow] = Field(description="What an altered file claims")
    signer: str | None
    signed_at: datetime | None


class CodeQuery(BaseModel):
    code: str = Field(min_length=1, max_length=80, description="A USCC, another number, or the licence's serial")


class TokenPath(BaseModel):
    token: str = Field(description="The last part of the address in the QR code")


class Licence(BaseModel):
    """A licence as a PDF, up to 10 MB. It is not kept."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    file: FileStorage


@door.get("/checks", tags=TAGS, responses={200: Check}, summary="按号码核验 · Check by number")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def by_code(query: CodeQuery) -> Response:
    with db.reading() as session:
        checked = check_code(session, query.code)
    return _answer(checked)


@door.get("/checks/<token>", tags=TAGS, responses={200: Check}, summary="按二维码核验 · Check by QR code")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def by_token(path: TokenPath) -> Response:
    with db.reading() as session:
        checked = check_token(session, path.token)
    return _answer(checked)


@door.post("/checks/file", tags=TAGS, responses={200: Check}, summary="按文件核验 · Check a file")
@access("public")
@repeatable
@limiter.limit(PUBLIC_LIMIT)
def by_file(form: Licence) -> Response:
    chosen = settings_here()
    content = form.file.read(chosen.upload_bytes + 1)
    if not content or len(content) > chosen.upload_bytes or len(request.files) != 1:
        code = "upload.too_large" if content else "upload.empty"
        raise InvalidInput([Problem("file", code, {"most": chosen.upload_bytes // 2**20})])
    digest = sha256(content).hexdigest()
    examined = examine(content, sha256=digest, trust_roots=trust_roots(chosen))
    with db.reading() as session:
        checked = check_file(session, digest, doubts=examined.problems, claimed=examined.claimed)
    if checked.verdict == "unknown" and "pdf.too_costly" in examined.problems:
        # Not examined is not the same as unknown: it may well be one of ours.
        raise Unavailable("file_too_costly")
    return _answer(checked, examined=examined)


def _answer(checked: Checked, *, examined: Examined | None = None) -> Response:
    now = clock.now()
    note_check(checked, now=now)
    sheet = checked.licence
    particulars: Mapping[str, Any] = sheet.particulars if sheet is not None else {}
    return reply(
        Check(
            verdict=checked.verdict,
            message=texts("reference/refusals.yaml")[f"verdict.{checked.verdict}"][lang_here()],
            checked_by=checked.by,
            checked_at=now,
            particulars={name: value for name, value in particulars.items() if name not in NOT_SHOWN} or None,
            paper=sheet.paper if sheet is not None else None,
            sample=bool(particulars.get("sample")),
            fault=dict(checked.fault) if checked.fault else None,
            doubts=list(checked.doubts),
            differences=[DifferenceRow.model_validate(one, from_attributes=True) for one in checked.differences],
            signer=examined.signer if examined is not None else None,
            signed_at=examined.signed_at if examined is not None else None,
        )
    )
