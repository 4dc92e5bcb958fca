"""An agency's folder by SFTP: records are written under a temporary name and renamed, receipts are read and put away.

The server is known by the key in the city's folder and by no other; this office signs in with a key of its own.
"""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from registration.errors import Unavailable
from registration.rules.channels import Sftp
from registration.settings import Settings

if TYPE_CHECKING:
    from paramiko import SFTPClient

SECONDS = 10
# Of one visit; the next takes the rest.
MOST_RECEIPTS = 200
RECEIPTS, DONE, PART = "receipts", "done", ".part"


@dataclass(frozen=True)
class Receipt:
    """A file of the agency: its name and its content, of which at most a byte more than allowed was read."""

    name: str
    content: bytes


class AgencyFolder(Protocol):
    def write(self, name: str, content: bytes) -> None:
        """A file that is there whole or not at all; one of this name is replaced."""

    def receipts(self, *, largest: int) -> Iterator[Receipt]:
        """The agency's files, the oldest name first."""

    def put_away(self, name: str, refused: str = "") -> None:
        """Moves a receipt to `done/`; with why it was refused in a file beside it."""


@contextmanager
def agency_folder(settings: Settings, agency: str, place: Sftp) -> Iterator[AgencyFolder]:
    """The folder while it is open. Raises Unavailable("agency"), also for a server with another key."""
    # Slow to import, and needed by workers of few offices.
    import paramiko

    kind, line = place.host_key.split(" ", 1)
    key_file = settings.keys / "exchange" / agency
    try:
        expected = paramiko.PKey.from_type_string(kind, b64decode(line, validate=True))
        own = paramiko.Ed25519Key.from_private_key_file(str(key_file))
        with paramiko.SSHClient() as client:
            named = place.host if place.port == 22 else f"[{place.host}]:{place.port}"
            client.get_host_keys().add(named, kind, expected)
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            client.connect(
                place.host,
                place.port,
                place.user,
                pkey=own,
                timeout=SECONDS,
                banner_timeout=SECONDS,
                auth_timeout=SECONDS,
                allow_agent=False,
                look_for_keys=False,
            )
            with client.open_sftp() as channel:
                channel.get_channel().settimeout(SECONDS)
                yield SftpFolder(channel, place.folder)
    except (OSError, EOFError, ValueError, paramiko.SSHException) as broken:
        raise Unavailable("agency", agency=agency, kind=type(broken).__name__) from broken


class SftpFolder:
    def __init__(self, channel: "SFTPClient", folder: str) -> None:
        self._channel, self._folder = channel, folder.rstrip("/")

    def write(self, name: str, content: bytes) -> None:
        path = f"{self._folder}/{name}"
        with self._channel.open(path + PART, "wb") as file:
            file.write(content)
        self._channel.posix_rename(path + PART, path)

    def receipts(self, *, largest: int) -> Iterator[Receipt]:
        names = [one for one in self._channel.listdir(f"{self._folder}/{RECEIPTS}") if one.endswith(".json")]
        for name in sorted(names)[:MOST_RECEIPTS]:
            with self._channel.open(f"{self._folder}/{RECEIPTS}/{name}", "rb") as file:
                yield Receipt(name, file.read(largest + 1))

    def put_away(self, name: str, refused: str = "") -> None:
        done = f"{self._folder}/{DONE}/{name}"
        if refused:
            with self._channel.open(f"{done}.refused", "wb") as file:
                file.write(refused.encode())
        self._channel.posix_rename(f"{self._folder}/{RECEIPTS}/{name}", done)
