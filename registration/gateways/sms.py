"""Sends text messages to mobile phones, by the HTTP service of a provider; a folder stands in for demonstrations."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import httpx

from registration.errors import Unavailable
from registration.runtime import private_files
from registration.settings import Settings

SECONDS = 10


@dataclass(frozen=True)
class Sms:
    """One message. `to` is a mobile number as in the form; the provider may recognize a repeat by `key`."""

    to: str
    text: str
    key: str


class SmsSender(Protocol):
    def send(self, sms: Sms) -> None:
        """Hands the message over. Raises `Unavailable` where the service does not take it."""


def sms_sender(settings: Settings) -> SmsSender:
    if settings.sms == "http":
        return HttpSms(settings.sms_url, token=settings.sms_token.get_secret_value())
    return FolderSms(settings.home / "sms")


class HttpSms:
    """`POST {to, text, key}` as JSON with a bearer token; the adapter of a provider turns it into its own request."""

    def __init__(self, url: str, *, token: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, sms: Sms) -> None:
        try:
            answer = httpx.post(self._url, json=asdict(sms), headers=self._headers, timeout=SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise Unavailable("sms", kind=type(away).__name__) from away


class FolderSms:
    """One JSON file a message; a repeat of the same message writes the same file. Nothing is sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, sms: Sms) -> None:
        name = sha256("\0".join((sms.to, sms.text, sms.key)).encode()).hexdigest()[:32]
        private_files.write(self._folder / f"{name}.json", json.dumps(asdict(sms), ensure_ascii=False).encode())
