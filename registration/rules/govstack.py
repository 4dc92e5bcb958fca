"""What GovStack's Registration Building Block offers here: its services and its clients, from one YAML file."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from registration.errors import RegistrationError
from registration.rules.folder_files import Closed, FolderFault, FolderReader
from registration.rules.reference import Said
from workflows.definition.values import DEFAULTS

# INSTANCE/CLASS/MEMBER/SUBSYSTEM, as the information mediator names a client (bb-registration, API 0.1.1).
CLIENT = r"[^/\s]+(/[^/\s]+){3}"
# A section that is a list is this key of an object, because every value of `formData.data` is an object.
ITEMS = "items"
Filled = Annotated[str, Field(min_length=1, max_length=200)]
ClientName = Annotated[str, Field(pattern=f"^{CLIENT}$", max_length=200)]
ServiceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class Service(Closed):
    """One kind of registration at one registrar; `name` in place of the one that is made of these three."""

    matter: Filled
    entity_type: Filled
    registrar: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    name: Said | None = None

    @property
    def kind(self) -> tuple[str, str, str]:
        """What decides to which service a case belongs."""
        return self.matter, self.entity_type, self.registrar


class Client(Closed):
    """The accounts in whose name a client applies, and works on files; each by what it signs in with."""

    applicant: Filled | None = None
    operator: Filled | None = None


class GovStack(Closed):
    """The whole file. `without_header` is the client of a request that names none and need not, in a demonstration."""

    services: Annotated[Mapping[ServiceId, Service], Field(min_length=1)]
    clients: Annotated[Mapping[ClientName, Client], Field(min_length=1)]
    without_header: str | None = None

    def service_of(self, matter: str, entity_type: str, registrar: str) -> str | None:
        """The id of the service for a case of this kind."""
        kind = (matter, entity_type, registrar)
        return next((key for key, one in self.services.items() if one.kind == kind), None)


class GovStackError(RegistrationError):
    """The file is not valid; `faults` has every fault that was found."""

    code = "govstack_is_faulty"
    status = 503

    def __init__(self, faults: tuple[FolderFault, ...]) -> None:
        self.faults = faults
        said = {lang: "\n".join(f"{one.place} · {one.sentence(lang)}" for one in faults) for lang in DEFAULTS}
        super().__init__(**said, faults=len(faults))


@cache
def govstack(path: Path) -> GovStack:
    """The file, read once by each process. GovStackError with every fault of its shape."""
    reader = FolderReader(path.parent)
    found: GovStack | None = reader.model(GovStack, path.name)
    if found is None or reader.faults:
        raise GovStackError(tuple(reader.faults))
    return found


def is_client_name(text: str) -> bool:
    """Whether a header has the form INSTANCE/CLASS/MEMBER/SUBSYSTEM."""
    return len(text) <= 200 and re.fullmatch(CLIENT, text) is not None


def in_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a list as it is sent: in an object, under ITEMS."""
    rows = {key: value for key, value in schema.items() if key != "$defs"}
    defined = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    held = {"type": "object", "properties": {ITEMS: rows}, "required": [ITEMS], "additionalProperties": False}
    return held | defined
