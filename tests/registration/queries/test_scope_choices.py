"""What others of a trade chose: counted over approved cases of the office, and only from three cases on."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine

from registration import clock, database
from registration.operations.act import act
from registration.queries.scope_choices import LEAST_CASES, chosen_by_others
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.office import opened

CATERING, DRINKS, DELIVERY, RETAIL = "HY0154", "HY0157", "HY0156", "HY0105"
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _office(database_url: str, settings: Settings, database: Engine) -> None:
    opened(settings, now=clock.now())


def approved(items: Sequence[str], *, decide: bool = True) -> str:
    """An individual business with this scope, which the office has received, and approved unless told otherwise."""
    form: dict[str, Any] = nameless() | {"scope": {"items": list(items)}}
    now, examiner = clock.now(), actor_of("0318")
    ref = submitted("individual", form, registrar="330702", actor=actor_of("lin@example.cn"), now=now)
    if decide:
        act(ref, "claim", actor=examiner, now=now)
        act(ref, "approve", actor=examiner, now=now, opinion="符合")
    return ref


def others(trade: str = "62", *, registrar: str = "330702", limit: int = 6) -> list[str]:
    with database.reading() as session:
        found = chosen_by_others(session, registrar=registrar, trade=trade, limit=limit)
    return [item.code for item in found]


def test_an_item_is_shown_from_three_cases_on() -> None:
    for _ in range(LEAST_CASES - 1):
        approved([CATERING, DELIVERY])
    assert others() == []
    approved([CATERING, DRINKS])
    assert others() == [CATERING]
    approved([DRINKS, CATERING, DELIVERY])
    assert others() == [CATERING, DELIVERY]
    assert others(limit=1) == [CATERING]


def test_only_approved_cases_of_the_trade_and_the_office_count() -> None:
    for _ in range(LEAST_CASES):
        approved([CATERING], decide=False)
        approved([RETAIL, CATERING])
    assert others() == []
    assert others("52") == [RETAIL, CATERING]
    assert others("52", registrar="330703") == []
