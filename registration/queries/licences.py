"""The public check of a licence: by number, by the token of a QR code, or by file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlmodel import Session, col

from certificates.errors import InvalidNumber
from certificates.numbers import CHECKS, clean, identify
from registration.database.statements import Query, Rows
from registration.database.together import together
from registration.models import Application, Entity, IssuedNumber, Licence, LicenceEvent, Registrar
from registration.queries.log import LATEST_HEAD, LEAF_OF_SHEET, Logged, covered

Means = Literal["code", "token", "file"]
Verdict = Literal[
    "valid", "sample", "superseded", "revoked", "declared_void", "altered", "not_ours", "unknown", "malformed"
]

# Register statuses after which no licence of the entity is valid.
ENDED = frozenset({"revoked", "annulled", "deregistered"})
COMPARED = (
    "name",
    "uscc",
    "five_numbers",
    "type_text",
    "representative",
    "capital",
    "currency",
    "domicile",
    "general_items",
    "licensed_items",
    "founded_on",
    "issued_on",
    "registrar",
    "edition",
    "serial",
)
LONGEST_CODE = 40
# Status of a sheet -> the events that lead to it.
_KINDS = {"revoked": ("revoke",), "superseded": ("supersede",), "declared_void": ("declare_void",)}
_IN_FORCE_BY = ("issue", "restore")


def _issued(*conditions: Any) -> Rows[Licence]:
    """The latest matching edition, the one in force first; sheets that are not issued yet are left out."""
    order = (col(Licence.status) != "issued", col(Licence.edition).desc(), col(Licence.id))
    return Rows(Licence, col(Licence.status) != "prepared", *conditions, order=order, limit=1)


def _last_event(*conditions: Any) -> Rows[LicenceEvent]:
    is_of_kind = col(LicenceEvent.kind).in_(bindparam("kinds", expanding=True))
    return Rows(LicenceEvent, is_of_kind, *conditions, order=[col(LicenceEvent.id).desc()], limit=1)


_IS_ORIGINAL = col(Licence.paper) == "original"
_BY_TOKEN = _issued(col(Licence.ref) == bindparam("ref"))
_BY_DIGEST = _issued(col(Licence.sha256) == bindparam("sha256"))
_BY_CODE = _issued(or_(col(Licence.code) == bindparam("code"), col(Licence.serial) == bindparam("code")), _IS_ORIGINAL)
_BY_NUMBER = _issued(
    col(Licence.application_id).in_(
        select(col(IssuedNumber.application_id)).where(
            col(IssuedNumber.value) == bindparam("number"), col(IssuedNumber.status) == "used"
        )
    ),
    _IS_ORIGINAL,
)
_IN_FORCE = _issued(
    col(Licence.status) == "issued",
    col(Licence.code) == bindparam("code"),
    col(Licence.paper) == bindparam("paper"),
)
_EVENTS = _last_event(col(LicenceEvent.licence_id) == bindparam("licence_id"))
_EVENTS_OF_CASE = _last_event(
    col(LicenceEvent.licence_id).in_(select(col(Licence.id)).where(col(Licence.application_id) == bindparam("case_id")))
)
_DUPLICATES = Query(
    select(func.count(col(Licence.id))).where(
        col(Licence.application_id) == bindparam("case_id"),
        col(Licence.edition) == bindparam("edition"),
        col(Licence.paper) == "duplicate",
    )
)
_OF_CASE = col(Entity.application_id) == bindparam("case_id")
_ENTITY = Rows(Entity, _OF_CASE)
_REGISTRAR = Rows(
    Registrar, col(Registrar.code) == select(col(Entity.registrar_code)).where(_OF_CASE).scalar_subquery()
)
# What a check says beside the sheet, as one statement.
_BESIDE: tuple[Query | Rows[Any], ...] = (_DUPLICATES, _ENTITY, _REGISTRAR, _EVENTS, LEAF_OF_SHEET, LATEST_HEAD)


@dataclass(frozen=True)
class Difference:
    """One fact in a file that differs from the issued licence."""

    field: str
    issued: Any
    claimed: Any


@dataclass(frozen=True)
class Checked:
    """The answer. `licence` is the requested sheet (for a number the original), `current` the one in force that
    superseded it.

    `fault` is the code and data of certificates.errors for an impossible number. `doubts` are the codes of
    certificates.signatures.verify for a file. `event` is the sheet's latest event, `logged` its entry in the public
    log.
    """

    by: Means
    verdict: Verdict
    asked: str = ""
    licence: Licence | None = None
    current: Licence | None = None
    entity: Entity | None = None
    registrar: Registrar | None = None
    duplicates: int = 0
    differences: tuple[Difference, ...] = ()
    fault: Mapping[str, Any] | None = None
    doubts: tuple[str, ...] = ()
    event: LicenceEvent | None = None
    logged: Logged | None = None

    def with_doubts(self, doubts: Iterable[str]) -> "Checked":
        return replace(self, doubts=tuple(doubts))


def check_code(session: Session, typed: str) -> Checked:
    """Checks by unified social credit code, registration number, any other issued number, or the licence's serial."""
    code = clean(typed)[:LONGEST_CODE]
    licence = _by_code(session, code)
    if licence is not None:
        return _found(session, licence, by="code", asked=code)
    fault = fault_of(code)
    return Checked("code", "malformed" if fault else "unknown", asked=code, fault=fault)


def verdict_on(session: Session, entity: Entity) -> Verdict:
    """The verdict of `check_code` for the code of an entity, without reading proof, event and registrar."""
    licence = _by_code(session, entity.code)
    if licence is None:
        return "malformed" if fault_of(entity.code) else "unknown"
    return _verdict(licence, entity)


def check_token(session: Session, token: str) -> Checked:
    """Checks by the token of the QR code: 128 random bits, so that one licence does not lead to another."""
    licence = _BY_TOKEN.first(session, ref=token)
    return _found(session, licence, by="token") if licence else Checked("token", "unknown")


def check_issued_file(session: Session, sha256: str) -> Checked | None:
    """Checks a file that is identical to an issued one, by its digest; None for any other."""
    licence = _BY_DIGEST.first(session, sha256=sha256)
    return _found(session, licence, by="file") if licence is not None else None


def check_file(session: Session, sha256: str, *, doubts: Iterable[str], claimed: Mapping[str, Any] | None) -> Checked:
    """Checks a file that was not issued; one that claims to be a licence is compared with the issued one.

    `doubts` are the problems that certificates.signatures.verify found; `claimed` is the data attached to the file,
    used only to find the licence that it imitates.
    """
    doubts = tuple(doubts)
    original = _BY_TOKEN.first(session, ref=_token_in(claimed or {}))
    if original is None:
        return Checked("file", "not_ours", asked=sha256, doubts=doubts)
    found = _found(session, original, by="file", asked=sha256)
    differences = _differences(original.particulars, claimed or {})
    return replace(found, verdict="altered", differences=differences, doubts=doubts)


def fault_of(code: str) -> Mapping[str, Any] | None:
    """Why this cannot be a number on a licence; None for a well-formed one."""
    try:
        CHECKS[identify(code)](code)
    except InvalidNumber as error:
        return {"code": error.code, **error.data}
    return None


def ordered_in(case: Application) -> ColumnElement[bool]:
    """The condition for the sheets that this case ordered: the first of a founding case, else those of its edition."""
    first = and_(col(Licence.application_id) == case.id, col(Licence.ordered_by).is_(None))
    return or_(first, col(Licence.ordered_by) == case.id)


def _found(session: Session, licence: Licence, *, by: Means, asked: str = "") -> Checked:
    of_case: dict[str, Any] = {"case_id": licence.application_id}
    of_sheet: dict[str, Any] = {"licence_id": licence.id}
    kinds = _KINDS.get(licence.status, _IN_FORCE_BY)
    of_edition, of_event = of_case | {"edition": licence.edition}, of_sheet | {"kinds": kinds}
    found = together(*_BESIDE).rows(session, [of_edition, of_case, of_case, of_event, of_sheet, {}])
    ((count,),), *rows = (read.taken_up(session, rows) for read, rows in zip(_BESIDE, found, strict=True))
    beside: list[Any] = [one[0] if one else None for one in rows]
    entity, registrar, event, leaf, head = beside
    verdict = _verdict(licence, entity)
    if verdict == "revoked":
        # The edition that was in force then has it.
        event = _EVENTS_OF_CASE.first(session, kinds=_KINDS[verdict], **of_case)
    return Checked(
        by,
        verdict,
        asked,
        licence,
        _successor(session, licence) if verdict == "superseded" else None,
        entity,
        registrar,
        count,
        event=event,
        logged=covered(leaf, head),
    )


def _successor(session: Session, licence: Licence) -> Licence | None:
    """The sheet in force of the same code and kind."""
    return _IN_FORCE.first(session, code=licence.code, paper=licence.paper)


def _verdict(licence: Licence, entity: Entity | None) -> Verdict:
    if licence.status == "revoked" or (entity is not None and entity.status in ENDED):
        return "revoked"
    if licence.status == "superseded":
        return "superseded"
    if licence.status == "declared_void":
        return "declared_void"
    return "sample" if licence.particulars.get("sample") else "valid"


def _by_code(session: Session, code: str) -> Licence | None:
    if not code:
        return None
    # An organization code is printed with a hyphen and stored without it.
    return _BY_CODE.first(session, code=code) or _BY_NUMBER.first(session, number=code.replace("-", ""))


def _token_in(claimed: Mapping[str, Any]) -> str:
    return str(claimed.get("check_url") or "").rstrip("/").rpartition("/")[2][:64]


def _differences(issued: Mapping[str, Any], claimed: Mapping[str, Any]) -> tuple[Difference, ...]:
    if not claimed:
        return ()
    return tuple(
        Difference(field, issued.get(field), claimed.get(field))
        for field in COMPARED
        if issued.get(field) != claimed.get(field)
    )
