"""Text messages: what a provider's adapter receives, and what stands in for it in a demonstration."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from registration.errors import Unavailable
from registration.gateways.sms import FolderSms, HttpSms, Sms, sms_sender
from registration.settings import Settings

MESSAGE = Sms("13800000007", "验证码123456", "42")


class Provider(HTTPServer):
    """Answers with `status` and keeps what was sent."""

    status = 200

    def __init__(self) -> None:
        self.received: list[tuple[str | None, dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        provider: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        provider.received.append((self.headers["Authorization"], body))
        self.send_response(provider.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Writes nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_provider_gets_number_text_and_key(provider: Provider, settings: Settings) -> None:
    chosen = {"sms": "http", "sms_url": provider.url, "sms_token": SecretStr("secret")}
    sender = sms_sender(settings.model_copy(update=chosen))
    assert isinstance(sender, HttpSms)
    sender.send(MESSAGE)
    assert provider.received == [("Bearer secret", {"to": "13800000007", "text": "验证码123456", "key": "42"})]


def test_a_refusal_or_an_outage_is_tried_again(provider: Provider) -> None:
    provider.status = 500
    with pytest.raises(Unavailable):
        HttpSms(provider.url, token="").send(MESSAGE)
    with pytest.raises(Unavailable):
        HttpSms("http://127.0.0.1:9/send", token="").send(MESSAGE)


def test_a_demonstration_writes_private_files_and_a_repeat_no_second(settings: Settings) -> None:
    sender = sms_sender(settings)
    assert isinstance(sender, FolderSms)
    sender.send(MESSAGE)
    sender.send(MESSAGE)
    (path,) = (settings.home / "sms").glob("*.json")
    assert json.loads(path.read_text(encoding="utf-8"))["to"] == MESSAGE.to
    assert path.stat().st_mode & 0o077 == 0
