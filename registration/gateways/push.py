"""Pushes to the devices of applicants: by the push service of each browser (RFC 8030), or as files in a folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import httpx

from registration.errors import Unavailable
from registration.gateways.checked_post import addresses_of, posted
from registration.gateways.push_encryption import authorization, encrypt, from_b64
from registration.keys.push import signing_key
from registration.rules.outside_addresses import Address, is_public
from registration.rules.push import is_endpoint
from registration.runtime import private_files
from registration.settings import Settings

SECONDS = 10
# How long a push service tries: what is older is read on the page.
TTL_SECONDS = 3 * 24 * 3600


@dataclass(frozen=True)
class Push:
    """A message to one device. `endpoint` is never logged: who has it, and both keys, can write to the device."""

    endpoint: str
    public_key: str
    secret: str
    content: Mapping[str, Any]
    topic: str
    urgent: bool = False


class PushSender(Protocol):
    def send(self, push: Push) -> bool:
        """Hands the message over. False: there is no such device any more. Raises `Unavailable` when it should be tried
        again, ValueError when it never can."""


def push_sender(settings: Settings) -> PushSender:
    if settings.push == "web":
        return WebPush(settings)
    return FolderPush(settings.home / "push")


class WebPush:
    """The push service that the browser chose. Nobody here chose it, so its address is checked each time."""

    def __init__(self, settings: Settings) -> None:
        self._key = signing_key(settings)
        self._services, self._loopback = settings.push_services, settings.push_loopback
        self._contact = settings.push_contact or f"mailto:{settings.mail_from}"

    def send(self, push: Push) -> bool:
        # The operator may have shortened the list since, and a name may lead into the own network.
        if not is_endpoint(push.endpoint, services=self._services, loopback=self._loopback):
            return False
        addresses = _addresses_of(push.endpoint)
        if push.endpoint.startswith("https:") and not all(map(is_public, addresses)):
            return False
        body = encrypt(_plain(push), receiver=from_b64(push.public_key), secret=from_b64(push.secret))
        headers = {
            "Authorization": authorization(push.endpoint, key=self._key, contact=self._contact),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "high" if push.urgent else "normal",
            "Topic": push.topic,
        }
        return _accepted(_post(push.endpoint, addresses, body, headers))


def _post(endpoint: str, addresses: Sequence[Address], body: bytes, headers: Mapping[str, str]) -> int:
    """The status that one of the addresses answers."""
    for address in addresses:
        try:
            with posted(endpoint, address, body=body, headers=headers, seconds=SECONDS) as answer:
                return answer.status_code
        except httpx.ConnectError:
            continue
        except httpx.HTTPError as away:
            # The text of the error may name the address.
            raise Unavailable("push", kind=type(away).__name__) from None
    raise Unavailable("push", kind="ConnectError")


def _addresses_of(endpoint: str) -> list[Address]:
    """Those of the endpoint's host. Raises Unavailable without any."""
    try:
        return addresses_of(endpoint)
    except OSError as unknown:
        raise Unavailable("push", kind=type(unknown).__name__) from None


def _accepted(status: int) -> bool:
    if status in (404, 410):
        return False
    if status == 429 or status >= 500:
        raise Unavailable("push", status=status)
    if not 200 <= status < 300:
        raise ValueError(f"the push service answered {status}")
    return True


def _plain(push: Push) -> bytes:
    return json.dumps(push.content, ensure_ascii=False).encode()


class FolderPush:
    """One JSON file a message; a repeat of the same message writes the same file. Nothing is sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, push: Push) -> bool:
        device = sha256(push.endpoint.encode()).hexdigest()[:16]
        record = {"device": device, "topic": push.topic, "urgent": push.urgent, "content": push.content}
        data = json.dumps(record, ensure_ascii=False, sort_keys=True).encode()
        private_files.write(self._folder / f"{sha256(data).hexdigest()[:32]}.json", data)
        return True
