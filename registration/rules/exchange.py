"""The messages of agencies' programs, by address or as files in their folder."""

import json
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from registration.rules.folder_files import Closed
from registration.rules.form import problems_of
from registration.rules.problems import InvalidForm, Problem

# Characters of a digest, and of references and ids.
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Words = Annotated[str, Field(min_length=1, max_length=1000)]
LARGEST = 1024 * 1024


class Acknowledgement(Closed):
    """The agency has the record; `number` is its own for it, `digest` that of the record as it has it."""

    kind: Literal["acknowledge"]
    delivery: Id
    digest: Digest = ""
    number: Annotated[str, Field(max_length=60)] = ""


class Refusal(Closed):
    """The agency does not take the record: the office settles it as a report. `field` is a path of the form."""

    kind: Literal["refuse"]
    delivery: Id
    digest: Digest = ""
    field: Annotated[str, Field(max_length=100)] = ""
    reason: Words


class NumberGiven(Closed):
    """The agency's part of a case is done, with the number that it gives; empty for the next of this office's pool."""

    kind: Literal["number"]
    reference: Id
    number: Annotated[str, Field(max_length=60)] = ""


class Item(Closed):
    """A field (`domicile.street`) or section that is wrong, and why."""

    target: Annotated[str, Field(max_length=100)]
    problem: Words


class ObjectionMade(Closed):
    """The agency objects to its part of a case."""

    kind: Literal["object"]
    reference: Id
    reason: Words
    items: Annotated[tuple[Item, ...], Field(max_length=50)] = ()


class Received(Closed):
    delivery: Id
    digest: Digest


class ReceivedList(Closed):
    """All deliveries that the agency has of one day, by the day on which they were first sent."""

    kind: Literal["received"]
    day: date
    deliveries: Annotated[tuple[Received, ...], Field(max_length=10000)]


Message = Acknowledgement | Refusal | NumberGiven | ObjectionMade | ReceivedList
_READER: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def read_message(body: bytes) -> Message:
    """The message of a body. InvalidForm with every fault, also for what is no JSON, too large or of no kind."""
    if len(body) > LARGEST:
        raise InvalidForm([Problem("body", "exchange.too_large")])
    try:
        return _READER.validate_python(json.loads(body))
    except ValidationError as wrong:
        raise InvalidForm(list(problems_of("body", wrong))) from None
    except (ValueError, RecursionError):
        raise InvalidForm([Problem("body", "exchange.no_json")]) from None
