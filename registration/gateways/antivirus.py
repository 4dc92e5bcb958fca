"""A malware scanner that checks each file before it is stored, if the settings name one."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from registration.errors import Unavailable
from registration.settings import Settings

SECONDS = 20.0
CHUNK = 256 * 1024
MOST_ANSWER = 4096
# The test file of the European Institute for Computer Antivirus Research: harmless, and known to every scanner.
# It is written in two halves, so that no scanner objects to this module.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Antivirus(Protocol):
    def finding_in(self, content: bytes) -> str | None:
        """The name of the malware, None if there is none. Raises Unavailable: a file is not stored without a check."""


def antivirus(settings: Settings) -> Antivirus:
    """The one that the settings choose."""
    return Clamd(settings.clamd_address) if settings.antivirus == "clamd" else NoAntivirus()


class NoAntivirus:
    """Knows the test file and nothing else, so that a set-up can be tried without a scanner."""

    def finding_in(self, content: bytes) -> str | None:
        return "EICAR-Test-File" if EICAR in content else None


class Clamd:
    """ClamAV's daemon, by its command INSTREAM (clamd(8)); `address`: `host:port`, or the path of a Unix socket."""

    def __init__(self, address: str) -> None:
        self._address = address

    def finding_in(self, content: bytes) -> str | None:
        try:
            with self._line() as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), CHUNK):
                    chunk = content[start : start + CHUNK]
                    line.sendall(struct.pack(">L", len(chunk)) + chunk)
                line.sendall(struct.pack(">L", 0))
                answer = _answer(line)
        except OSError as away:
            raise Unavailable("antivirus_away", kind=type(away).__name__) from away
        return _finding(answer)

    @contextmanager
    def _line(self) -> Iterator[socket.socket]:
        host, _, port = self._address.rpartition(":")
        if self._address.startswith("/"):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(SECONDS)
                line.connect(self._address)
                yield line
        else:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS) as line:
                yield line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER:
        some = line.recv(MOST_ANSWER)
        if not some:
            break
        said += some
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _finding(answer: str) -> str | None:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`; anything else (a limit, an error) is no answer."""
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise Unavailable("antivirus_away", kind="answer")
