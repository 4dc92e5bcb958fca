"""The shapes of the API behind a signing link."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from certificates.paper.founding_document import DocumentText
from registration.api.v1.shapes import ActionRow, Given, MaterialRow
from registration.api.v1.values import Line, Parameters, Text


class ProofHeader(Parameters):
    signing_proof: str = Field(default="", alias="Signing-Proof", max_length=64, description="What /identity returned")


class SignedChange(BaseModel):
    """A field (`scope.items.0`) or kind of document (`materials.lease`); null where there is no value."""

    path: str
    before: Any
    after: Any


class Signing(BaseModel):
    """What a signer is asked to sign. `form` and `materials` are empty until the identity is proved.

    The numbers of other persons are masked.
    """

    ref: str
    digest: str = Field(description="Of the form and the documents as they stand: what the signature covers")
    party: str
    name: str
    signs_for: str | None
    capacities: list[str]
    identified: bool = Field(description="Whether the request came with a valid proof of identity")
    signed: bool
    declined: bool = Field(description="Whether the party has declined to sign this content")
    changes: list[SignedChange] = Field(description="What changed since the party's last signature; needs the proof")
    entity_type: str
    case_name: str
    form: dict[str, Any]
    declarations: list[str] = Field(description="What the signature declares, in the language of the request")
    materials: list[MaterialRow]
    documents: list[DocumentText] = Field(description="Made from the answers, and signed with them; needs the proof")
    actions: list[ActionRow]


class SigningRefusal(Given):
    digest: str = Field(max_length=64, description="The `digest` of what was shown")
    reason: str = Field(min_length=1, max_length=500)


class Misuse(Given):
    words: str = Field(default="", max_length=500, description="What the person knows; only the office reads it")
    contact: str = Field(default="", max_length=500, description="How to reach the person; only the office reads it")


class Reminder(Given):
    channel: Literal["mail", "sms"] = "mail"
    lang: str = Field(default="", max_length=35, description="The tag of an offered language; empty: as before")


class Reminded(BaseModel):
    party: str
    channel: str


class IdentityClaim(Given):
    name: Text
    id_no: Text
    mobile: Line = ""


class Signature(Given):
    digest: str = Field(max_length=64, description="The `digest` of what was shown")


class Identified(BaseModel):
    identified: bool
    proof: str = Field(description="For the header Signing-Proof; valid for half an hour")
    sample: bool = Field(description="A sample check proves nothing: this is a demonstration")
