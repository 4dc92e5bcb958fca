"""A scanner asked over its own protocol: a small server speaks INSTREAM as ClamAV's daemon does."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.errors import Unavailable
from registration.gateways.antivirus import CHUNK, EICAR, Clamd, NoAntivirus, antivirus
from registration.settings import Settings


class Scanner(socketserver.StreamRequestHandler):
    """Finds the test file, and says what else it is told to say."""

    def handle(self) -> None:
        if self.rfile.read(len(b"zINSTREAM\0")) != b"zINSTREAM\0":
            return
        content = b""
        while size := struct.unpack(">L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.wfile.write(self._said(content) + b"\0")

    @staticmethod
    def _said(content: bytes) -> bytes:
        if content == b"too much":
            return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"


@pytest.fixture
def tcp() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def unix(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "clamd")
    with socketserver.ThreadingUnixStreamServer(path, Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield path
        server.shutdown()


@pytest.mark.parametrize("where", ["tcp", "unix"])
def test_what_it_finds_is_named(where: str, request: pytest.FixtureRequest) -> None:
    scanner = Clamd(request.getfixturevalue(where))
    assert scanner.finding_in(b"x" * CHUNK + EICAR) == "Win.Test.EICAR_HDB-1"
    assert scanner.finding_in(b"x" * (3 * CHUNK + 1)) is None


def test_an_answer_that_is_none_and_a_scanner_that_is_away_keep_the_file_out(tcp: str) -> None:
    with pytest.raises(Unavailable, match="antivirus_away"):
        Clamd(tcp).finding_in(b"too much")
    with pytest.raises(Unavailable, match="antivirus_away"):
        Clamd("/nowhere/clamd").finding_in(b"x")


def test_without_one_only_the_test_file_is_known(settings: Settings) -> None:
    scanner = antivirus(settings)
    assert isinstance(scanner, NoAntivirus)
    assert scanner.finding_in(b"%PDF-1.7 " + EICAR) == "EICAR-Test-File"
    assert scanner.finding_in(b"%PDF-1.7") is None
    named = settings.model_copy(update={"antivirus": "clamd", "clamd_address": "[::1]:3310"})
    assert isinstance(antivirus(named), Clamd)
