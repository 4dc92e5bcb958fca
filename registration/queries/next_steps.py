"""What follows the licence of a case: the city's steps for its entity type, each with its state as far as known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from registration.clock import local_date
from registration.models import Licence, Part
from registration.queries.casefile import CaseFile
from registration.rules.city import NextStep, city
from registration.rules.entity_types import type_row

# `part`: the agency has a part in the case; `delivered`: it has confirmed the data; `sending`: it will get them;
# `asked`: asked for in the form; `own`: the applicant begins it.
StepState = Literal["part", "delivered", "sending", "asked", "own"]


@dataclass(frozen=True)
class NextStepState:
    """A step; `at` and `receipt` are those of the agency's confirmation, `due_on` the end of the term."""

    step: NextStep
    state: StepState
    due_on: date | None
    part: Part | None = None
    receipt: str = ""
    at: datetime | None = None


def next_steps_of(file: CaseFile) -> list[NextStepState]:
    """Empty before the licence, or where the city has no such data."""
    issued = [one for one in file.licences if one.status == "issued" and one.issued_at]
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
    receipt, at = _receipt(file, step.agency)
    return NextStepState(step, "delivered" if at else "sending", due_on, receipt=receipt, at=at)


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
