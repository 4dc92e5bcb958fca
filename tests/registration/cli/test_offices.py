"""Which letterheads the operator sees, and what the doctor says of those that wait."""

import json
from datetime import timedelta

import pytest

from registration import clock, database
from registration.operations import registrar_profiles
from registration.operations.registrar_profiles import ProfileProposal
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.registration.cli.conftest import Heyi

TEXT = {"name_zh": "金华市婺城区行政审批局", "name_en": "Approval Bureau", "number_prefix": "婺行审", "reason": "样例"}


@pytest.mark.thorough
def test_a_change_is_seen_before_and_after_its_day(heyi: Heyi, settings: Settings) -> None:
    heyi("prepare")
    database.configure(settings)
    now = clock.now()
    day = clock.local_date(now) + timedelta(days=9)
    director = actor_of("0320")
    ref = registrar_profiles.prepare(ProfileProposal(TEXT, day), actor=director, now=now).ref
    registrar_profiles.propose(ref, actor=director, now=now)
    waiting = _doctor(heyi)
    assert waiting["state"] == "warning"
    assert "330702" in waiting["told"]
    registrar_profiles.approve(ref, actor=actor_of("0319"), now=now)
    assert (_doctor(heyi)["state"], f"330702 {day}" in _doctor(heyi)["told"]) == ("good", True)

    rows = {row["registrar"]: row for row in json.loads(heyi("offices", "list", "--json").stdout)}
    assert (rows["330702"]["prefix"], rows["330702"]["next"], rows["330702"]["open"]) == ("婺市监", day.isoformat(), 0)
    assert "婺市监" in heyi("offices", "show", "330702").output
    assert "婺行审" in heyi("offices", "show", "330702", "--on", day.isoformat()).output
    unknown = heyi("offices", "show", "999999")
    assert (unknown.exit_code, "registrar_unknown" in unknown.stderr) == (1, True)


def _doctor(heyi: Heyi) -> dict[str, str]:
    found: list[dict[str, str]] = json.loads(heyi("doctor", "--json").stdout)
    return next(row for row in found if row["check"] == "letterheads")
