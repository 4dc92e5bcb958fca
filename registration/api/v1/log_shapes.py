"""The shapes of the public log in the API."""

from pydantic import BaseModel, Field

from registration.api.v1.values import Parameters
from registration.rules.whole_numbers import LARGEST


class LogHead(BaseModel):
    """The tree of the first `size` entries, signed. Whoever keeps `signed` can hold the log to it for ever."""

    size: int
    root: str = Field(description="The tree's hash (RFC 9162, section 2.1.1), hex")
    time: str
    key_id: str
    signed: str = Field(description="The same as a JWS (RFC 7515) with ES256, under the key of /log/key")


class LogHeads(BaseModel):
    items: list[LogHead]


class LogLeaf(BaseModel):
    position: int = Field(description="From 0")
    data: str = Field(description="The entry: canonical JSON (RFC 8785), hashed as these very bytes")
    hash: str = Field(description="SHA-256 over a zero byte and `data`, hex")
    appended_at: str


class LogLeaves(BaseModel):
    size: int = Field(description="How many entries the log has")
    items: list[LogLeaf]


class LogProof(BaseModel):
    """`path` leads from the entry's hash to the head's root (RFC 9162, section 2.1.3.2)."""

    leaf: LogLeaf
    head: LogHead
    path: list[str]


class LogConsistency(BaseModel):
    """`path` shows that the second head only adds to the first (RFC 9162, section 2.1.4.2)."""

    first: LogHead
    second: LogHead
    path: list[str]


class LogProofs(BaseModel):
    """Either of the two, as it was asked for."""

    inclusion: LogProof | None = None
    consistency: LogConsistency | None = None


class LogKeys(BaseModel):
    keys: list[dict[str, str]] = Field(description="JWK (RFC 7517): the present key first, then those before it")


class LeavesQuery(Parameters):
    start: int = Field(default=0, ge=0, le=LARGEST)
    limit: int = Field(default=100, ge=1, le=1000)


class HeadsQuery(Parameters):
    limit: int = Field(default=30, ge=1, le=1000)


class ProofQuery(Parameters):
    """`leaf` (a position, or the hash of an entry) asks for inclusion, `first` for consistency."""

    leaf: str | None = Field(default=None, max_length=64, description="The position from 0, or the hash")
    size: int | None = Field(
        default=None, ge=1, le=LARGEST, description="The size of the head to prove under; else the latest"
    )
    first: int | None = Field(default=None, ge=1, le=LARGEST, description="The size of the older head")
    second: int | None = Field(
        default=None, ge=1, le=LARGEST, description="The size of the newer head; else the latest"
    )
