"""Sends signed requests to programs of others: over HTTPS to public hosts, or as files for demonstrations."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import httpx

from registration.gateways.checked_post import addresses_of, posted
from registration.rules.outside_addresses import address_problems, is_public
from registration.rules.webhook_consent import ALLOWED, ANY
from registration.runtime import private_files
from registration.settings import Settings

SECONDS = 10.0
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What the receiver answered: `code` is None where there was no answer, `text` says why or is its beginning."""

    code: int | None
    text: str
    milliseconds: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_taken(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


class WebhookSender(Protocol):
    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Posts the body once. It raises nothing: what went wrong is the answer."""

    def ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Asks by OPTIONS whether the receiver agrees, in the same way."""


def webhook_sender(settings: Settings) -> WebhookSender:
    if settings.webhooks == "http":
        return HttpWebhooks(private=settings.webhook_private_networks)
    return FolderWebhooks(settings.home / "webhooks")


class HttpWebhooks:
    """Connects to the very address that was found to be public, follows no redirect, reads a bounded answer."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return self._answer("POST", url, headers, body)

    def ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        return self._answer("OPTIONS", url, headers, b"")

    def _answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        begun, given = time.monotonic(), dict[str, str]()
        try:
            code, text, given = self._request(method, url, headers, body, until=begun + 2 * SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, _NotAllowed) as away:
            code, text = None, type(away).__name__ + (f": {away}" if isinstance(away, _NotAllowed) else "")
        return Answer(code, text, round((time.monotonic() - begun) * 1000), given)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, until: float
    ) -> tuple[int, str, dict[str, str]]:
        if address_problems("url", url, private=self._private):
            raise _NotAllowed("address")
        found = addresses_of(url)
        if not found or not (self._private or all(map(is_public, found))):
            raise _NotAllowed("private network")
        with posted(url, found[0], body=body, headers=headers, seconds=SECONDS, method=method) as answer:
            return answer.status_code, _beginning(answer, until=until), dict(answer.headers)


class FolderWebhooks:
    """One JSON file a message; the same message writes the same file. Nothing is sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        name = sha256("\0".join((url, headers.get("webhook-id", ""))).encode()).hexdigest()[:32]
        text = json.dumps({"url": url, "headers": dict(headers), "body": body.decode()}, ensure_ascii=False)
        private_files.write(self._folder / f"{name}.json", text.encode())
        return Answer(200, "written to a file", 0)

    def ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        return Answer(200, "a folder takes everything", 0, {ALLOWED: ANY})


class _NotAllowed(Exception):
    """The host is none that this office sends to."""


def _beginning(answer: httpx.Response, *, until: float) -> str:
    found = b""
    for chunk in answer.iter_bytes():
        found += chunk
        if len(found) >= MOST_BYTES or time.monotonic() > until:
            break
    return found[:MOST_BYTES].decode("utf-8", "replace")
