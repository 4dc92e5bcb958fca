"""Pushes: the example of the standard, which addresses are called, and what stands in for them in a demonstration."""

import json
import socket
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.credentials.jose import from_b64url
from registration.errors import Unavailable
from registration.gateways import push as gateway
from registration.gateways.push import FolderPush, Push, WebPush, push_sender
from registration.gateways.push_encryption import CURVE, LARGEST, encrypt
from registration.rules.outside_addresses import Address, is_public
from registration.rules.push import content_of, is_endpoint, subscription_problems, topic_of
from registration.settings import Settings

SERVICES = Settings().push_services
# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
    "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
CONTENT = content_of("notify.correction", "HY-2026-000001", "zh")


def message(endpoint: str) -> Push:
    return Push(endpoint, RECEIVER, SECRET, CONTENT, topic=topic_of(CONTENT), urgent=True)


def test_the_example_of_the_standard_is_reproduced() -> None:
    key = ec.derive_private_key(int.from_bytes(from_b64url(SENDER), "big"), CURVE)
    keys: dict[str, Any] = {"receiver": from_b64url(RECEIVER), "secret": from_b64url(SECRET)}
    assert encrypt(PLAIN, **keys, sender=key, salt=from_b64url(SALT)) == from_b64url(BODY)
    assert len(encrypt(b"x" * LARGEST, **keys)) == 4096
    with pytest.raises(ValueError, match="one record"):
        encrypt(b"x" * (LARGEST + 1), **keys)
    with pytest.raises(ValueError):
        encrypt(PLAIN, receiver=b"\x04" + bytes(64), secret=keys["secret"])


def test_only_push_services_are_accepted() -> None:
    good = (
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://web.push.apple.com:443/Q",
        "https://a.notify.windows.com/w",
    )
    assert all(is_endpoint(one, services=SERVICES) for one in good)
    bad = (
        *("http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com.example/x"),
        *("https://evilfcm.googleapis.com@127.0.0.1/", "https://a@fcm.googleapis.com/x", "https://127.0.0.1/x"),
        *("https://169.254.169.254/latest", "http://127.0.0.1:8000/x", "https://notfcm.googleapis.com.", "file:///x"),
        *("https://[::1]/x", "https://fcm.googleapis.com/\n", "https://fcm.googleapis.com:x/", "", "https:///x"),
        *(f"https://fcm.googleapis.com/{'x' * 1000}", "https://fcm.googleapis.com\\@intranet/x"),
    )
    assert [one for one in bad if is_endpoint(one, services=SERVICES)] == []
    assert is_endpoint("http://127.0.0.1:8000/x", services=(), loopback=True)
    assert not is_endpoint("http://192.168.0.1/x", services=(), loopback=True)
    chosen: dict[str, Any] = {"services": SERVICES, "loopback": False}
    assert subscription_problems(good[0], RECEIVER, SECRET, **chosen) == []
    for point, secret in ((RECEIVER[:-4], SECRET), (RECEIVER, SECRET + "AAAA"), ("é", SECRET), ("", "")):
        assert [one.code for one in subscription_problems(good[0], point, secret, **chosen)] == ["push.unusable"]


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_into_a_network_of_ours_is_not_called(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    called: list[list[str]] = []

    def called_with(_endpoint: str, addresses: list[Address], *_: object) -> int:
        called.append([str(one) for one in addresses])
        return 201

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    monkeypatch.setattr(gateway, "_post", called_with)
    sender = WebPush(settings.model_copy(update={"push": "web"}))
    assert not is_public(ip_address(address))
    assert sender.send(message("https://fcm.googleapis.com/x")) is False
    assert called == []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("142.250.1.1", 443))])
    assert sender.send(message("https://fcm.googleapis.com/x")) is True
    assert sender.send(message("https://elsewhere.example/x")) is False
    assert called == [["142.250.1.1"]]


def test_a_name_that_is_not_found_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unavailable):
        WebPush(settings).send(message("https://fcm.googleapis.com/x"))


def test_a_demonstration_writes_private_files_without_the_address(settings: Settings) -> None:
    sender = push_sender(settings)
    assert isinstance(sender, FolderPush)
    for _ in range(2):
        assert sender.send(message("https://fcm.googleapis.com/fcm/send/secret"))
    (path,) = (settings.home / "push").glob("*.json")
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["content"] == CONTENT
    assert "secret" not in text
    assert path.stat().st_mode & 0o077 == 0
