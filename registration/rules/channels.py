"""How agencies are sent their records: the key `exchange` of a row of agencies.yaml."""

from typing import Annotated

from pydantic import Field, model_validator

from registration.rules.folder_files import Closed

Filled = Annotated[str, Field(min_length=1, max_length=200)]


class Sftp(Closed):
    """A folder of an agency's server. `host_key` is the line of the server's public key, such as `ssh-ed25519 AAAA…`.

    The private key for it is `keys/exchange/<shared_as>` below the home.
    """

    host: Filled
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: Filled
    folder: Filled
    host_key: Annotated[str, Field(pattern=r"^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+$")]


class Exchange(Closed):
    """How an agency is sent its records: to its address, signed, or into its folder.

    `lists_by` is the hour of the next day by which it sends the list of what it received; None: no list is awaited.
    """

    webhook: Annotated[str, Field(pattern=r"^https?://[!-~]+$")] | None = None
    sftp: Sftp | None = None
    lists_by: Annotated[int, Field(ge=0, le=23)] | None = 9

    @model_validator(mode="after")
    def _one_way(self) -> "Exchange":
        if (self.webhook is None) == (self.sftp is None):
            raise ValueError("exchange: webhook or sftp, and not both")
        return self
