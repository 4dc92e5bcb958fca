"""What the public lists say for all matters: duties, prohibitions, consequences, words (reference/duties.yaml)."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated

from pydantic import Field

from registration.rules.folder_files import Closed
from registration.rules.matter_shapes import Names, SaidRow
from registration.rules.reference import Said, texts

# Where a table has a duty, beside the names of effects.
RECEIVED, DECIDED, REFUSED = "received", "decided", "refused"


class DutyRow(SaidRow):
    """A duty and its articles; `at` names where a table has it."""

    at: Annotated[Names, Field(min_length=1)]
    law: Names


class RuleRow(SaidRow):
    """What an office may not do, or what follows if it does, with its articles."""

    law: Names


class DutyRows(Closed):
    """reference/duties.yaml."""

    duties: Mapping[str, DutyRow]
    must_not: Mapping[str, RuleRow]
    consequences: Mapping[str, RuleRow]
    conditions: Mapping[str, Said]
    kinds: Mapping[str, Said]
    levels: Mapping[str, Said]
    free: Said
    licence: Said


@cache
def duty_rows() -> DutyRows:
    return DutyRows.model_validate(dict(texts("reference/duties.yaml")))
