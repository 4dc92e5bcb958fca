"""How long a receiver of events asks to be left alone (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.rules.webhooks import rest_asked

NOW = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 12 Oct 2026 08:10:00 GMT", 600),
        ("Mon, 12 Oct 2026 07:00:00 GMT", 0),
        ("Mon, 12 Oct 2026 08:10:00 -0000", 0),
        ("Tue, 12 Oct 2027 08:00:00 GMT", 86400),
        ("9" * 400, 86400),
        ("-5", 0),
        ("\u0661\u0662", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_seconds_or_a_date_a_day_at_most(said: str, seconds: int) -> None:
    assert rest_asked(429, {"retry-After": said}, now=NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("code", "rests"), [(503, True), (500, False), (200, False), (None, False)])
def test_only_answers_that_mean_it(code: int | None, rests: bool) -> None:
    assert (rest_asked(code, {"Retry-After": "60"}, now=NOW) > timedelta()) is rests
