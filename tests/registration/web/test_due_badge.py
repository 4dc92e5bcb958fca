"""How the end of a term is named: by the day, also on days off, when no working day passes."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from markupsafe import Markup

from registration.web.present.states import due_badge

# Friday 2026-11-27, 17:30 in China.
DUE = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(datetime(2026, 11, 27, 2, 0, tzinfo=UTC), "今天 17:30", id="on the morning"),
        pytest.param(datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "今天已到期", id="in the evening"),
        pytest.param(datetime(2026, 11, 29, 2, 0, tzinfo=UTC), "11月27日（周五）已到期", id="on Sunday"),
        pytest.param(datetime(2026, 11, 30, 10, 0, tzinfo=UTC), "超1个工作日", id="after Monday"),
    ],
)
def test_a_term_that_is_over_is_named_by_its_day(desk_app: Flask, now: datetime, said: str) -> None:
    with desk_app.test_request_context():
        badge = due_badge(DUE, now=now)
    assert badge is not None
    assert Markup(badge[0]).striptags() == said
