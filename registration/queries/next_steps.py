"""What follows the licence of a case: the city's steps for its entity type, each with its state as far as known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from registration.clock import local_date
from registration.models import Licence, Part
from registration.queries.casefile import CaseFile
from registration.queries.receipts import ReceiptRow
from registration.rules.city import NextStep, city
from registration.rules.entity_types import type_row
from registration.rules.ledger import STANDING

# `part`: the agency has a part in the case; `sending`: it will get the data; `delivered`: it has them; `confirmed`: it
# `part`: the agency has a part in the case; `sending`: it will get the data; `delivered`: it has them; `confirmed`: it
# says so itself, with its own number if it has one; `clarifying`: it asks the office about the record; `asked`: asked
# for in the form; `own`: the applicant begins it.
StepState = Literal["part", "delivered", "confirmed", "clarifying", "sending", "asked", "own"]


@dataclass(frozen=True)
class NextStepState:
    """A step; `at` and `receipt` are those of the delivery, `number` is the agency's own, `due_on` the last day."""

    step: NextStep
    state: StepState
    due_on: date | None
    part: Part | None = None
    receipt: str = ""
    at: datetime | None = None
    number: str = ""
    confirmed_at: datetime | None = None


def next_steps_of(file: CaseFile) -> list[NextStepState]:
    """Empty before the licence, or where the city has no such data."""
    issued = [one for one in file.licences if one.status in STANDING and one.issued_at]
    if not issued:
        return []
    row = type_row(file.case.entity_type)
    return [_state(file, step, issued) for step in city().next_steps if row.answers_to(step.named)]


def _state(file: CaseFile, step: NextStep, issued: list[Licence]) -> NextStepState:
    since = min(local_date(one.issued_at) for one in issued if one.issued_at)
    due_on = since + timedelta(days=step.days) if step.days else None
    if step.agency is None:
        return NextStepState(step, "asked" if _is_asked(file.form, step.asked) else "own", due_on)
    part = next((view.part for view in file.parts if view.part.key == step.agency), None)
    if part is not None:
        return NextStepState(step, "part", due_on, part=part)
    name = city().agency(step.agency).shared_as
    if (row := next((one for one in file.receipts if one.receipt.agency == name), None)) is not None:
        return _of_receipt(step, row, due_on)
    receipt, at = _receipt(file, step.agency)
    return NextStepState(step, "delivered" if at else "sending", due_on, receipt=receipt, at=at)


def _of_receipt(step: NextStep, row: ReceiptRow, due_on: date | None) -> NextStepState:
    sent = row.receipt
    state: StepState = "clarifying" if row.is_reported else "confirmed" if sent.acknowledged_at else "delivered"
    return NextStepState(
        step,
        state,
        due_on,
        receipt=sent.receipt,
        at=sent.sent_at,
        number=sent.number,
        confirmed_at=sent.acknowledged_at,
    )


def _receipt(file: CaseFile, agency: str) -> tuple[str, datetime | None]:
    name = city().agency(agency).shared_as
    for entry in reversed(file.history):
        receipts = entry.data.get("receipts") or {}
        if name in receipts:
            return str(receipts[name]), entry.at
    return "", None


def _is_asked(form: Mapping[str, Any], path: str | None) -> bool:
    value: Any = form
    for part in path.split(".") if path else ():
        value = value.get(part) if isinstance(value, Mapping) else None
    return path is not None and value is True
