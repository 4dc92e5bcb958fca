"""Claims of creditors during a public notice, declared without an account (Company Law 2023 arts. 224, 235).

A claim ends nothing: the liquidation group or the company settles it. It is never public.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from registration import database, outbox
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import CreditorClaim, PublicNotice
from registration.operations import audit
from registration.operations.public_notices import public_number
from registration.queries.notices import CLAIM_DECLARED
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose_of
from registration.rules.public_notices import (
    LONGEST_AMOUNT,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    NoticeKind,
    notice_kinds,
    runs,
)

MOST = Decimal(10) ** 13
_FIELDS = (
    ("name", LONGEST_NAME, pair("姓名或者名称", "your name")),
    ("contact", LONGEST_CONTACT, pair("联系方式", "the way to reach you")),
    ("amount", LONGEST_AMOUNT, pair("债权的数额", "the amount")),
    ("basis", LONGEST_REASON, pair("债权的依据", "what the claim is based on")),
)


@dataclass(frozen=True)
class ClaimData:
    """Who claims, how to reach them, how many yuan, on what basis; `demand` where the notice lets them choose one."""

    name: str
    contact: str
    amount: str
    basis: str
    demand: str = ""


def declare(notice: str, data: ClaimData, *, now: datetime) -> str:
    """Keeps a claim; returns its number.

    Raises NotFound for no such notice; Conflict("claims_are_over") after its last day, once it has ended, or for a kind
    of notice that takes no claims; InvalidInput with every fault.
    """
    with database.transaction() as session:
        query = select(PublicNotice).where(col(PublicNotice.ref) == notice, col(PublicNotice.announced).is_(True))
        found = session.scalars(query.with_for_update()).one_or_none()
        if found is None:
            raise NotFound(notice=notice)
        kind = notice_kinds()[found.kind]
        if not kind.claims or not runs(found.status, found.last_on, local_date(now)):
            raise Conflict("claims_are_over")
        texts = _fit(data, kind)
        sealed: dict[str, Any] = {name: encrypt(text, case=found.ref) for name, text in texts.items()}
        row = CreditorClaim(
            ref=public_number("ZQ", now),
            notice_id=found.id,
            demand=data.demand if kind.demands else "",
            **sealed,
            made_at=now,
        )
        session.add(row)
        outbox.put(session, CLAIM_DECLARED, now=now, application_id=found.application_id)
        audit.note(session, "notice:claim", subject="public", now=now, notice=found.ref, claim=row.ref)
        return row.ref


def _fit(data: ClaimData, kind: NoticeKind) -> dict[str, str]:
    """The texts as they are stored, the amount in yuan. InvalidInput with the faults of all fields."""
    problems: list[Problem] = []
    if kind.demands and data.demand not in kind.demands:
        problems.append(Problem("demand", "field.missing", {"field": pair("要求", "what you ask for")}))
    found = prose_of(problems, data, _FIELDS)
    if found["amount"]:
        found["amount"] = _yuan(found["amount"], problems)
    if problems:
        raise InvalidInput(problems)
    return found


def _yuan(typed: str, problems: list[Problem]) -> str:
    """The amount without marks, with two decimals at most."""
    try:
        amount = Decimal(typed.replace(",", "").replace("，", "").removesuffix("元").strip())
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount <= MOST and amount == round(amount, 2)):
        problems.append(Problem("amount", "claim.amount"))
        return ""
    return f"{amount.normalize():f}"
