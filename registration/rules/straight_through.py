"""What a change of the switch for decisions at once must say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registration.rules.entity_types import entity_type_keys
from registration.rules.languages import pair
from registration.rules.problems import Problem

# Somebody must look at some of them: a rule that nobody audits is never found to be wrong.
LEAST_PERCENT, MOST_PERCENT = 1, 100
USUAL_PERCENT = 20
LONGEST_REASON = 300
_VALID_FROM: Mapping[str, str] = pair("生效日期", "Day from which it is valid")


@dataclass(frozen=True)
class SwitchProposal:
    """The input as it was typed; None for what could not be read."""

    entity_type: str
    is_on: bool | None
    sample_percent: int | None
    valid_from: date | None


def faults(proposal: SwitchProposal, *, today: date) -> list[Problem]:
    found = [] if proposal.entity_type in entity_type_keys() else [Problem("entity_type", "choice.unknown")]
    if proposal.is_on is None:
        found.append(Problem("is_on", "choice.unknown"))
    percent = proposal.sample_percent
    if percent is None or not LEAST_PERCENT <= percent <= MOST_PERCENT:
        limits = {"least": LEAST_PERCENT, "most": MOST_PERCENT}
        found.append(Problem("sample_percent", "straight_through.percent", limits))
    if proposal.valid_from is None:
        found.append(Problem("valid_from", "date.malformed", {"field": _VALID_FROM}))
    elif proposal.valid_from < today:
        found.append(Problem("valid_from", "straight_through.past"))
    return found
