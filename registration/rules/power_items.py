"""The records of the public lists of powers and responsibilities, and the JSON Schema that they follow.

Zhejiang's programme of 2014 (四张清单一张网): 权力清单 and 责任清单. Limits are written as in a table, `3wd` or `60d`.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workflows.definition.schema import DIALECT
from workflows.definition.values import Limit, Text


class Record(BaseModel):
    """Base of the records: immutable, and written with their own keys only."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ListedLaw(Record):
    """An article in force; `since` and `until` (None: still) are the days of the text that it is in."""

    citation: str
    text: Text
    since: date = Field(alias="from")
    until: date | None = Field(alias="to")
    source: str


class ListedBody(Record):
    """A registrar that has the power; `definition` is the table of its new cases."""

    code: str
    name: Text
    level: Text
    districts: tuple[Text, ...]
    definition: str
    phone: str
    reconsideration: str
    court: str


class ListedItem(Record):
    """What an applicant can choose in a matter on a registered entity; `types` are the entity types that have it.

    `within`: the time from the event in which it is applied for, where the matter has one.
    """

    key: str
    name: Text
    hint: Text | None
    types: tuple[str, ...]
    within: Limit | None
    law: tuple[Text, ...]


class ListedMaterial(Record):
    """A document. `needed`: always, if (`why` says when), or optional; `made`: the system makes it from the answers.

    `items` are the choices that need it, none where every application does.
    """

    kind: str
    name: Text
    items: tuple[str, ...]
    needed: Literal["always", "if", "optional"]
    why: Text
    made: bool
    law: tuple[Text, ...]


class ListedType(Record):
    """An entity type that may apply, with its documents; `law` is the name of its regime."""

    key: str
    name: Text
    regime: str
    materials: tuple[ListedMaterial, ...]


class ListedStep(Record):
    """A state in which a case waits for somebody. `usual`: on the usual way; `counts`: the promised time runs.

    `duties` are keys of the list of responsibilities.
    """

    step: str
    name: Text
    roles: tuple[Text, ...]
    with_office: bool
    limit: Limit | None
    counts: bool
    usual: bool
    actions: tuple[Text, ...]
    law: tuple[Text, ...]
    duties: tuple[str, ...]


class ListedLimit(Record):
    """The time limits under one law; `extension` can be added once, `correction` restarts or pauses the time."""

    regime: str
    legal: Limit
    promised: Limit
    extension: Limit | None
    correction: Literal["restart", "pause"]
    law: tuple[Text, ...]


class ListedRule(Record):
    """A duty, a prohibition, a consequence or a ground of refusal, with the articles in words."""

    key: str
    text: Text
    law: tuple[Text, ...]


class PowerItem(Record):
    """An item of the power list: the table `definition` of a matter, whose content has the SHA-256 `checksum`.

    `since`: the day of the first case under the table, None before it; `items`: what can be chosen, none at a founding;
    `refusals`: the grounds on which an application can be refused.
    """

    matter: str
    definition: str
    version: int
    checksum: str
    since: date | None = Field(alias="from")
    code: str
    name: Text
    kind: str
    kind_name: Text
    levels: tuple[Text, ...]
    body: tuple[ListedBody, ...]
    basis: tuple[ListedLaw, ...]
    applies_to: tuple[ListedType, ...]
    items: tuple[ListedItem, ...]
    conditions: tuple[Text, ...]
    steps: tuple[ListedStep, ...]
    limits: tuple[ListedLimit, ...]
    fee: Text
    results: tuple[Text, ...]
    refusals: tuple[ListedRule, ...]
    remedies: Text
    supervision_phone: str
    complaint: str
    flowchart: str


class PowerList(Record):
    items: tuple[PowerItem, ...]


class ListedDuties(Record):
    """Who answers at a step, and for what."""

    step: str
    name: Text
    roles: tuple[Text, ...]
    limit: Limit | None
    duties: tuple[ListedRule, ...]


class ListedGround(Record):
    """A ground of refusal; `cases` is None for one to four."""

    code: str
    name: Text
    cases: int | None


class ListedFigures(Record):
    """The work of a registrar (None: of the whole city). A figure is None where fewer than five cases
    are behind it, or where such a number would follow from it (rules/small_numbers.py).

    Hours are hours of work from the receipt to the decision; shares are between 0 and 1, `rating` the mean of the
    grades from 1 (best) to 5.
    """

    registrar: str | None
    name: Text | None
    received: int | None
    decided: int | None
    median_hours: float | None
    likely_hours: float | None
    on_time: float | None
    corrections: float | None
    refusals: tuple[ListedGround, ...]
    ratings: int | None
    rating: float | None
    complaints: int | None
    complaints_on_time: float | None


class DutyItem(Record):
    """An item of the list of responsibilities; `answers_in` are working days for a complaint.

    Figures are those of the days `since` to `until`, counted at `made_at`.
    """

    matter: str
    definition: str
    name: Text
    steps: tuple[ListedDuties, ...]
    must_not: tuple[ListedRule, ...]
    consequences: tuple[ListedRule, ...]
    complaint: str
    answers_in: int
    supervision_phone: str
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    made_at: datetime
    figures: tuple[ListedFigures, ...]


class DutyList(Record):
    items: tuple[DutyItem, ...]


def schema_of(kind: type[Record]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a list as it is written."""
    return {"$schema": DIALECT, **kind.model_json_schema(by_alias=True, mode="serialization")}


def written(record: Record) -> dict[str, Any]:
    """The record as plain data of JSON."""
    return record.model_dump(mode="json", by_alias=True)
