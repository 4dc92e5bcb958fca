"""Requests to programs of others: only to public hosts, without redirects, with a bounded answer."""

import socket
from pathlib import Path

import pytest

from registration.gateways.checked_post import addresses_of
from registration.gateways.webhooks import MOST_BYTES, FolderWebhooks, HttpWebhooks
from tests.fixtures.receivers import receiver


def test_a_name_that_leads_into_a_private_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as there:

        def inner(*_given: object, **_more: object) -> list[object]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", there.server_port))]

        monkeypatch.setattr(socket, "getaddrinfo", inner)
        answer = HttpWebhooks(private=False).send("https://looks-public.example/x", {}, b"{}")
    assert answer.code is None
    assert "private network" in answer.text
    assert not there.received


@pytest.mark.parametrize("host", ["a..example.cn", f"{'a' * 64}.example.cn"])
def test_a_name_that_cannot_be_resolved_is_an_answer_and_raises_nothing_else(host: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        addresses_of(f"https://{host}/x")
    assert HttpWebhooks(private=False).send(f"https://{host}/x", {}, b"{}").code is None


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiver() as there, receiver() as elsewhere:
        there.status, there.headers = 302, {"Location": elsewhere.url}
        answer = HttpWebhooks(private=True).send(there.url, {"webhook-id": "1"}, b"{}")
    assert (answer.code, answer.is_taken) == (302, False)
    assert not elsewhere.received
    assert there.received[0][0]["host"] == f"127.0.0.1:{there.server_port}"


def test_the_answer_that_is_read_is_bounded_and_nobody_there_is_an_answer_too() -> None:
    with receiver() as there:
        there.status, there.answer = 500, b"x" * (4 * MOST_BYTES)
        answer = HttpWebhooks(private=True).send(there.url, {}, b"{}")
    assert (answer.code, len(answer.text)) == (500, MOST_BYTES)
    gone = HttpWebhooks(private=True).send(there.url, {}, b"{}")
    assert (gone.code, gone.text) == (None, "ConnectError")


def test_in_a_demonstration_a_request_is_a_file(tmp_path: Path) -> None:
    for _twice in range(2):
        assert FolderWebhooks(tmp_path).send("https://example.cn", {"webhook-id": "1"}, b'{"a": 1}').is_taken
    [file] = tmp_path.iterdir()
    assert '"webhook-id": "1"' in file.read_text()
