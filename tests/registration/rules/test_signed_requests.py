"""Signatures of requests after Standard Webhooks, and the addresses that requests may go to."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.rules.outside_addresses import address_problems
from registration.rules.signed_requests import is_signed, secret_text, signed_headers

# The example of the published libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)


def test_a_signature_is_that_of_the_published_example() -> None:
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", BODY, secrets=[SECRET], now=AT)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_what_was_signed_now_with_a_valid_secret_is_taken() -> None:
    other, stranger = secret_text(b"2" * 32), secret_text(b"3" * 32)
    headers = signed_headers("m1", BODY, secrets=[SECRET, other], now=AT)
    assert is_signed(headers, BODY, secrets=[SECRET], now=AT)
    assert is_signed(headers, BODY, secrets=[other], now=AT + timedelta(minutes=5))
    assert not is_signed(headers, BODY, secrets=[stranger], now=AT)
    assert not is_signed(headers, BODY + b" ", secrets=[SECRET], now=AT)
    assert not is_signed(headers | {"webhook-id": "m2"}, BODY, secrets=[SECRET], now=AT)
    assert not is_signed(headers, BODY, secrets=[SECRET], now=AT + timedelta(minutes=6))
    for nonsense in ({}, {"webhook-timestamp": "٣"}, {"webhook-timestamp": "9" * 30}, {"webhook-signature": "v1,é"}):
        assert not is_signed((headers | nonsense) if nonsense else {}, BODY, secrets=[SECRET], now=AT)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.cn/events", ""),
        ("http://example.cn/events", "webhook.not_https"),
        ("ftp://example.cn", "webhook.not_https"),
        ("https://user:word@example.cn/", "webhook.address"),
        ("https://", "webhook.address"),
        ("https://[::1", "webhook.address"),
        ("https://example.cn./events", ""),
        ("https://a..example.cn/x", "webhook.address"),
        ("https://.example.cn/x", "webhook.address"),
        ("https://example.cn../x", "webhook.address"),
        (f"https://{'a' * 63}.example.cn/x", ""),
        (f"https://{'a' * 64}.example.cn/x", "webhook.address"),
        ("https://localhost/x", "webhook.private"),
        ("https://intranet/x", "webhook.private"),
        ("https://10.1.2.3/", "webhook.private"),
        ("https://169.254.169.254/latest", "webhook.private"),
        ("https://[::1]/", "webhook.private"),
        ("https://[::ffff:127.0.0.1]/", "webhook.private"),
        ("https://[64:ff9b::7f00:1]/", "webhook.private"),
    ],
)
def test_only_encrypted_public_addresses_are_taken(url: str, code: str) -> None:
    assert [one.code for one in address_problems("url", url, private=False)] == ([code] if code else [])


def test_an_intranet_is_allowed_by_its_setting() -> None:
    for url in ("http://127.0.0.1:8080/x", "https://10.1.2.3/", "http://intranet/x"):
        assert not address_problems("url", url, private=True)
